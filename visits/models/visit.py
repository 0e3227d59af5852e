from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from staff.audit import tracked
from visits.querysets.visit import VisitQuerySet

if TYPE_CHECKING:
    from staff.models import User

LONGEST = 24 * 60


class VisitStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


@tracked(by="account")
class Visit(models.Model):
    """We go to a customer (S1-A2-SPC-3): planned, then recorded or called off.

    What was said stands in its contact record, which it gets when it is done; the visit adds what
    only a visit has. What they told us is the record's summary, what we told them stands here.
    """

    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        related_name="visits",
        verbose_name=_("customer"),
    )
    visitor = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        related_name="visits",
        verbose_name=_("who goes"),
    )
    status = models.CharField(
        _("state"),
        max_length=10,
        choices=VisitStatus.choices,
        default=VisitStatus.PLANNED,
        editable=False,
    )
    planned_at = models.DateTimeField(_("when"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=60, validators=[MinValueValidator(1), MaxValueValidator(LONGEST)]
    )
    purpose = models.CharField(_("purpose"), max_length=100)
    place = models.CharField(_("place"), max_length=200, blank=True)
    contact_people = models.ManyToManyField(
        "accounts.ContactPerson",
        through="visits.VisitContact",
        blank=True,
        related_name="+",
        verbose_name=_("with"),
    )
    others = models.CharField(_("others on their side"), max_length=200, blank=True)
    colleagues = models.ManyToManyField(
        "staff.User",
        through="visits.VisitColleague",
        blank=True,
        related_name="visits_joined",
        verbose_name=_("colleagues who come along"),
    )
    told = models.TextField(_("what we told them"), blank=True)
    interaction = models.OneToOneField(
        "accounts.Interaction",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="visit",
        verbose_name=_("contact record"),
    )
    arrived_at = models.DateTimeField(_("arrived at"), null=True, editable=False)
    latitude = models.DecimalField(
        _("latitude"), max_digits=8, decimal_places=5, null=True, editable=False
    )
    longitude = models.DecimalField(
        _("longitude"), max_digits=8, decimal_places=5, null=True, editable=False
    )
    accuracy = models.PositiveIntegerField(_("accuracy (m)"), null=True, editable=False)
    cancel_reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)
    created_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["planned_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="visit_status_known", condition=Q(status__in=VisitStatus.values)
            ),
            models.CheckConstraint(
                name="visit_done_with_a_record",
                condition=Q(status=VisitStatus.DONE, interaction__isnull=False)
                | (~Q(status=VisitStatus.DONE) & Q(interaction=None)),
            ),
            models.CheckConstraint(
                name="visit_cancelled_with_a_reason",
                condition=~Q(status=VisitStatus.CANCELLED) | ~Q(cancel_reason=""),
            ),
            models.CheckConstraint(name="visit_has_a_purpose", condition=~Q(purpose="")),
            models.CheckConstraint(
                name="visit_lasts_at_most_a_day", condition=Q(minutes__range=(1, LONGEST))
            ),
            models.CheckConstraint(
                name="visit_place_only_after_arrival",
                condition=Q(latitude=None, longitude=None, accuracy=None)
                | Q(latitude__isnull=False, longitude__isnull=False, arrived_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="visit_by_account", fields=["account", "-planned_at"]),
            models.Index(name="visit_by_visitor", fields=["visitor", "planned_at"]),
            models.Index(
                name="visit_open", fields=["planned_at"], condition=Q(status=VisitStatus.PLANNED)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {timezone.localtime(self.planned_at):%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("visits:detail", args=[self.pk])

    @property
    def ends_at(self) -> dt.datetime:
        return self.planned_at + dt.timedelta(minutes=self.minutes)

    @property
    def is_open(self) -> bool:
        return self.status == VisitStatus.PLANNED

    @property
    def is_overdue(self) -> bool:
        """Planned for a day that is over, and nobody has said how it went."""
        return self.is_open and timezone.localdate(self.planned_at) < timezone.localdate()

    def _mine_blocker(self, user: User) -> str:
        if self.status == VisitStatus.DONE:
            return gettext("This visit has been recorded.")
        if self.status == VisitStatus.CANCELLED:
            return gettext("This visit was cancelled.")
        if user.is_superior or user.pk in (self.visitor_id, self.created_by_id):
            return ""
        return gettext("Only %(name)s or a superior can do this.") % {"name": self.visitor}

    def edit_blocker(self, user: User) -> str:
        """Why `user` may not move or change the plan; "" if they may."""
        return self._mine_blocker(user)

    def cancel_blocker(self, user: User) -> str:
        """Why `user` may not call it off."""
        return self._mine_blocker(user)

    def record_blocker(self, user: User) -> str:
        """Why `user` may not write down how it went: whoever was there may, and superiors."""
        if self._was_there(user) and self.is_open:
            return ""
        return self._mine_blocker(user)

    def check_in_blocker(self, user: User) -> str:
        """Why `user` cannot check in: who goes does it, once, before it is recorded."""
        if not self.is_open:
            return self._mine_blocker(user)
        if self.arrived_at:
            return gettext("The arrival is already noted.")
        if self._was_there(user):
            return ""
        return gettext("Only whoever goes on the visit can check in.")

    def follow_up_blocker(self, user: User) -> str:
        """Why no further follow-up can be added."""
        if self.status == VisitStatus.CANCELLED:
            return gettext("This visit was cancelled.")
        return ""

    def attach_blocker(self, user: User) -> str:
        """Why no photo or file can be added: it is kept with the contact record."""
        if self.status == VisitStatus.DONE:
            return ""
        return gettext("Record the visit first; photos and files are kept with its record.")

    def _was_there(self, user: User) -> bool:
        return user.pk == self.visitor_id or self.colleagues.contains(user)


@tracked(by="visit")
class VisitContact(models.Model):
    """One of the customer's people in a visit."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="their_people")
    contact_person = models.ForeignKey(
        "accounts.ContactPerson", on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("contact person in a visit")
        verbose_name_plural = _("contact persons in visits")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="visit_contact_once", fields=["visit", "contact_person"])
        ]

    def __str__(self) -> str:
        return str(self.contact_person)


@tracked(by="visit")
class VisitColleague(models.Model):
    """One of our people who come along."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="our_people")
    user = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("colleague in a visit")
        verbose_name_plural = _("colleagues in visits")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="visit_colleague_once", fields=["visit", "user"])
        ]

    def __str__(self) -> str:
        return str(self.user)


@tracked(by="visit")
class VisitTask(models.Model):
    """A follow-up beyond the record's next step: a task that came out of a visit."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="follow_ups")
    task = models.OneToOneField("staff.Task", on_delete=models.PROTECT, related_name="visit_link")

    class Meta:
        verbose_name = _("follow-up of a visit")
        verbose_name_plural = _("follow-ups of visits")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.task)
