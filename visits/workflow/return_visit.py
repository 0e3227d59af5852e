"""Telephone return visits: a call that took place, or an attempt that is only logged (S4-6.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Account, Channel, Feedback, FeedbackKind, Interaction
from accounts.workflow import feedback as feedback_workflow
from accounts.workflow import interaction as interaction_workflow
from staff.duties import followed
from staff.models import User, Verb
from staff.transitions import TransitionDenied
from staff.workflow.notice import notify
from visits.models import (
    Answer,
    Asks,
    Attempt,
    Question,
    QuestionSet,
    ReturnVisit,
    Satisfaction,
    Topic,
)


@dataclass(frozen=True)
class Given:
    """What the customer answered to one question."""

    verdict: str = ""
    text: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.text and self.verdict in ("", Satisfaction.NOT_ANSWERED)


@followed
@transaction.atomic
def record(
    account: Account,
    *,
    actor: User,
    call: Interaction,
    question_set: QuestionSet,
    answers: Mapping[int, Given],
) -> ReturnVisit:
    """Keep a call that took place; what displeased and every opinion becomes feedback.

    `answers` is by question key. Raises TransitionDenied when nothing was answered: such a call is
    an attempt.
    """
    if blocker := ReturnVisit.call_blocker(actor):
        raise TransitionDenied(blocker)
    if all(given.is_empty for given in answers.values()):
        raise TransitionDenied(
            gettext("Nothing was answered. Log it as an attempt; only a talk counts.")
        )
    call.account, call.channel = account, Channel.PHONE
    interaction_workflow.add(call, actor=actor)
    visit = ReturnVisit.objects.create(
        account=account,
        interaction=call,
        question_set=question_set,
        caller=actor,
        made_on=timezone.localdate(call.happened_at),
    )
    for question in question_set.questions.all():
        _answer(visit, question, answers.get(question.pk, Given()), actor)
    if _is_second_in_a_row(visit):
        _alert(visit, actor)
    return visit


def _answer(visit: ReturnVisit, question: Question, given: Given, actor: User) -> Answer:
    verdict = given.verdict if question.asks == Asks.VERDICT else ""
    verdict = verdict or (Satisfaction.NOT_ANSWERED if question.asks == Asks.VERDICT else "")
    feedback = None
    if kind := feedback_kind(question, verdict, given.text):
        words = given.text or question.text
        row = Feedback(account=visit.account, interaction=visit.interaction, kind=kind, text=words)
        feedback = feedback_workflow.raise_(row, actor=actor)
    return Answer.objects.create(
        return_visit=visit, question=question, verdict=verdict, text=given.text, feedback=feedback
    )


def feedback_kind(question: Question, verdict: str, text: str) -> str:
    """What an answer becomes: a problem, an opinion, or nothing."""
    if verdict == Satisfaction.DISSATISFIED:
        return str(FeedbackKind.PROBLEM)
    if text and question.topic == Topic.OTHER:
        return str(FeedbackKind.PROBLEM)
    if text and question.topic == Topic.OPINION:
        return str(FeedbackKind.OPINION)
    return ""


def _is_second_in_a_row(visit: ReturnVisit) -> bool:
    """This return visit and the one before it both met somebody dissatisfied."""
    latest = ReturnVisit.objects.filter(account=visit.account).order_by("-made_on", "-pk")[:2]
    displeased = [row.answers.filter(verdict=Satisfaction.DISSATISFIED).exists() for row in latest]
    return displeased == [True, True]


def _alert(visit: ReturnVisit, actor: User) -> None:
    owner = visit.account.owner
    superior = owner.reports_to if owner else actor.reports_to
    if superior:
        notify(
            superior,
            Verb.DISSATISFIED_TWICE,
            actor=actor,
            subject=visit.account.name,
            url=visit.get_absolute_url(),
        )


@transaction.atomic
def log_attempt(attempt: Attempt, *, actor: User) -> Attempt:
    """Note that nobody was reached; the return visit stays due."""
    if blocker := ReturnVisit.call_blocker(actor):
        raise TransitionDenied(blocker)
    attempt.caller = actor
    attempt.save()
    return attempt


@transaction.atomic
def new_version(
    question_set: QuestionSet, questions: Sequence[Question], *, actor: User
) -> QuestionSet:
    """Keep a new version of what is asked; the versions before it stay as they were asked."""
    if blocker := version_blocker(actor):
        raise TransitionDenied(blocker)
    if not questions:
        raise TransitionDenied(gettext("A return visit asks at least one question."))
    same = QuestionSet.objects.select_for_update().filter(account_kind=question_set.account_kind)
    question_set.version = max((row.version for row in same), default=0) + 1
    question_set.made_by = actor
    question_set.save()
    for place, question in enumerate(questions, 1):
        question.question_set, question.place = question_set, place
        question.save()
    return question_set


def version_blocker(user: User) -> str:
    """Why `user` may not change what is asked; "" if they may."""
    if user.is_active and user.is_manager:
        return ""
    return gettext("Only the key account manager changes what return visits ask.")
