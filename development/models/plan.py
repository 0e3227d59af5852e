from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from development.querysets.plan import PlanQuerySet, PlanStepQuerySet
from staff.audit import tracked

if TYPE_CHECKING:
    from staff.models import User

FIRST_YEAR, LAST_YEAR = 2000, 2100


class PlanStatus(models.TextChoices):
    """Reporting is not approval (S1-A9-4): a plan is noted, unless policy asks for approval."""

    DRAFT = "draft", _("Draft")
    REPORTED = "reported", _("Reported")
    NOTED = "noted", _("Noted")
    APPROVED = "approved", _("Approved")


class Quarter(models.IntegerChoices):
    FIRST = 1, _("1st quarter")
    SECOND = 2, _("2nd quarter")
    THIRD = 3, _("3rd quarter")
    FOURTH = 4, _("4th quarter")


@tracked()
class DevelopmentPlan(models.Model):
    """Whom we mean to win in a year or a quarter, and how (S1-A9-1): scope and main direction.

    Its list of prospects stands in `Prospect`; the customers on it are ordinary accounts.
    """

    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    quarter = models.PositiveSmallIntegerField(
        _("quarter"), choices=Quarter.choices, null=True, blank=True
    )
    scope = models.TextField(_("scope of new customers"))
    direction = models.TextField(_("main direction"))
    target = models.PositiveSmallIntegerField(_("new key accounts aimed at"), null=True, blank=True)
    author = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        related_name="development_plans",
        editable=False,
        verbose_name=_("author"),
    )
    status = models.CharField(
        _("state"),
        max_length=8,
        choices=PlanStatus.choices,
        default=PlanStatus.DRAFT,
        editable=False,
    )
    needs_approval = models.BooleanField(default=False, editable=False)
    reported_to = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("reported to"),
    )
    reported_at = models.DateTimeField(_("reported at"), null=True, editable=False)
    answered_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, editable=False)
    voided_at = models.DateTimeField(null=True, editable=False)
    void_reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("development plan")
        verbose_name_plural = _("development plans")
        ordering = ["-year", F("quarter").desc(nulls_first=True), "-pk"]
        constraints = [
            models.CheckConstraint(
                name="plan_status_known", condition=Q(status__in=PlanStatus.values)
            ),
            models.CheckConstraint(
                name="plan_year_sensible", condition=Q(year__range=(FIRST_YEAR, LAST_YEAR))
            ),
            models.CheckConstraint(
                name="plan_quarter_known",
                condition=Q(quarter=None) | Q(quarter__in=Quarter.values),
            ),
            models.CheckConstraint(
                name="plan_has_scope_and_direction", condition=~Q(scope="") & ~Q(direction="")
            ),
            models.CheckConstraint(
                name="plan_reported_to_somebody",
                condition=Q(status=PlanStatus.DRAFT)
                | Q(reported_to__isnull=False, reported_at__isnull=False),
            ),
            models.CheckConstraint(
                name="plan_answered_when_noted",
                condition=Q(status__in=[PlanStatus.DRAFT, PlanStatus.REPORTED], answered_by=None)
                | Q(
                    status__in=[PlanStatus.NOTED, PlanStatus.APPROVED],
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="plan_not_answered_by_its_author", condition=~Q(answered_by=F("author"))
            ),
            models.CheckConstraint(
                name="plan_approved_where_policy_asks",
                condition=~Q(status=PlanStatus.APPROVED, needs_approval=False)
                & ~Q(status=PlanStatus.NOTED, needs_approval=True),
            ),
            models.CheckConstraint(
                name="plan_void_has_a_reason", condition=Q(voided_at=None) | ~Q(void_reason="")
            ),
        ]
        indexes = [models.Index(name="plan_by_author", fields=["author", "-year"])]

    def __str__(self) -> str:
        return gettext("%(period)s development plan") % {"period": self.period}

    def get_absolute_url(self) -> str:
        return reverse("development:plan", args=[self.pk])

    @property
    def period(self) -> str:
        """2027, or 2027 Q1."""
        if self.quarter:
            return gettext("%(year)s Q%(quarter)s") % {"year": self.year, "quarter": self.quarter}
        return gettext("Year %(year)s") % {"year": self.year}

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    @property
    def is_answered(self) -> bool:
        return self.status in (PlanStatus.NOTED, PlanStatus.APPROVED)

    @property
    def receiver(self) -> User | None:
        """The manager it is reported to: the nearest one above its author."""
        person = self.author.reports_to
        while person is not None and not (person.is_manager and person.is_active):
            person = person.reports_to
        return person

    def _void_blocker(self) -> str:
        return gettext("This plan was voided.") if self.is_void else ""

    def _author_blocker(self, user: User) -> str:
        if self.author_id != user.pk:
            return gettext("%(name)s wrote this plan and does this.") % {"name": self.author}
        return ""

    def edit_blocker(self, user: User) -> str:
        """Why `user` may not change scope and direction: what was reported stays as it was."""
        if blocker := self._void_blocker():
            return blocker
        if self.status != PlanStatus.DRAFT:
            return gettext("What was reported stays as it was; take it back to change it.")
        return self._author_blocker(user)

    def list_blocker(self, user: User) -> str:
        """Why no prospect can be put on its list; whoever sees the plan may add, at any time."""
        return self._void_blocker()

    def report_blocker(self, user: User) -> str:
        """Why `user` may not report it upward now; "" if they may."""
        if blocker := self._void_blocker():
            return blocker
        if self.status != PlanStatus.DRAFT:
            return gettext("This plan has been reported.")
        if blocker := self._author_blocker(user):
            return blocker
        if self.receiver is None:
            return gettext("No manager stands above you: your plan holds as it is.")
        return ""

    def take_back_blocker(self, user: User) -> str:
        """Why `user` may not take the report back: its author may, until it is answered."""
        if blocker := self._void_blocker():
            return blocker
        if self.status == PlanStatus.DRAFT:
            return gettext("This plan has not been reported yet.")
        if self.is_answered:
            return gettext("%(name)s has answered it; write a new plan.") % {
                "name": self.answered_by
            }
        return self._author_blocker(user)

    def answer_blocker(self, user: User) -> str:
        """Why `user` may not note it, or approve it or send it back where policy asks for that."""
        if blocker := self._void_blocker():
            return blocker
        if self.status == PlanStatus.DRAFT:
            return gettext("This plan has not been reported yet.")
        if self.is_answered:
            return gettext("%(name)s has answered it.") % {"name": self.answered_by}
        if self.author_id == user.pk:
            return gettext("It is your own plan; %(name)s answers it.") % {"name": self.reported_to}
        if user.pk == self.reported_to_id:
            return ""
        if user.is_manager and self.author_id in user.line_ids:
            return ""
        return gettext("%(name)s answers it, or a manager above.") % {"name": self.reported_to}

    def note_blocker(self, user: User) -> str:
        if self.needs_approval and self.status == PlanStatus.REPORTED:
            return gettext("This plan asks for approval: approve it or send it back.")
        return self.answer_blocker(user)

    def decide_blocker(self, user: User) -> str:
        """Why `user` may not approve it or send it back."""
        if not self.needs_approval and self.status == PlanStatus.REPORTED:
            return gettext("A plan is noted, not approved, unless policy asks for approval.")
        return self.answer_blocker(user)

    def void_blocker(self, user: User) -> str:
        """Why `user` may not void it: its author and the superiors may."""
        if blocker := self._void_blocker():
            return blocker
        if user.pk == self.author_id or (user.is_superior and self.author_id in user.line_ids):
            return ""
        return gettext("Only its author or a superior of theirs can void it.")


class PlanVerb(models.TextChoices):
    WRITTEN = "written", _("written")
    REPORTED = "reported", _("reported")
    TAKEN_BACK = "taken_back", _("taken back")
    NOTED = "noted", _("noted")
    APPROVED = "approved", _("approved")
    SENT_BACK = "sent_back", _("sent back")
    VOIDED = "voided", _("voided")


@tracked(by="plan")
class PlanStep(models.Model):
    """One step of a plan on its way: who took it, when, and in what words."""

    plan = models.ForeignKey(DevelopmentPlan, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(_("step"), max_length=10, choices=PlanVerb.choices)
    actor = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("remark"), max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = PlanStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a plan")
        verbose_name_plural = _("steps of plans")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="plan_step_verb_known", condition=Q(verb__in=PlanVerb.values)
            ),
            models.CheckConstraint(
                name="plan_sent_back_with_a_reason",
                condition=~Q(verb=PlanVerb.SENT_BACK) | ~Q(note=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan}: {self.get_verb_display()}"
