from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from staff.audit import tracked
from visits.models.visit import LONGEST
from visits.querysets.reception import ReceptionQuerySet

if TYPE_CHECKING:
    from staff.models import User


class Level(models.TextChoices):
    """S1 第12条: important customers are received at VIP level."""

    ORDINARY = "ordinary", _("Ordinary")
    VIP = "vip", _("VIP")


class ReceptionStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class Importance(models.TextChoices):
    """How important a visitor is, by position (S4 6.4(1))."""

    STAFF = "staff", _("Staff")
    MANAGER = "manager", _("Department head")
    LEADER = "leader", _("Company leader")


@tracked(by="account")
class Reception(models.Model):
    """Customers come to us (S1 第12条, S4 6.4): prepared early, received by rank, recorded."""

    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        related_name="receptions",
        verbose_name=_("customer"),
    )
    host = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        related_name="receptions",
        verbose_name=_("host"),
    )
    status = models.CharField(
        _("state"),
        max_length=10,
        choices=ReceptionStatus.choices,
        default=ReceptionStatus.PLANNED,
        editable=False,
    )
    planned_at = models.DateTimeField(_("when"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=120, validators=[MinValueValidator(1), MaxValueValidator(LONGEST)]
    )
    purpose = models.CharField(_("purpose"), max_length=100)
    place = models.CharField(_("place"), max_length=200, blank=True)
    level = models.CharField(
        _("level"), max_length=10, choices=Level.choices, default=Level.ORDINARY
    )
    level_reason = models.CharField(_("why this level"), max_length=200)
    schedule = models.TextField(
        _("schedule"), blank=True, help_text=_("One line each: time, what, where, who.")
    )
    colleagues = models.ManyToManyField(
        "staff.User",
        through="visits.ReceptionColleague",
        blank=True,
        related_name="receptions_joined",
        verbose_name=_("accompanied by"),
    )
    interaction = models.OneToOneField(
        "accounts.Interaction",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="reception",
        verbose_name=_("contact record"),
    )
    done_on = models.DateField(_("received on"), null=True, editable=False)
    thanked_at = models.DateTimeField(_("thanked at"), null=True, editable=False)
    thanked_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    thanks = models.CharField(_("how they were thanked"), max_length=200, blank=True)
    cancel_reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)
    created_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("reception")
        verbose_name_plural = _("receptions")
        ordering = ["planned_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="reception_status_known", condition=Q(status__in=ReceptionStatus.values)
            ),
            models.CheckConstraint(
                name="reception_level_known", condition=Q(level__in=Level.values)
            ),
            models.CheckConstraint(
                name="reception_level_has_a_reason", condition=~Q(level_reason="")
            ),
            models.CheckConstraint(
                name="reception_done_with_a_record",
                condition=Q(
                    status=ReceptionStatus.DONE, interaction__isnull=False, done_on__isnull=False
                )
                | (~Q(status=ReceptionStatus.DONE) & Q(interaction=None, done_on=None)),
            ),
            models.CheckConstraint(
                name="reception_cancelled_with_a_reason",
                condition=~Q(status=ReceptionStatus.CANCELLED) | ~Q(cancel_reason=""),
            ),
            models.CheckConstraint(
                name="reception_thanked_after_it",
                condition=Q(thanked_at=None)
                | (Q(status=ReceptionStatus.DONE, thanked_by__isnull=False) & ~Q(thanks="")),
            ),
            models.CheckConstraint(
                name="reception_lasts_at_most_a_day", condition=Q(minutes__range=(1, LONGEST))
            ),
        ]
        indexes = [
            models.Index(name="reception_by_account", fields=["account", "-planned_at"]),
            models.Index(name="reception_by_host", fields=["host", "planned_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.account} {timezone.localtime(self.planned_at):%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("visits:reception", args=[self.pk])

    @property
    def ends_at(self) -> dt.datetime:
        return self.planned_at + dt.timedelta(minutes=self.minutes)

    @property
    def is_open(self) -> bool:
        return self.status == ReceptionStatus.PLANNED

    @property
    def is_overdue(self) -> bool:
        return self.is_open and timezone.localdate(self.planned_at) < timezone.localdate()

    @property
    def has_begun(self) -> bool:
        """From then on meals are asked for only afterwards (S4 6.4(3))."""
        return self.status == ReceptionStatus.DONE or self.planned_at <= timezone.now()

    @property
    def items_done(self) -> int:
        return sum(item.done_at is not None for item in self.items.all())

    def _open_blocker(self) -> str:
        if self.status == ReceptionStatus.DONE:
            return gettext("This reception has been recorded.")
        if self.status == ReceptionStatus.CANCELLED:
            return gettext("This reception was cancelled.")
        return ""

    def part_blocker(self, user: User) -> str:
        """Why `user` has no say in this reception; "" for who takes part and for superiors."""
        takes_part = user.pk in (self.host_id, self.created_by_id) or user.is_superior
        if takes_part or self.colleagues.contains(user):
            return ""
        return gettext("Only %(name)s, who takes part, or a superior can do this.") % {
            "name": self.host
        }

    def edit_blocker(self, user: User) -> str:
        """Why `user` may not change the plan, its visitors or its preparation; "" if they may."""
        return self._open_blocker() or self.part_blocker(user)

    def cancel_blocker(self, user: User) -> str:
        """Why `user` may not call it off."""
        return self.edit_blocker(user)

    def record_blocker(self, user: User) -> str:
        """Why `user` may not write down how it went."""
        return self.edit_blocker(user)

    def catering_blocker(self, user: User) -> str:
        """Why `user` may not ask for catering: it may still be asked for afterwards (S4 6.4(3))."""
        if self.status == ReceptionStatus.CANCELLED:
            return gettext("This reception was cancelled.")
        if blocker := self.part_blocker(user):
            return blocker
        if self.catering.exclude(status="refused").exists():
            return gettext("Catering has been asked for already.")
        return ""

    def attach_blocker(self, user: User) -> str:
        """Why no file can be added: before the day whoever takes part adds them, later anyone."""
        if self.status == ReceptionStatus.CANCELLED:
            return gettext("This reception was cancelled.")
        return self.part_blocker(user) if self.is_open else ""

    def problem_blocker(self, user: User) -> str:
        """Why no problem can be noted: it belongs to the record (S4 6.4(2))."""
        if self.status == ReceptionStatus.DONE:
            return ""
        return gettext("Record the reception first.")

    def thank_blocker(self, user: User) -> str:
        """Why `user` cannot note the thanks."""
        if self.status != ReceptionStatus.DONE:
            return gettext("Record the reception first.")
        if self.thanked_at:
            return gettext("The visitors have been thanked.")
        return self.part_blocker(user)


@tracked(by="reception")
class ReceptionVisitor(models.Model):
    """One person who comes (S4 6.4(1)): name, unit, position, importance."""

    reception = models.ForeignKey(Reception, on_delete=models.CASCADE, related_name="visitors")
    name = models.CharField(pgettext_lazy("person", "name"), max_length=50)
    unit = models.CharField(_("unit"), max_length=100, blank=True)
    position = models.CharField(_("position"), max_length=60, blank=True)
    importance = models.CharField(
        _("importance"), max_length=10, choices=Importance.choices, default=Importance.STAFF
    )

    class Meta:
        verbose_name = _("visitor")
        verbose_name_plural = _("visitors")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="visitor_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="visitor_importance_known", condition=Q(importance__in=Importance.values)
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked(by="reception")
class ReceptionColleague(models.Model):
    """One of our people who accompany the host."""

    reception = models.ForeignKey(Reception, on_delete=models.CASCADE, related_name="our_people")
    user = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("colleague in a reception")
        verbose_name_plural = _("colleagues in receptions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="reception_colleague_once", fields=["reception", "user"])
        ]

    def __str__(self) -> str:
        return str(self.user)


@tracked(by="reception")
class ReceptionItem(models.Model):
    """One thing to prepare: from the list of the level, or added by hand."""

    reception = models.ForeignKey(Reception, on_delete=models.CASCADE, related_name="items")
    text = models.CharField(_("to prepare"), max_length=120)
    done_at = models.DateTimeField(_("done at"), null=True, editable=False)
    done_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("preparation")
        verbose_name_plural = _("preparations")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="preparation_has_words", condition=~Q(text="")),
            models.CheckConstraint(
                name="preparation_done_by_somebody",
                condition=Q(done_at=None, done_by=None)
                | Q(done_at__isnull=False, done_by__isnull=False),
            ),
            models.UniqueConstraint(name="preparation_once", fields=["reception", "text"]),
        ]

    def __str__(self) -> str:
        return self.text
