"""What a customer said: raised, passed on, answered, and closed only when they were told."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import Feedback
from staff.models import User
from staff.transitions import TransitionDenied

from .account import locked


@transaction.atomic
def raise_(feedback: Feedback, *, actor: User) -> Feedback:
    """Write down what the customer said."""
    if blocker := locked(feedback.account).edit_blocker(actor):
        raise TransitionDenied(blocker)
    feedback.raised_by = actor
    if feedback.passed_to or feedback.passed_to_department:
        feedback.passed_at = timezone.now()
    feedback.save()
    return feedback


@transaction.atomic
def pass_on(feedback: Feedback, *, actor: User, to: User | None, department: str) -> Feedback:
    """Note whose turn it is."""
    feedback = _locked(feedback)
    if blocker := feedback.pass_blocker(actor):
        raise TransitionDenied(blocker)
    feedback.passed_to, feedback.passed_to_department = to, department
    feedback.passed_at = timezone.now()
    feedback.save(update_fields=["passed_to", "passed_to_department", "passed_at"])
    return feedback


@transaction.atomic
def answer(feedback: Feedback, *, actor: User, text: str) -> Feedback:
    """Write down the answer; it may be improved until the customer is told."""
    feedback = _locked(feedback)
    if blocker := feedback.answer_blocker(actor):
        raise TransitionDenied(blocker)
    feedback.answer, feedback.answered_by, feedback.answered_at = text, actor, timezone.now()
    feedback.save(update_fields=["answer", "answered_by", "answered_at"])
    return feedback


@transaction.atomic
def tell(feedback: Feedback, *, actor: User) -> Feedback:
    """The customer has been told: the one way to close it."""
    feedback = _locked(feedback)
    if blocker := feedback.tell_blocker(actor):
        raise TransitionDenied(blocker)
    feedback.told_by, feedback.told_at = actor, timezone.now()
    feedback.save(update_fields=["told_by", "told_at"])
    return feedback


def _locked(feedback: Feedback) -> Feedback:
    found: Feedback = Feedback.objects.select_for_update(of=("self",)).get(pk=feedback.pk)
    return found
