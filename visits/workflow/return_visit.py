"""Telephone return visits (S4-6.2): calls that reached the customer, and calls that did not."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import (
    Account,
    Channel,
    ContactPerson,
    Direction,
    Feedback,
    FeedbackKind,
    Interaction,
)
from accounts.workflow import interaction as interactions
from accounts.workflow.account import locked
from staff.duties import followed
from staff.models import User, Verb
from staff.transitions import TransitionDenied
from staff.workflow.notice import notify
from visits.models import (
    Answer,
    CallAttempt,
    Question,
    QuestionSet,
    ReturnVisit,
    Satisfaction,
    Topic,
)
from visits.models.question_set import publish_blocker


@dataclass(frozen=True)
class Said:
    """The customer's answer to one question."""

    satisfaction: str
    text: str

    def feedback_kind(self, topic: str) -> str:
        """What becomes of it: a problem, an opinion to pass on, or "" for nothing."""
        if self.satisfaction == Satisfaction.DISSATISFIED:
            return FeedbackKind.PROBLEM
        return FeedbackKind.OPINION if topic == Topic.OPINION and self.text else ""


@dataclass(frozen=True)
class Call:
    """A call as it was held, before it is written down."""

    question_set: QuestionSet
    answers: Mapping[int, Said]  # by the question's key
    happened_at: dt.datetime
    contact_person: ContactPerson | None = None
    summary: str = ""
    token: uuid.UUID | None = None

    @property
    def is_answered(self) -> bool:
        """Whether the customer answered anything: else it was an attempt, and stays due."""
        told = (said.text or said.satisfaction != UNANSWERED for said in self.answers.values())
        return any(told) or bool(self.summary)


UNANSWERED = Satisfaction.NOT_ANSWERED


def nothing_answered() -> str:
    return gettext("Nothing was answered: note it as an attempt; the call stays due.")


@transaction.atomic
def attempt(
    account: Account, *, actor: User, outcome: str, note: str, call_again_on: dt.date | None
) -> CallAttempt:
    """Note a call that reached nobody; the clock of the return visit goes on."""
    account = locked(account)
    if blocker := account.edit_blocker(actor):
        raise TransitionDenied(blocker)
    return CallAttempt.objects.create(
        account=account, caller=actor, outcome=outcome, note=note, call_again_on=call_again_on
    )


@followed
@transaction.atomic
def complete(account: Account, *, actor: User, call: Call) -> ReturnVisit:
    """Keep a call that reached the customer, with what they said passed on as feedback.

    A second click with the same token finds what the first one wrote. Two calls in a row with a
    dissatisfied answer tell the owner's superior.
    """
    account = locked(account)
    if blocker := account.edit_blocker(actor):
        raise TransitionDenied(blocker)
    token = call.token or uuid.uuid4()
    if known := ReturnVisit.objects.filter(account=account, token=token).first():
        return known  # type: ignore[no-any-return]
    if not call.is_answered:
        raise TransitionDenied(nothing_answered())
    before = ReturnVisit.objects.last_of(account)
    visit = ReturnVisit.objects.create(
        account=account,
        interaction=_interaction(account, actor, call),
        question_set=call.question_set,
        is_dissatisfied=any(
            said.satisfaction == Satisfaction.DISSATISFIED for said in call.answers.values()
        ),
        token=token,
    )
    for question in call.question_set.questions.all():
        _keep_answer(visit, question, call.answers.get(question.pk), actor)
    if visit.is_dissatisfied and before and before.is_dissatisfied:
        _tell_superior(visit, actor)
    return visit


def _interaction(account: Account, actor: User, call: Call) -> Interaction:
    """The contact record that every return visit is; its words are the answers in short."""
    words = [call.summary] if call.summary else []
    for question in call.question_set.questions.all():
        said = call.answers.get(question.pk)
        if said and (said.text or said.satisfaction != Satisfaction.NOT_ANSWERED):
            label = str(Satisfaction(said.satisfaction).label)
            words.append(f"{question.text} {label} {said.text}".strip())
    return interactions.keep(
        Interaction(
            account=account,
            author=actor,
            contact_person=call.contact_person,
            happened_at=call.happened_at,
            channel=Channel.PHONE,
            direction=Direction.OUT,
            purpose=gettext("Telephone return visit"),
            summary="\n".join(words) or gettext("The customer answered none of the questions."),
        )
    )


def _keep_answer(visit: ReturnVisit, question: Question, said: Said | None, actor: User) -> None:
    """One answer, and the feedback it makes."""
    said = said or Said(Satisfaction.NOT_ANSWERED, "")
    feedback = None
    if kind := said.feedback_kind(question.topic):
        feedback = Feedback.objects.create(
            account=visit.account,
            interaction=visit.interaction,
            kind=kind,
            text=said.text or question.text,
            raised_at=visit.interaction.happened_at,
            raised_by=actor,
        )
    Answer.objects.create(
        return_visit=visit,
        question=question,
        satisfaction=said.satisfaction,
        text=said.text,
        feedback=feedback,
    )


def _tell_superior(visit: ReturnVisit, actor: User) -> None:
    owner = visit.account.owner
    superior = owner.reports_to if owner else None
    if superior:
        notify(
            superior,
            Verb.DISSATISFIED_TWICE,
            actor=actor,
            subject=visit.account.name,
            url=visit.get_absolute_url(),
        )


@transaction.atomic
def publish(
    draft: QuestionSet, questions: list[tuple[str, str]], *, actor: User | None
) -> QuestionSet:
    """Put a new version in the place of the one in force for the same kind of customer.

    `questions` are pairs of topic and words, in their order. Raises TransitionDenied.
    """
    if actor and (blocker := publish_blocker(actor)):
        raise TransitionDenied(blocker)
    if not questions:
        raise TransitionDenied(gettext("Ask at least one question."))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('visits.question_set'))")
    last = QuestionSet.objects.aggregate(version=Max("version"))["version"] or 0
    QuestionSet.objects.filter(account_kind=draft.account_kind, retired_at=None).update(
        retired_at=timezone.now()
    )
    draft.version, draft.published_by = last + 1, actor
    draft.save(force_insert=True)
    Question.objects.bulk_create(
        Question(question_set=draft, position=place, topic=topic, text=text)
        for place, (topic, text) in enumerate(questions, start=1)
    )
    return draft
