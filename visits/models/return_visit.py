from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Kind
from accounts.querysets.account import ThroughAccountQuerySet
from staff.audit import tracked
from visits.querysets.return_visit import QuestionSetQuerySet, ReturnVisitQuerySet

if TYPE_CHECKING:
    from staff.models import User


class Topic(models.TextChoices):
    """What a question is about, the same through all versions (S4-6.2-6)."""

    SERVICE = "service", _("Service as a whole")
    ACCURACY = "accuracy", _("Accuracy")
    TIMELINESS = "timeliness", _("Timeliness")
    ATTITUDE = "attitude", _("Attitude")
    OTHER = "other", _("Other dissatisfaction")
    OPINION = "opinion", _("Opinions and suggestions")


class Asks(models.TextChoices):
    VERDICT = "verdict", _("Satisfied or not")
    WORDS = "words", _("Words only")


class Satisfaction(models.TextChoices):
    """No scale is invented: the text knows these three (S4-6.2-2)."""

    SATISFIED = "satisfied", _("Satisfied")
    DISSATISFIED = "dissatisfied", _("Dissatisfied")
    NOT_ANSWERED = "not_answered", _("Not answered")


@tracked()
class QuestionSet(models.Model):
    """One version of what is asked and said in a return visit, for one kind of customer or all.

    The newest that has begun is used; what was asked before keeps its version (S4-6.2).
    """

    version = models.PositiveIntegerField(_("version"), editable=False)
    account_kind = models.CharField(_("for"), max_length=12, choices=Kind.choices, blank=True)
    subject = models.CharField(
        _("what the customer buys from us"),
        max_length=60,
        help_text=_("As the caller says it: “may I ask about your …?”"),
    )
    opening = models.TextField(
        _("opening"),
        help_text=_("{company}, {caller} and {subject} are filled in."),
    )
    closing = models.TextField(_("closing"))
    begins_on = models.DateField(_("used from"))
    made_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    objects = QuestionSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("question set")
        verbose_name_plural = _("question sets")
        ordering = ["account_kind", "-version"]
        constraints = [
            models.UniqueConstraint(
                name="question_set_version_once", fields=["account_kind", "version"]
            ),
        ]

    def __str__(self) -> str:
        kind = self.get_account_kind_display() if self.account_kind else gettext("all customers")
        return gettext("Version %(version)d, %(kind)s") % {"version": self.version, "kind": kind}

    def get_absolute_url(self) -> str:
        return reverse("visits:question_set", args=[self.pk])


@tracked(by="question_set")
class Question(models.Model):
    """One question of a set, in the words in which it is put."""

    question_set = models.ForeignKey(
        QuestionSet, on_delete=models.CASCADE, related_name="questions"
    )
    place = models.PositiveSmallIntegerField(_("place"))
    topic = models.CharField(_("about"), max_length=10, choices=Topic.choices)
    asks = models.CharField(
        _("answered by"), max_length=8, choices=Asks.choices, default=Asks.VERDICT
    )
    text = models.CharField(pgettext_lazy("return visit", "question"), max_length=200)

    class Meta:
        verbose_name = pgettext_lazy("return visit", "question")
        verbose_name_plural = pgettext_lazy("return visit", "questions")
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(name="question_place_once", fields=["question_set", "place"]),
            models.CheckConstraint(
                name="question_topic_known", condition=Q(topic__in=Topic.values)
            ),
            models.CheckConstraint(name="question_asks_known", condition=Q(asks__in=Asks.values)),
            models.CheckConstraint(name="question_has_words", condition=~Q(text="")),
        ]
        triggers = [
            pgtrigger.Protect(name="kept_as_asked", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.text


@tracked(by="account")
class ReturnVisit(models.Model):
    """A telephone return visit that took place; its time, person and words are the interaction's.

    Calls that reached nobody are `Attempt`s and never count (S4-6.2-6, Q47).
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
    question_set = models.ForeignKey(QuestionSet, on_delete=models.PROTECT, related_name="+")
    caller = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="return_visits")
    made_on = models.DateField(_("called on"))

    objects = ReturnVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("return visit")
        verbose_name_plural = _("return visits")
        ordering = ["-made_on", "-pk"]
        indexes = [
            models.Index(name="return_visit_by_account", fields=["account", "-made_on", "-id"]),
            models.Index(name="return_visit_by_day", fields=["-made_on", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.made_on}"

    def get_absolute_url(self) -> str:
        return reverse("visits:return_visit", args=[self.pk])

    @staticmethod
    def call_blocker(user: User) -> str:
        """Why `user` may not call; whoever sees the customer may (Q65)."""
        if user.role or user.is_service_centre:
            return ""
        return gettext("Return visits are made by account staff or the service centre.")


@tracked(by="return_visit")
class Answer(models.Model):
    """What the customer answered to one question, verbatim, and what became of it."""

    return_visit = models.ForeignKey(ReturnVisit, on_delete=models.PROTECT, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    verdict = models.CharField(
        _("verdict"), max_length=12, choices=Satisfaction.choices, blank=True
    )
    text = models.TextField(_("in the customer's words"), blank=True)
    feedback = models.OneToOneField(
        "accounts.Feedback", on_delete=models.PROTECT, null=True, related_name="answer_source"
    )

    class Meta:
        verbose_name = pgettext_lazy("return visit", "answer")
        verbose_name_plural = pgettext_lazy("return visit", "answers")
        ordering = ["question__place"]
        constraints = [
            models.UniqueConstraint(name="answer_once", fields=["return_visit", "question"]),
            models.CheckConstraint(
                name="answer_verdict_known", condition=Q(verdict__in=["", *Satisfaction.values])
            ),
            models.CheckConstraint(
                name="answer_dissatisfied_is_followed_up",
                condition=~Q(verdict=Satisfaction.DISSATISFIED) | Q(feedback__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40] or self.get_verdict_display()

    @property
    def is_dissatisfied(self) -> bool:
        return self.verdict == Satisfaction.DISSATISFIED


class AttemptOutcome(models.TextChoices):
    NO_ANSWER = "no_answer", _("No answer")
    BUSY = "busy", _("Busy")
    LATER = "later", _("Call later")
    WRONG_NUMBER = "wrong", _("Wrong number")


@tracked(by="account")
class Attempt(models.Model):
    """A call that did not become a return visit: logged, and it does not count (S4-6.2-6)."""

    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="return_visit_attempts"
    )
    caller = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField(_("called at"), default=timezone.now)
    outcome = models.CharField(_("outcome"), max_length=10, choices=AttemptOutcome.choices)
    call_again_on = models.DateField(_("call again on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = ThroughAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("call attempt")
        verbose_name_plural = _("call attempts")
        ordering = ["-called_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="attempt_outcome_known", condition=Q(outcome__in=AttemptOutcome.values)
            ),
            models.CheckConstraint(
                name="attempt_later_has_a_day",
                condition=~Q(outcome=AttemptOutcome.LATER) | Q(call_again_on__isnull=False),
                violation_error_message=_("On which day?"),
            ),
        ]
        indexes = [models.Index(name="attempt_by_account", fields=["account", "-called_at"])]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.called_at:%Y-%m-%d}"
