"""What a customer says to the service centre, which does not see their file."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Feedback
from accounts.workflow.account import locked
from complaints.models.call import intake_blocker
from staff.duties import followed
from staff.models import User, Verb
from staff.transitions import TransitionDenied
from staff.workflow.notice import notify


@followed
@transaction.atomic
def take(feedback: Feedback, *, actor: User) -> Feedback:
    """Write it down on the customer's file; whoever looks after the customer is told."""
    account = locked(feedback.account)
    if blocker := intake_blocker(actor) or account.edit_blocker(actor):
        raise TransitionDenied(blocker)
    feedback.raised_by = actor
    feedback.save()
    if account.owner:
        notify(
            account.owner,
            Verb.FEEDBACK_TAKEN,
            actor=actor,
            subject=feedback.text,
            url=feedback.get_absolute_url(),
        )
    return feedback
