from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.querysets.account import FeedbackQuerySet, InteractionQuerySet
from staff import calendar
from staff.audit import tracked

if TYPE_CHECKING:
    from staff.models import User


class Channel(models.TextChoices):
    PHONE = "phone", _("Phone")
    VISIT = "visit", _("Visit")
    WECHAT = "wechat", _("WeChat")
    MEETING = "meeting", _("Meeting")
    EMAIL = "email", _("E-mail")
    OTHER = "other", _("Other")


class Direction(models.TextChoices):
    """Information is shared both ways (S1-A1-1)."""

    OUT = "out", _("We contacted them")
    IN = "in", _("They contacted us")


@tracked(by="account")
class Interaction(models.Model):
    """One contact with a customer: when, how, what was said, and what comes next.

    It stays with its author for good, whoever looks after the customer later.
    """

    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        related_name="interactions",
        verbose_name=_("customer"),
    )
    author = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, related_name="interactions", editable=False
    )
    contact_person = models.ForeignKey(
        "accounts.ContactPerson",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="interactions",
        verbose_name=_("with"),
    )
    happened_at = models.DateTimeField(_("when"), default=timezone.now)
    channel = models.CharField(
        _("channel"), max_length=8, choices=Channel.choices, default=Channel.PHONE
    )
    direction = models.CharField(
        _("direction"), max_length=3, choices=Direction.choices, default=Direction.OUT
    )
    purpose = models.CharField(_("purpose"), max_length=100, blank=True)
    summary = models.TextField(_("what was said"))
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    next_step_on = models.DateField(_("due on"), null=True, blank=True)
    next_step_done_at = models.DateTimeField(_("done at"), null=True, editable=False)
    voided_at = models.DateTimeField(null=True, editable=False)
    void_reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = InteractionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact record")
        verbose_name_plural = _("contact records")
        ordering = ["-happened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="interaction_channel_known", condition=Q(channel__in=Channel.values)
            ),
            models.CheckConstraint(
                name="interaction_direction_known", condition=Q(direction__in=Direction.values)
            ),
            models.CheckConstraint(
                name="interaction_next_step_has_words_and_a_date",
                condition=Q(next_step="", next_step_on=None)
                | (~Q(next_step="") & Q(next_step_on__isnull=False)),
                violation_error_message=_("A next step needs both words and a date."),
            ),
            models.CheckConstraint(
                name="interaction_void_has_a_reason",
                condition=Q(voided_at=None) | ~Q(void_reason=""),
            ),
        ]
        indexes = [
            models.Index(name="interaction_by_account", fields=["account", "-happened_at"]),
            models.Index(
                name="interaction_next_steps",
                fields=["next_step_on"],
                condition=Q(next_step_on__isnull=False, next_step_done_at=None, voided_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.happened_at:%Y-%m-%d}"

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    def edit_blocker(self, user: User) -> str:
        """Why `user` may not change the words; suggested: the author may, on the same day."""
        if self.is_void:
            return gettext("This record was voided.")
        if self.author_id != user.pk:
            return gettext("Only %(name)s, who wrote it, can change it; add a correction.") % {
                "name": self.author
            }
        if timezone.localdate(self.created_at) != timezone.localdate():
            return gettext(
                "It can be changed on the day it was written; from then on add a correction."
            )
        return ""

    def void_blocker(self, user: User) -> str:
        """Why `user` may not void this record: its author and the superiors may."""
        if self.is_void:
            return gettext("This record was voided.")
        if self.author_id == user.pk or user.is_superior:
            return ""
        return gettext("Only its author, a supervisor or a manager can void it.")

    def correction_blocker(self, user: User) -> str:
        """Why nothing can be added to this record any more."""
        return gettext("This record was voided.") if self.is_void else ""

    def next_step_blocker(self, user: User) -> str:
        """Why the next step cannot be ticked off."""
        if self.is_void:
            return gettext("This record was voided.")
        if not self.next_step:
            return gettext("This record has no next step.")
        return gettext("This step is done.") if self.next_step_done_at else ""

    @property
    def is_step_overdue(self) -> bool:
        due = self.next_step_on
        return due is not None and not self.next_step_done_at and due < timezone.localdate()


@tracked(by="interaction")
class Correction(models.Model):
    """What was wrong or missing in a record that can no longer be changed; both stay readable."""

    interaction = models.ForeignKey(
        Interaction, on_delete=models.PROTECT, related_name="corrections"
    )
    author = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("correction"), max_length=500)
    written_at = models.DateTimeField(_("written at"), auto_now_add=True)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["written_at", "pk"]
        constraints = [models.CheckConstraint(name="correction_has_words", condition=~Q(text=""))]

    def __str__(self) -> str:
        return self.text[:40]


class FeedbackKind(models.TextChoices):
    NEED = "need", _("Need")
    OPINION = "opinion", _("Opinion")
    SUGGESTION = "suggestion", _("Suggestion")
    PROBLEM = "problem", _("Problem")


@tracked(by="account")
class Feedback(models.Model):
    """Something a customer said that must be passed on, answered, and the customer told."""

    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        related_name="feedback",
        verbose_name=_("customer"),
    )
    interaction = models.ForeignKey(
        "accounts.Interaction",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="feedback",
    )
    kind = models.CharField(_("kind"), max_length=10, choices=FeedbackKind.choices)
    text = models.TextField(_("in the customer's words"))
    raised_at = models.DateTimeField(_("raised at"), default=timezone.now)
    raised_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, related_name="+", editable=False
    )
    passed_to = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="feedback_to_answer",
        verbose_name=_("passed on to"),
    )
    department = models.ForeignKey(
        "staff.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="feedback",
        verbose_name=_("department"),
    )
    passed_at = models.DateTimeField(_("passed on at"), null=True, editable=False)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    answerer = models.CharField(
        _("answered by"), max_length=50, blank=True, editable=False
    )  # who answered by a private link, without a login
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    told_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    told_at = models.DateTimeField(_("customer told at"), null=True, editable=False)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="feedback_kind_known", condition=Q(kind__in=FeedbackKind.values)
            ),
            models.CheckConstraint(
                name="feedback_answer_has_words",
                condition=Q(answered_at=None) | ~Q(answer=""),
            ),
            models.CheckConstraint(
                name="feedback_told_after_answer",
                condition=Q(told_at=None) | Q(answered_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="feedback_open", fields=["account", "raised_at"], condition=Q(told_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.text[:40]

    def get_absolute_url(self) -> str:
        return reverse("accounts:feedback", args=[self.account_id, self.pk])

    @property
    def is_closed(self) -> bool:
        """Nothing closes before the customer has been told."""
        return self.told_at is not None

    @property
    def stage(self) -> str:
        """How far it has come, in words."""
        if self.told_at:
            return gettext("Customer told")
        if self.answered_at:
            return gettext("Tell the customer")
        return gettext("Passed on") if self.passed_at else gettext("Raised")

    @property
    def who_answered(self) -> str:
        return str(self.answered_by or self.answerer)

    def _closed_blocker(self) -> str:
        return gettext("The customer has been told; this is closed.") if self.is_closed else ""

    def pass_blocker(self, user: User) -> str:
        """Why this can no longer be passed on."""
        if blocker := self._closed_blocker():
            return blocker
        return gettext("This has been answered.") if self.answered_at else ""

    def answer_blocker(self, user: User) -> str:
        """Why no answer can be written; an answer may be improved until the customer is told."""
        return self._closed_blocker()

    def tell_blocker(self, user: User) -> str:
        """Why the customer cannot be marked as told."""
        if blocker := self._closed_blocker():
            return blocker
        return "" if self.answered_at else gettext("Write down the answer first.")

    @property
    def waited(self) -> dt.timedelta:
        """From the day it was raised until the customer was told, or until now."""
        return (self.told_at or timezone.now()) - self.raised_at

    @property
    def waited_text(self) -> str:
        return calendar.elapsed_text(self.raised_at, self.told_at)
