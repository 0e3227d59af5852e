"""From the acknowledgement to the reply: classes, whoever finds out, pauses (第七条)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from complaints.models import (
    Cause,
    Complaint,
    ComplaintPause,
    ComplaintStatus,
    Grade,
    StepVerb,
)
from complaints.policies import centre, managers
from complaints.workflow.complaint_clock import set_clocks
from staff import policy
from staff.models import User, Verb
from staff.transitions import TransitionDenied

from .shared import end_pause, judged, keep, notify_all, worded


@dataclass(frozen=True)
class Judgement:
    """The class somebody chose, on which facts, and why."""

    grade: str
    cause: str
    reason: str
    has_serious_error: bool = False
    has_large_loss: bool = False
    is_very_dissatisfied: bool = False


@transaction.atomic
def acknowledge(complaint: Complaint, *, actor: User, note: str = "") -> Complaint:
    """The customer has been told that we have it."""
    complaint = judged(complaint, "acknowledge_blocker", actor)
    before = complaint.status
    if complaint.status == ComplaintStatus.RECEIVED:
        complaint.status = ComplaintStatus.ACKNOWLEDGED
    complaint.acknowledged_at = timezone.now()
    return keep(complaint, StepVerb.ACKNOWLEDGED, actor, before, note, "acknowledged_at")


@transaction.atomic
def classify(complaint: Complaint, *, actor: User, judgement: Judgement) -> Complaint:
    """Choose the class (第七条 3.1, 3.2), again if need be; a crisis tells the heads at once."""
    complaint = judged(complaint, "classify_blocker", actor)
    if blocker := judgement_blocker(judgement):
        raise TransitionDenied(blocker)
    before, was_crisis = complaint.status, complaint.is_crisis
    if complaint.status in (ComplaintStatus.RECEIVED, ComplaintStatus.ACKNOWLEDGED):
        complaint.status = ComplaintStatus.CLASSIFIED
    complaint.grade, complaint.cause = judgement.grade, judgement.cause
    complaint.grade_reason = judgement.reason
    complaint.has_serious_error = judgement.has_serious_error
    complaint.has_large_loss = judgement.has_large_loss
    complaint.is_very_dissatisfied = judgement.is_very_dissatisfied
    complaint.classified_at, complaint.classified_by = timezone.now(), actor
    verb = StepVerb.CLASSIFIED
    if complaint.is_crisis and not was_crisis:
        complaint.crisis_at, complaint.crisis_by = complaint.classified_at, actor
        complaint.downgraded_by = None
    elif was_crisis and not complaint.is_crisis:
        complaint.downgraded_by, verb = actor, StepVerb.DOWNGRADED
    words = worded(complaint.get_grade_display(), judgement.reason)
    keep(complaint, verb, actor, before, words, *GRADED)
    if complaint.is_crisis and not was_crisis:
        notify_all(_heads(complaint), Verb.COMPLAINT_CRISIS, complaint, actor)
    return complaint


GRADED = (
    *("grade", "cause", "grade_reason", "has_serious_error", "has_large_loss"),
    *("is_very_dissatisfied", "classified_at", "classified_by", "crisis_at", "crisis_by"),
    "downgraded_by",
)


def judgement_blocker(judgement: Judgement) -> str:
    """What is missing of the choice of a class; "" when nothing is."""
    if judgement.grade not in Grade.values or judgement.cause not in Cause.values:
        return gettext("Choose a class and a cause.")
    if not judgement.reason:
        return gettext("Classifying needs a reason.")
    if judgement.grade == Grade.CRISIS and not (
        judgement.has_serious_error or judgement.has_large_loss
    ):
        return gettext("A crisis needs a serious error or a fairly large loss (第七条 3.2.1).")
    return ""


@transaction.atomic
def investigate(
    complaint: Complaint, *, actor: User, handler: User, is_person_sent: bool = False,
    note: str = "",
) -> Complaint:  # fmt: skip
    """Begin to find out at once, or send somebody (S4-6.1(6))."""
    complaint = judged(complaint, "investigate_blocker", actor)
    if blocker := handler.absence_blocker():
        raise TransitionDenied(blocker)
    before, complaint.status = complaint.status, ComplaintStatus.INVESTIGATING
    complaint.handler, complaint.is_person_sent = handler, is_person_sent
    complaint.investigated_at = timezone.now()
    verb = StepVerb.SENT if is_person_sent else StepVerb.INVESTIGATED
    words = gettext(", ").join(filter(None, [handler.name, note]))
    changed = ("handler", "is_person_sent", "investigated_at")
    complaint = keep(complaint, verb, actor, before, words, *changed)
    notify_all([handler], Verb.COMPLAINT_GIVEN, complaint, actor)
    return complaint


@transaction.atomic
def assign(complaint: Complaint, *, actor: User, handler: User, reason: str) -> Complaint:
    """Give it to another colleague; no clock begins anew."""
    complaint = judged(complaint, "assign_blocker", actor)
    if blocker := handler.absence_blocker():
        raise TransitionDenied(blocker)
    complaint.handler = handler
    words = worded(handler.name, reason)
    complaint = keep(complaint, StepVerb.ASSIGNED, actor, complaint.status, words, "handler")
    notify_all([handler], Verb.COMPLAINT_GIVEN, complaint, actor)
    return complaint


@transaction.atomic
def pause(complaint: Complaint, *, actor: User, reason: str) -> Complaint:
    """Stop the clocks while we wait for the customer."""
    complaint = judged(complaint, "pause_blocker", actor)
    if complaint.pauses.filter(ended_at=None).exists():
        raise TransitionDenied(gettext("The clock stands still already."))
    if not reason:
        raise TransitionDenied(gettext("Say what we are waiting for."))
    ComplaintPause.objects.create(complaint=complaint, started_by=actor, reason=reason)
    return keep(complaint, StepVerb.PAUSED, actor, complaint.status, reason)


@transaction.atomic
def resume(complaint: Complaint, *, actor: User, note: str = "") -> Complaint:
    """The customer gave what we waited for; the clocks run on from where they stood."""
    complaint = judged(complaint, "pause_blocker", actor)
    if not end_pause(complaint, actor):
        raise TransitionDenied(gettext("The clock is running."))
    return keep(complaint, StepVerb.RESUMED, actor, complaint.status, note)


@transaction.atomic
def handle(complaint: Complaint, *, actor: User, values: Mapping[str, str]) -> Complaint:
    """Note findings, measures, root cause, corrective action; improved until the reply."""
    complaint = judged(complaint, "handle_blocker", actor)
    if not (values.get("findings") and values.get("measures")):
        raise TransitionDenied(gettext("Note what was found and how it is handled."))
    for name, value in values.items():
        setattr(complaint, name, value)
    before, complaint.status = complaint.status, ComplaintStatus.HANDLED
    complaint.handled_at = complaint.handled_at or timezone.now()
    changed = (*values, "handled_at")
    return keep(complaint, StepVerb.HANDLED, actor, before, values["measures"], *changed)


@transaction.atomic
def reply(complaint: Complaint, *, actor: User, text: str, way: str = "") -> Complaint:
    """The customer has our reply: all clocks have run; whoever heard it knows that we have it."""
    complaint = judged(complaint, "reply_blocker", actor)
    if not text:
        raise TransitionDenied(gettext("Write down what the customer was told."))
    end_pause(complaint, actor)
    before, complaint.status = complaint.status, ComplaintStatus.REPLIED
    set_clocks(complaint, policy.in_force())
    complaint.reply, complaint.reply_way = text, way
    complaint.replied_at, complaint.replied_by = timezone.now(), actor
    complaint.acknowledged_at = complaint.acknowledged_at or complaint.replied_at
    changed = ("reply", "reply_way", "replied_at", "replied_by", "acknowledged_at")
    return keep(complaint, StepVerb.REPLIED, actor, before, text, *changed)


def _heads(complaint: Complaint) -> list[User]:
    """Who hears of a crisis at once: the service centre's head, the managers, the owner's line."""
    people = [*centre(policy.in_force()), *managers()]
    owner = complaint.account.owner if complaint.account else None
    if owner:
        people += [person for person in (owner.reports_to, owner) if person]
    return list(dict.fromkeys(people))
