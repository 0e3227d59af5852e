"""The customer's verdict: closing, a second person's consent, taking it up again."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from complaints.models import (
    Complaint,
    ComplaintStatus,
    StepVerb,
    Verdict,
)
from complaints.policies import managers
from staff.models import User, Verb
from staff.transitions import TransitionDenied

from .shared import judged, keep, notify_all, worded


@transaction.atomic
def close(
    complaint: Complaint, *, actor: User, verdict: str, words: str = "", reason: str = ""
) -> Complaint:
    """Note the verdict: a satisfied customer closes it, any other asks a second person."""
    complaint = judged(complaint, "close_blocker", actor)
    if verdict not in Verdict.values:
        raise TransitionDenied(gettext("Note what the customer says of our reply."))
    before, complaint.verdict, complaint.verdict_words = complaint.status, verdict, words
    label = str(complaint.get_verdict_display())
    if verdict == Verdict.SATISFIED:
        complaint.status = ComplaintStatus.CLOSED
        complaint.closed_at, complaint.closed_by = timezone.now(), actor
        return keep(complaint, StepVerb.CLOSED, actor, before, label, *CLOSING)
    if not reason:
        raise TransitionDenied(gettext("Closing without satisfaction needs a reason."))
    complaint.status, complaint.close_reason = ComplaintStatus.TO_APPROVE, reason
    complaint.close_asked_at, complaint.close_asked_by = timezone.now(), actor
    words = worded(label, reason)
    complaint = keep(complaint, StepVerb.CLOSE_ASKED, actor, before, words, *CLOSING)
    notify_all(approvers(complaint), Verb.COMPLAINT_TO_APPROVE, complaint, actor)
    return complaint


CLOSING = (
    *("verdict", "verdict_words", "close_reason", "close_asked_at", "close_asked_by"),
    *("closed_at", "closed_by"),
)


def approvers(complaint: Complaint) -> list[User]:
    """Who is told that a closing awaits approval: the superior of whoever asks, else the heads."""
    asker = complaint.close_asked_by
    return [asker.reports_to] if asker and asker.reports_to else managers()


@transaction.atomic
def approve_close(complaint: Complaint, *, actor: User, note: str = "") -> Complaint:
    """A second person agrees to close it without the customer's satisfaction."""
    complaint = judged(complaint, "approve_blocker", actor)
    before, complaint.status = complaint.status, ComplaintStatus.CLOSED
    complaint.closed_at, complaint.closed_by = timezone.now(), actor
    return keep(complaint, StepVerb.CLOSED, actor, before, note, *CLOSING)


@transaction.atomic
def refuse_close(complaint: Complaint, *, actor: User, reason: str) -> Complaint:
    """A second person sends it back: the customer deserves more."""
    complaint = judged(complaint, "approve_blocker", actor)
    if not reason:
        raise TransitionDenied(gettext("Not agreeing needs a reason."))
    asker = complaint.close_asked_by
    before, complaint.status = complaint.status, ComplaintStatus.REPLIED
    _forget_verdict(complaint)
    complaint = keep(complaint, StepVerb.CLOSE_REFUSED, actor, before, reason, *CLOSING)
    notify_all([asker] if asker else [], Verb.COMPLAINT_NOT_CLOSED, complaint, actor)
    return complaint


@transaction.atomic
def reopen(complaint: Complaint, *, actor: User, reason: str) -> Complaint:
    """Take it up again: the reply counts from now; the chronology keeps what was said."""
    complaint = judged(complaint, "reopen_blocker", actor)
    if not reason:
        raise TransitionDenied(gettext("Taking it up again needs a reason."))
    before, complaint.status = complaint.status, ComplaintStatus.INVESTIGATING
    complaint.reopened_at = timezone.now()
    complaint.replied_at = complaint.replied_by = complaint.handled_at = None
    _forget_verdict(complaint)
    changed = ("reopened_at", "replied_at", "replied_by", "handled_at", *CLOSING)
    complaint = keep(complaint, StepVerb.REOPENED, actor, before, reason, *changed)
    handler = complaint.handler
    notify_all([handler] if handler else [], Verb.COMPLAINT_GIVEN, complaint, actor)
    return complaint


def _forget_verdict(complaint: Complaint) -> None:
    """The chronology keeps what the customer said of the earlier reply."""
    complaint.verdict = complaint.verdict_words = complaint.close_reason = ""
    complaint.close_asked_at = complaint.close_asked_by = None
    complaint.closed_at = complaint.closed_by = None
