from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.querysets.account import ThroughAccountQuerySet
from staff.audit import tracked


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

    objects = ThroughAccountQuerySet.as_manager()

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
    passed_to_department = models.CharField(_("department"), max_length=60, blank=True)
    passed_at = models.DateTimeField(_("passed on at"), null=True, editable=False)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    told_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    told_at = models.DateTimeField(_("customer told at"), null=True, editable=False)

    objects = ThroughAccountQuerySet.as_manager()

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
