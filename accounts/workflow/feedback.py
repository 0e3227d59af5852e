"""What a customer said: raised, passed on, answered, and closed only when they were told."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Account, Feedback
from staff.duties import followed
from staff.models import Department, Notice, User, Verb
from staff.transitions import TransitionDenied
from staff.workflow.notice import notify

from .account import locked


@followed
@transaction.atomic
def raise_(feedback: Feedback, *, actor: User) -> Feedback:
    """Write down what the customer said."""
    if blocker := locked(feedback.account).edit_blocker(actor):
        raise TransitionDenied(blocker)
    feedback.raised_by = actor
    if feedback.passed_to or feedback.department:
        feedback.passed_at = timezone.now()
    feedback.save()
    return feedback


@transaction.atomic
def pass_on(
    feedback: Feedback, *, actor: User, to: User | None, department: Department | None
) -> Feedback:
    """Ask a colleague, a department, or both; each is told at once."""
    feedback = _locked(feedback)
    if blocker := feedback.pass_blocker(actor) or (to.absence_blocker() if to else ""):
        raise TransitionDenied(blocker)
    if not to and not department:
        raise TransitionDenied(gettext("Name a colleague or a department."))
    feedback.passed_to, feedback.department = to, department
    feedback.passed_at = timezone.now()
    feedback.save(update_fields=["passed_to", "department", "passed_at"])
    asked = {to} if to else set()
    if department:
        asked |= set(department.people.all())
    page = reverse("complaints:feedback_answer", args=[feedback.pk])
    for person in asked:
        # The page where it is answered: whoever is asked may not see the customer's file.
        seen = Account.objects.visible_to(person).filter(pk=feedback.account_id).exists()
        # SECURITY: words may name the customer; who does not see them is told the kind alone.
        subject = feedback.text if seen else str(feedback.get_kind_display())
        notify(person, Verb.FEEDBACK_PASSED, actor=actor, subject=subject, url=page)
    return feedback


@transaction.atomic
def answer(feedback: Feedback, *, actor: User, text: str) -> Feedback:
    """Write down the answer; it may be improved until the customer is told."""
    feedback = _locked(feedback)
    if blocker := feedback.answer_blocker(actor):
        raise TransitionDenied(blocker)
    feedback.answered_by, feedback.answerer = actor, ""
    _keep_answer(feedback, text)
    for person in concerned(feedback):
        _tell(person, Verb.FEEDBACK_ANSWERED, feedback, actor, page_for(person, feedback))
    return feedback


@transaction.atomic
def answer_without_login(
    feedback: Feedback, *, text: str, answerer: str, asked_by: User
) -> Feedback:
    """An answer by a private link: a name takes the place of a login."""
    feedback = _locked(feedback)
    feedback.answered_by, feedback.answerer = None, answerer
    _keep_answer(feedback, text)
    Notice.objects.bulk_create(
        Notice(
            person=person,
            actor=asked_by,
            verb=Verb.DEPARTMENT_ANSWERED,
            subject=feedback.text[:200],
            url=page_for(person, feedback),
        )
        for person in concerned(feedback)
    )
    return feedback


def _keep_answer(feedback: Feedback, text: str) -> None:
    feedback.answer, feedback.answered_at = text, timezone.now()
    feedback.save(update_fields=["answer", "answered_by", "answerer", "answered_at"])


def concerned(feedback: Feedback) -> set[User]:
    """Who hears of the answer: whoever wrote it down and whoever looks after the customer."""
    return {feedback.raised_by, feedback.account.owner or feedback.raised_by}


def page_for(person: User, feedback: Feedback) -> str:
    """The customer's file; the service centre, which sees none, has a page of its own."""
    if person.role:
        return feedback.get_absolute_url()
    return reverse("complaints:feedback_answer", args=[feedback.pk])


@followed
@transaction.atomic
def tell(feedback: Feedback, *, actor: User) -> Feedback:
    """The customer has been told: the one way to close it."""
    feedback = _locked(feedback)
    if blocker := feedback.tell_blocker(actor):
        raise TransitionDenied(blocker)
    feedback.told_by, feedback.told_at = actor, timezone.now()
    feedback.save(update_fields=["told_by", "told_at"])
    return feedback


def _tell(person: User, verb: Verb, feedback: Feedback, actor: User, url: str) -> None:
    notify(person, verb, actor=actor, subject=feedback.text, url=url)


def _locked(feedback: Feedback) -> Feedback:
    found: Feedback = Feedback.objects.select_for_update(of=("self",)).get(pk=feedback.pk)
    return found
