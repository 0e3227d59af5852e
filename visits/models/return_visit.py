from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.querysets.account import ThroughAccountQuerySet
from staff.audit import tracked
from visits.querysets.return_visit import AnswerQuerySet, ReturnVisitQuerySet


class AttemptOutcome(models.TextChoices):
    NO_ANSWER = "no_answer", _("No answer")
    BUSY = "busy", _("Busy")
    LATER = "later", _("Call later")


@tracked(by="account")
class CallAttempt(models.Model):
    """A call that reached nobody: kept, but it is not a return visit and stops no clock."""

    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        related_name="call_attempts",
        verbose_name=_("customer"),
    )
    caller = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=10, choices=AttemptOutcome.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)
    call_again_on = models.DateField(_("call again on"), null=True, blank=True)
    called_at = models.DateTimeField(_("called at"), auto_now_add=True)

    objects = ThroughAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("call attempt")
        verbose_name_plural = _("call attempts")
        ordering = ["-called_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="call_attempt_outcome_known", condition=Q(outcome__in=AttemptOutcome.values)
            ),
        ]
        indexes = [
            models.Index(name="call_attempt_by_account", fields=["account", "-called_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.called_at:%Y-%m-%d}"


@tracked(by="account")
class ReturnVisit(models.Model):
    """A customer reached by telephone and asked the questions of S4-6.2.

    When, by whom and with whom stands in the interaction; one that was voided does not count.
    """

    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        related_name="return_visits",
        verbose_name=_("customer"),
    )
    interaction = models.OneToOneField(
        "accounts.Interaction", on_delete=models.PROTECT, related_name="return_visit"
    )
    question_set = models.ForeignKey(
        "visits.QuestionSet", on_delete=models.PROTECT, related_name="return_visits"
    )
    is_dissatisfied = models.BooleanField(_("dissatisfied"), default=False, editable=False)
    # Drawn with the form, so that a second click finds what the first one wrote.
    token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    objects = ReturnVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("telephone return visit")
        verbose_name_plural = _("telephone return visits")
        ordering = ["-interaction__happened_at", "-pk"]
        indexes = [models.Index(name="return_visit_by_account", fields=["account", "interaction"])]

    def __str__(self) -> str:
        return f"{self.account} {self.interaction.happened_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("visits:return_visit", args=[self.pk])


class Satisfaction(models.TextChoices):
    """No scale is given in the text and none is invented: counts, never an average."""

    SATISFIED = "satisfied", _("Satisfied")
    DISSATISFIED = "dissatisfied", _("Dissatisfied")
    NOT_ANSWERED = "unanswered", _("Not answered")


@tracked(by="return_visit")
class Answer(models.Model):
    """What a customer said to one question, in their words, and whether they were satisfied."""

    return_visit = models.ForeignKey(ReturnVisit, on_delete=models.PROTECT, related_name="answers")
    question = models.ForeignKey(
        "visits.Question", on_delete=models.PROTECT, related_name="answers"
    )
    satisfaction = models.CharField(
        _("satisfied?"),
        max_length=12,
        choices=Satisfaction.choices,
        default=Satisfaction.NOT_ANSWERED,
    )
    text = models.TextField(_("answer"), blank=True)
    feedback = models.OneToOneField(
        "accounts.Feedback",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="return_visit_answer",
    )

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["return_visit", "question__position"]
        constraints = [
            models.CheckConstraint(
                name="answer_satisfaction_known",
                condition=Q(satisfaction__in=Satisfaction.values),
            ),
            models.UniqueConstraint(
                name="answer_once_per_question", fields=["return_visit", "question"]
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]
