from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from development.models.plan import PlanStatus
from development.querysets.prospect import ProspectQuerySet, ProspectStepQuerySet
from staff.audit import tracked

if TYPE_CHECKING:
    from staff.models import User


class Source(models.TextChoices):
    """Where the lead came from; the text does not say (S1-A9-2)."""

    RESEARCH = "research", _("Market research")
    EXHIBITION = "exhibition", _("Exhibition")
    REFERRAL = "referral", _("Referral")
    INBOUND = "inbound", _("They asked us")
    TENDER = "tender", _("Tender")
    INTERNET = "internet", _("Internet")
    LEDGER = "ledger", _("Old ledger")
    OTHER = "other", _("Other")


class Stage(models.TextChoices):
    """How far a prospect has come (S1 第9, 10, 15, 6条)."""

    LISTED = "listed", _("Listed")
    ANALYSED = "analysed", _("Analysed")
    REPORTED = "reported", _("Reported")
    CHANNEL = "channel", _("Channel set")
    SURVEYED = "surveyed", _("Surveyed")
    FOCUS = "focus", _("Focus")
    NOT_FOCUS = "not_focus", _("Not a focus")
    SURVEY = "survey", _("Survey under way")
    DROPPED = "dropped", _("Dropped")


# The way of a prospect that is won; *not a focus* and *dropped* lie beside it.
WAY = (
    Stage.LISTED,
    Stage.ANALYSED,
    Stage.REPORTED,
    Stage.CHANNEL,
    Stage.SURVEYED,
    Stage.FOCUS,
    Stage.SURVEY,
)
PLACE = {stage: number for number, stage in enumerate(WAY)} | {Stage.NOT_FOCUS: 4}


class ContactMethod(models.TextChoices):
    VISIT = "visit", _("Visit")
    PHONE = "phone", _("Phone")
    WECHAT = "wechat", _("WeChat")
    EMAIL = "email", _("E-mail")
    MEETING = "meeting", _("Meeting")
    SAMPLE = "sample", _("Samples or trial")
    OTHER = "other", _("Other")


@tracked(by="account")
class Prospect(models.Model):
    """One customer on the list of one plan (潜在大客户名录): what we know, how we reach them, how
    far we are.

    The customer itself is an account of standing *prospect*; it may stand on several plans.
    """

    plan = models.ForeignKey(
        "development.DevelopmentPlan",
        on_delete=models.PROTECT,
        related_name="prospects",
        verbose_name=_("plan"),
    )
    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        related_name="prospects",
        verbose_name=_("customer"),
    )
    stage = models.CharField(
        _("stage"),
        max_length=9,
        choices=Stage.choices,
        default=Stage.LISTED,
        editable=False,
    )
    stage_since = models.DateTimeField(_("in this stage since"), default=timezone.now)
    source = models.CharField(_("source of the lead"), max_length=10, choices=Source.choices)
    source_note = models.CharField(_("more about the source"), max_length=200, blank=True)

    # Background material (S1-A9-3)
    situation = models.TextField(_("situation"), blank=True)
    needs = models.TextField(_("what they need"), blank=True)
    competitors = models.TextField(_("who supplies them now"), blank=True)
    expected_volume = models.DecimalField(
        _("expected annual volume"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    volume_basis = models.CharField(_("what the figure rests on"), max_length=200, blank=True)

    # Channel and method of contact (S1-A10)
    channel = models.CharField(_("channel"), max_length=200, blank=True)
    method = models.CharField(_("method"), max_length=8, choices=ContactMethod.choices, blank=True)
    contact_by = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who makes contact"),
    )
    contact_on = models.DateField(_("first contact planned for"), null=True, blank=True)

    # Screening, after a survey of its own (S1-A15)
    is_focus = models.BooleanField(_("focus"), null=True, editable=False)
    verdict_reason = models.CharField(_("reason"), max_length=300, blank=True, editable=False)
    verdict_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    verdict_at = models.DateTimeField(null=True, editable=False)

    dropped_from = models.CharField(max_length=9, blank=True, editable=False)
    drop_reason = models.CharField(_("reason"), max_length=300, blank=True, editable=False)
    added_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, related_name="+", editable=False
    )
    added_at = models.DateTimeField(_("listed at"), auto_now_add=True)

    objects = ProspectQuerySet.as_manager()

    class Meta:
        verbose_name = _("prospect of a plan")
        verbose_name_plural = _("prospects of plans")
        ordering = ["account__name_pinyin", "pk"]
        constraints = [
            models.UniqueConstraint(name="prospect_once_per_plan", fields=["plan", "account"]),
            models.CheckConstraint(
                name="prospect_stage_known", condition=Q(stage__in=Stage.values)
            ),
            models.CheckConstraint(
                name="prospect_source_known", condition=Q(source__in=Source.values)
            ),
            models.CheckConstraint(
                name="prospect_method_known",
                condition=Q(method="") | Q(method__in=ContactMethod.values),
            ),
            models.CheckConstraint(
                name="prospect_analysed_in_words",
                condition=Q(stage__in=[Stage.LISTED, Stage.DROPPED]) | ~Q(situation=""),
            ),
            models.CheckConstraint(
                name="prospect_channel_before_survey",
                condition=Q(stage__in=[Stage.LISTED, Stage.ANALYSED, Stage.REPORTED, Stage.DROPPED])
                | (~Q(channel="") & ~Q(method="")),
            ),
            models.CheckConstraint(
                name="prospect_volume_has_a_basis",
                condition=Q(expected_volume=None) | ~Q(volume_basis=""),
            ),
            models.CheckConstraint(
                name="prospect_verdict_has_a_reason",
                condition=Q(is_focus=None)
                | (~Q(verdict_reason="") & Q(verdict_by__isnull=False, verdict_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="prospect_stage_fits_the_verdict",
                condition=(~Q(stage__in=[Stage.FOCUS, Stage.SURVEY]) | Q(is_focus=True))
                & (~Q(stage=Stage.NOT_FOCUS) | Q(is_focus=False)),
            ),
            models.CheckConstraint(
                name="prospect_dropped_with_a_reason",
                condition=~Q(stage=Stage.DROPPED) | (~Q(drop_reason="") & ~Q(dropped_from="")),
            ),
        ]
        indexes = [models.Index(name="prospect_by_stage", fields=["plan", "stage"])]

    def __str__(self) -> str:
        return str(self.account)

    def get_absolute_url(self) -> str:
        return reverse("development:prospect", args=[self.pk])

    @property
    def is_dropped(self) -> bool:
        return self.stage == Stage.DROPPED

    @property
    def is_open(self) -> bool:
        """Whether it is still to be worked on: neither dropped nor a customer by now."""
        return not self.is_dropped and self.account.standing == "prospect"

    @property
    def days_in_stage(self) -> int:
        return (timezone.localdate() - timezone.localdate(self.stage_since)) // dt.timedelta(days=1)

    @property
    def place(self) -> int:
        """How far along the way it has come; a dropped one, how far it had come."""
        return PLACE[Stage(self.dropped_from or self.stage)]

    def _closed_blocker(self) -> str:
        if self.plan.is_void:
            return gettext("This plan was voided.")
        if self.account.standing != "prospect":
            return gettext("%(name)s is no longer a prospect: %(standing)s.") % {
                "name": self.account,
                "standing": self.account.get_standing_display(),
            }
        if self.is_dropped:
            return gettext("This prospect was dropped; take it up again first.")
        return ""

    def _before(self, stage: Stage) -> bool:
        return self.place < PLACE[stage]

    def analyse_blocker(self, user: User) -> str:
        """Why the background material cannot be written; it may be improved at any time."""
        return self._closed_blocker()

    def report_blocker(self, user: User) -> str:
        """Why it cannot be reported now; what a plan lists when reported goes up with the plan."""
        if blocker := self._closed_blocker():
            return blocker
        if self._before(Stage.ANALYSED):
            return gettext("Write down the background material first.")
        if not self._before(Stage.REPORTED):
            return gettext("It has been reported.")
        if self.plan.status == PlanStatus.DRAFT and self.plan.receiver:
            return gettext("It goes up with its plan, which is still a draft.")
        return ""

    def channel_blocker(self, user: User) -> str:
        """Why channel and method cannot be set."""
        if blocker := self._closed_blocker():
            return blocker
        if self._before(Stage.REPORTED):
            return gettext("First analyse the prospect and report it.")
        return ""

    def survey_blocker(self, user: User) -> str:
        """Why the survey of the prospect does not begin yet."""
        if blocker := self._closed_blocker():
            return blocker
        if self._before(Stage.CHANNEL):
            return gettext("First set the channel and method of contact.")
        return ""

    def screen_blocker(self, user: User) -> str:
        """Why `user` may not decide whether to concentrate on it; suggested: a superior may."""
        if blocker := self._closed_blocker():
            return blocker
        if self._before(Stage.SURVEYED):
            return gettext("First the survey of the prospect is judged.")
        if self.stage == Stage.SURVEY:
            return gettext("The survey for recognition is under way.")
        if user.is_superior or user.pk == self.plan.author_id:
            return ""
        return gettext("A supervisor, a manager or the plan's author decides this.")

    def begin_survey_blocker(self, user: User) -> str:
        """Why the survey for recognition cannot begin."""
        if blocker := self._closed_blocker():
            return blocker
        if self.stage == Stage.SURVEY:
            return gettext("The survey for recognition is under way.")
        if self.stage != Stage.FOCUS:
            return gettext("Only a focus of development is surveyed for recognition.")
        return ""

    def drop_blocker(self, user: User) -> str:
        """Why it cannot be dropped: it can at any point, with a reason."""
        return self._closed_blocker()

    def resume_blocker(self, user: User) -> str:
        """Why it cannot be taken up again where it was left."""
        if not self.is_dropped:
            return gettext("This prospect was not dropped.")
        return gettext("This plan was voided.") if self.plan.is_void else ""


@tracked(by="prospect")
class ProspectStep(models.Model):
    """One move of a prospect from stage to stage: by whom, when, and why."""

    prospect = models.ForeignKey(Prospect, on_delete=models.PROTECT, related_name="steps")
    from_stage = models.CharField(max_length=9, blank=True)
    to_stage = models.CharField(_("stage"), max_length=9, choices=Stage.choices)
    actor = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("remark"), max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = ProspectStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a prospect")
        verbose_name_plural = _("steps of prospects")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="prospect_step_stage_known", condition=Q(to_stage__in=Stage.values)
            )
        ]

    def __str__(self) -> str:
        return f"{self.prospect}: {self.get_to_stage_display()}"
