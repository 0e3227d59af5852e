"""Asking a department, its answer on its own page or by a private link, and what it names."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Feedback
from accounts.workflow import feedback as feedbacks
from complaints import unnamed
from complaints.call_policies import LINK_LIFETIME
from complaints.models import AnswerLink, CallRecord, CallStatus, DepartmentQuestion, LinkKnock
from staff import policy
from staff.models import Department, Notice, User, Verb
from staff.transitions import TransitionDenied
from staff.workflow.notice import notify

KNOCKS = 30
WITHIN = dt.timedelta(hours=1)


def naming_blocker(call: CallRecord, text: str) -> str:
    """Why a text may not go to a department: it would tell who the customer is."""
    return _blocker(unnamed.names_of_call(call), text)


def feedback_naming_blocker(feedback: Feedback, text: str) -> str:
    """The same of what a customer said: their people are not named either."""
    return _blocker(unnamed.names_of_feedback(feedback), text)


def _blocker(names: list[str], text: str) -> str:
    found = unnamed.named_in(text, names)
    if not found:
        return ""
    return gettext("Departments are not told who asks: leave out “%s”.") % found


@transaction.atomic
def ask(call: CallRecord, *, actor: User, department: Department, text: str) -> DepartmentQuestion:
    """Ask a department; the call is with departments from now on."""
    call = _locked(call)
    if blocker := call.work_blocker(actor) or naming_blocker(call, text):
        raise TransitionDenied(blocker)
    question = DepartmentQuestion.objects.create(
        call=call, department=department, text=text, asked_by=actor
    )
    if call.status == CallStatus.OPEN:
        call.status = CallStatus.WITH_DEPARTMENTS
        call.save(update_fields=["status"])
    for person in department.people.all():
        notify(
            person,
            Verb.DEPARTMENT_ASKED,
            actor=actor,
            subject=text,
            url=question.get_absolute_url(),
        )
    return question


@transaction.atomic
def withdraw(question: DepartmentQuestion, *, actor: User, reason: str) -> DepartmentQuestion:
    """Take a question back; its private link ends. The last one opens the call again."""
    call = _locked(question.call)
    question = _locked_question(question)
    if blocker := question.link_blocker(actor):
        raise TransitionDenied(blocker)
    if not reason:
        raise TransitionDenied(gettext("Withdrawing needs a reason."))
    question.withdrawn_at, question.withdraw_reason = timezone.now(), reason
    question.save(update_fields=["withdrawn_at", "withdraw_reason"])
    _end_links(question.links)
    if not call.questions.filter(withdrawn_at=None).exists():
        call.status = CallStatus.OPEN
        call.save(update_fields=["status"])
    return question


@transaction.atomic
def answer(question: DepartmentQuestion, *, actor: User, text: str) -> DepartmentQuestion:
    """The answer of somebody with a login, who answers for the department."""
    question = _locked_question(question)
    if blocker := question.answer_blocker(actor):
        raise TransitionDenied(blocker)
    question.answered_by = actor
    return _keep(question, text, actor)


@transaction.atomic
def note_answer(
    question: DepartmentQuestion, *, actor: User, text: str, answerer: str
) -> DepartmentQuestion:
    """An answer given by word of mouth, written down by whoever works on the call."""
    question = _locked_question(question)
    if blocker := question.link_blocker(actor):
        raise TransitionDenied(blocker)
    question.answered_by, question.answerer = actor, answerer
    return _keep(question, text, actor)


@transaction.atomic
def make_link(question: DepartmentQuestion, *, actor: User) -> str:
    """A new secret for one question; the one before it ends. It is told only here."""
    question = _locked_question(question)
    if blocker := question.link_blocker(actor):
        raise TransitionDenied(blocker)
    _end_links(question.links)
    return _new_link(actor, question=question)


def _new_link(actor: User, **asked: Any) -> str:
    token = secrets.token_urlsafe(32)
    AnswerLink.objects.create(
        digest=digest_of(token),
        made_by=actor,
        expires_at=timezone.now() + dt.timedelta(days=policy.in_force()[LINK_LIFETIME]),
        **asked,
    )
    return token


def feedback_link_blocker(feedback: Feedback, actor: User) -> str:
    """Why no private link can be made for what a customer said."""
    if blocker := feedback.pass_blocker(actor):
        return blocker
    return "" if feedback.department else gettext("Pass it on to a department first.")


@transaction.atomic
def make_feedback_link(feedback: Feedback, *, actor: User, text: str) -> str:
    """A new secret for one thing a customer said, in words that do not name them."""
    rows = Feedback.objects.select_for_update(of=("self",)).select_related("account", "department")
    feedback = rows.get(pk=feedback.pk)
    if blocker := feedback_link_blocker(feedback, actor) or feedback_naming_blocker(feedback, text):
        raise TransitionDenied(blocker)
    _end_links(feedback.answer_links)
    return _new_link(actor, feedback=feedback, text=text)


@transaction.atomic
def revoke_feedback_link(feedback: Feedback) -> None:
    """End the private link; twice changes nothing."""
    _end_links(feedback.answer_links)


@transaction.atomic
def revoke_link(question: DepartmentQuestion, *, actor: User) -> None:
    """End the private link of a question; twice changes nothing."""
    question = _locked_question(question)
    if blocker := question.link_blocker(actor):
        raise TransitionDenied(blocker)
    _end_links(question.links)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def link_of(token: str) -> AnswerLink | None:
    """What a secret opens; None when it is unknown, revoked, expired, used, or no longer asked."""
    links = AnswerLink.objects.live().select_related(
        "question__department", "feedback__department", "feedback__account", "made_by"
    )
    return links.filter(digest=digest_of(token)).first()


@transaction.atomic
def answer_by_link(token: str, *, text: str, answerer: str) -> bool:
    """Keep an answer given by a private link, once; False when the link does not work."""
    if (link := link_of(token)) is None:
        return False
    if link.feedback:
        return _answer_feedback(token, link.feedback, text, answerer)
    question = link.question
    if question is None:
        return False
    _locked(question.call)
    question = _locked_question(question)
    if link_of(token) is None:  # somebody else was quicker, or it was revoked meanwhile
        return False
    question.answerer = answerer
    _keep(question, text, None)
    return True


def _answer_feedback(token: str, feedback: Feedback, text: str, answerer: str) -> bool:
    """The same for what a customer said: held first, then judged again."""
    Feedback.objects.select_for_update(of=("self",)).get(pk=feedback.pk)
    link = link_of(token)
    if link is None:
        return False
    feedbacks.answer_without_login(feedback, text=text, answerer=answerer, asked_by=link.made_by)
    _end_links(feedback.answer_links)
    return True


def is_limited(address: str) -> bool:
    """Whether too many wrong addresses were tried from there within the hour."""
    tries = LinkKnock.objects.filter(address=address, at__gte=timezone.now() - WITHIN)
    return tries.count() >= KNOCKS


def knock(address: str) -> None:
    """Count a wrong address; those of more than an hour ago are forgotten."""
    LinkKnock.objects.filter(at__lt=timezone.now() - WITHIN).delete()
    if not is_limited(address):
        LinkKnock.objects.create(address=address)


def _keep(question: DepartmentQuestion, text: str, actor: User | None) -> DepartmentQuestion:
    """Without a login nobody is the actor, and whoever calls back is told in any case."""
    question.answer, question.answered_at = text, timezone.now()
    question.save(update_fields=["answer", "answered_at", "answered_by", "answerer"])
    _end_links(question.links)
    call = question.call
    if actor != call.responsible and call.responsible.is_active:
        Notice.objects.create(
            person=call.responsible,
            actor=actor or question.asked_by,
            verb=Verb.DEPARTMENT_ANSWERED,
            subject=f"{call.number} {question.department}",
            url=call.get_absolute_url(),
        )
    return question


def _end_links(links: Any) -> None:
    links.filter(revoked_at=None).update(revoked_at=timezone.now())


def _locked(call: CallRecord) -> CallRecord:
    rows = CallRecord.objects.select_for_update(of=("self",)).select_related("account")
    return rows.get(pk=call.pk)


def _locked_question(question: DepartmentQuestion) -> DepartmentQuestion:
    rows = DepartmentQuestion.objects.select_for_update(of=("self",))
    related = rows.select_related("call__responsible", "department", "asked_by")
    found: DepartmentQuestion = related.get(pk=question.pk)
    return found
