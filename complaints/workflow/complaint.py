"""Complaints (S4-6.1(6)): each step locks, judges, writes, and tells the chronology."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.workflow import attachment as attachments
from complaints.duties.complaint import follow
from complaints.models import (
    Cause,
    Complaint,
    ComplaintAddition,
    ComplaintFile,
    ComplaintLink,
    ComplaintPause,
    ComplaintStatus,
    ComplaintStep,
    Grade,
    StepVerb,
    Verdict,
)
from complaints.models.complaint_steps import intake_blocker
from complaints.numbering import COMPLAINTS, next_number
from complaints.policies import centre, managers
from staff import policy
from staff.clock import future_blocker
from staff.models import User, Verb
from staff.transitions import TransitionDenied
from staff.workflow.notice import notify

from . import call as calls
from .complaint_clock import set_clocks


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
def receive(complaint: Complaint, *, actor: User, is_acknowledged: bool = False) -> Complaint:
    """Take a complaint; a second click with the same token finds what the first one wrote."""
    if blocker := intake_blocker(actor) or future_blocker(complaint.received_at):
        raise TransitionDenied(blocker)
    # The number is held first: whoever clicked before has written by then.
    day = timezone.localdate(complaint.received_at)
    complaint.number = next_number(Complaint, COMPLAINTS, day)
    if complaint.token and (known := Complaint.objects.filter(token=complaint.token).first()):
        found: Complaint = known
        return found
    complaint.received_by = actor
    set_clocks(complaint, policy.in_force())
    if is_acknowledged:
        complaint.status = ComplaintStatus.ACKNOWLEDGED
        complaint.acknowledged_at = complaint.received_at
    complaint.save()
    if complaint.call and not complaint.call.complaint_blocker(actor):
        calls.become_complaint(complaint.call, actor=actor)
    _tell(complaint, StepVerb.RECEIVED, actor, happened_at=complaint.received_at)
    owner = complaint.account.owner if complaint.account else None
    if owner:
        _notify([owner], Verb.COMPLAINT_RECEIVED, complaint, actor)
    follow(complaint)
    return complaint


@transaction.atomic
def edit(complaint: Complaint, *, actor: User, values: Mapping[str, Any]) -> Complaint:
    """Correct who complains and what about; the words of the customer are no part of it."""
    complaint = _judged(complaint, "edit_blocker", actor)
    if "content" in values:
        raise TransitionDenied(gettext("The customer's words are added to, never changed."))
    before = complaint.account_id
    for name, value in values.items():
        setattr(complaint, name, value)
    complaint.save(update_fields=list(values))
    _tell(complaint, StepVerb.EDITED, actor)
    follow(complaint, before=[before])
    return complaint


@transaction.atomic
def add(complaint: Complaint, *, actor: User, text: str) -> ComplaintAddition:
    """More of what the customer said, beside the words that stay."""
    complaint = _judged(complaint, "add_blocker", actor)
    return ComplaintAddition.objects.create(complaint=complaint, written_by=actor, text=text)


@transaction.atomic
def note(
    complaint: Complaint, *, actor: User, text: str, happened_at: dt.datetime | None = None
) -> ComplaintStep:
    """A line of the chronology that changes no state."""
    complaint = _judged(complaint, "add_blocker", actor)
    if happened_at and (blocker := future_blocker(happened_at)):
        raise TransitionDenied(blocker)
    return _tell(complaint, StepVerb.NOTED, actor, note=text, happened_at=happened_at)


@transaction.atomic
def attach(
    complaint: Complaint, *, actor: User, upload: UploadedFile[Any], title: str
) -> ComplaintFile:
    """Keep a piece of evidence, after looking at what it really is."""
    complaint = _judged(complaint, "add_blocker", actor)
    return ComplaintFile.objects.create(
        complaint=complaint, title=title, uploaded_by=actor, **attachments.examined(upload)
    )


@transaction.atomic
def void_file(file: ComplaintFile, *, actor: User, reason: str) -> ComplaintFile:
    """Take a piece of evidence out of reach; its row and its bytes are kept."""
    found: ComplaintFile = ComplaintFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if blocker := found.void_blocker(actor):
        raise TransitionDenied(blocker)
    if not reason:
        raise TransitionDenied(gettext("Voiding needs a reason."))
    found.voided_at, found.void_reason = timezone.now(), reason
    found.save(update_fields=["voided_at", "void_reason"])
    return found


@transaction.atomic
def acknowledge(complaint: Complaint, *, actor: User, note: str = "") -> Complaint:
    """The customer has been told that we have it."""
    complaint = _judged(complaint, "acknowledge_blocker", actor)
    before = complaint.status
    if complaint.status == ComplaintStatus.RECEIVED:
        complaint.status = ComplaintStatus.ACKNOWLEDGED
    complaint.acknowledged_at = timezone.now()
    return _keep(complaint, StepVerb.ACKNOWLEDGED, actor, before, note, "acknowledged_at")


@transaction.atomic
def classify(complaint: Complaint, *, actor: User, judgement: Judgement) -> Complaint:
    """Choose the class (第七条 3.1, 3.2), again if need be; a crisis tells the heads at once."""
    complaint = _judged(complaint, "classify_blocker", actor)
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
    words = _worded(complaint.get_grade_display(), judgement.reason)
    _keep(complaint, verb, actor, before, words, *GRADED)
    if complaint.is_crisis and not was_crisis:
        _notify(_heads(complaint), Verb.COMPLAINT_CRISIS, complaint, actor)
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
    complaint = _judged(complaint, "investigate_blocker", actor)
    if blocker := handler.absence_blocker():
        raise TransitionDenied(blocker)
    before, complaint.status = complaint.status, ComplaintStatus.INVESTIGATING
    complaint.handler, complaint.is_person_sent = handler, is_person_sent
    complaint.investigated_at = timezone.now()
    verb = StepVerb.SENT if is_person_sent else StepVerb.INVESTIGATED
    words = gettext(", ").join(filter(None, [handler.name, note]))
    changed = ("handler", "is_person_sent", "investigated_at")
    complaint = _keep(complaint, verb, actor, before, words, *changed)
    _notify([handler], Verb.COMPLAINT_GIVEN, complaint, actor)
    return complaint


@transaction.atomic
def assign(complaint: Complaint, *, actor: User, handler: User, reason: str) -> Complaint:
    """Give it to another colleague; no clock begins anew."""
    complaint = _judged(complaint, "assign_blocker", actor)
    if blocker := handler.absence_blocker():
        raise TransitionDenied(blocker)
    complaint.handler = handler
    words = _worded(handler.name, reason)
    complaint = _keep(complaint, StepVerb.ASSIGNED, actor, complaint.status, words, "handler")
    _notify([handler], Verb.COMPLAINT_GIVEN, complaint, actor)
    return complaint


@transaction.atomic
def pause(complaint: Complaint, *, actor: User, reason: str) -> Complaint:
    """Stop the clocks while we wait for the customer."""
    complaint = _judged(complaint, "pause_blocker", actor)
    if complaint.pauses.filter(ended_at=None).exists():
        raise TransitionDenied(gettext("The clock stands still already."))
    if not reason:
        raise TransitionDenied(gettext("Say what we are waiting for."))
    ComplaintPause.objects.create(complaint=complaint, started_by=actor, reason=reason)
    return _keep(complaint, StepVerb.PAUSED, actor, complaint.status, reason)


@transaction.atomic
def resume(complaint: Complaint, *, actor: User, note: str = "") -> Complaint:
    """The customer gave what we waited for; the clocks run on from where they stood."""
    complaint = _judged(complaint, "pause_blocker", actor)
    if not _end_pause(complaint, actor):
        raise TransitionDenied(gettext("The clock is running."))
    return _keep(complaint, StepVerb.RESUMED, actor, complaint.status, note)


@transaction.atomic
def handle(complaint: Complaint, *, actor: User, values: Mapping[str, str]) -> Complaint:
    """Note findings, measures, root cause, corrective action; improved until the reply."""
    complaint = _judged(complaint, "handle_blocker", actor)
    if not (values.get("findings") and values.get("measures")):
        raise TransitionDenied(gettext("Note what was found and how it is handled."))
    for name, value in values.items():
        setattr(complaint, name, value)
    before, complaint.status = complaint.status, ComplaintStatus.HANDLED
    complaint.handled_at = complaint.handled_at or timezone.now()
    changed = (*values, "handled_at")
    return _keep(complaint, StepVerb.HANDLED, actor, before, values["measures"], *changed)


@transaction.atomic
def reply(complaint: Complaint, *, actor: User, text: str, way: str = "") -> Complaint:
    """The customer has our reply: all clocks have run; whoever heard it knows that we have it."""
    complaint = _judged(complaint, "reply_blocker", actor)
    if not text:
        raise TransitionDenied(gettext("Write down what the customer was told."))
    _end_pause(complaint, actor)
    before, complaint.status = complaint.status, ComplaintStatus.REPLIED
    set_clocks(complaint, policy.in_force())
    complaint.reply, complaint.reply_way = text, way
    complaint.replied_at, complaint.replied_by = timezone.now(), actor
    complaint.acknowledged_at = complaint.acknowledged_at or complaint.replied_at
    changed = ("reply", "reply_way", "replied_at", "replied_by", "acknowledged_at")
    return _keep(complaint, StepVerb.REPLIED, actor, before, text, *changed)


@transaction.atomic
def close(
    complaint: Complaint, *, actor: User, verdict: str, words: str = "", reason: str = ""
) -> Complaint:
    """Note the verdict: a satisfied customer closes it, any other asks a second person."""
    complaint = _judged(complaint, "close_blocker", actor)
    if verdict not in Verdict.values:
        raise TransitionDenied(gettext("Note what the customer says of our reply."))
    before, complaint.verdict, complaint.verdict_words = complaint.status, verdict, words
    label = str(complaint.get_verdict_display())
    if verdict == Verdict.SATISFIED:
        complaint.status = ComplaintStatus.CLOSED
        complaint.closed_at, complaint.closed_by = timezone.now(), actor
        return _keep(complaint, StepVerb.CLOSED, actor, before, label, *CLOSING)
    if not reason:
        raise TransitionDenied(gettext("Closing without satisfaction needs a reason."))
    complaint.status, complaint.close_reason = ComplaintStatus.TO_APPROVE, reason
    complaint.close_asked_at, complaint.close_asked_by = timezone.now(), actor
    words = _worded(label, reason)
    complaint = _keep(complaint, StepVerb.CLOSE_ASKED, actor, before, words, *CLOSING)
    _notify(approvers(complaint), Verb.COMPLAINT_TO_APPROVE, complaint, actor)
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
    complaint = _judged(complaint, "approve_blocker", actor)
    before, complaint.status = complaint.status, ComplaintStatus.CLOSED
    complaint.closed_at, complaint.closed_by = timezone.now(), actor
    return _keep(complaint, StepVerb.CLOSED, actor, before, note, *CLOSING)


@transaction.atomic
def refuse_close(complaint: Complaint, *, actor: User, reason: str) -> Complaint:
    """A second person sends it back: the customer deserves more."""
    complaint = _judged(complaint, "approve_blocker", actor)
    if not reason:
        raise TransitionDenied(gettext("Not agreeing needs a reason."))
    asker = complaint.close_asked_by
    before, complaint.status = complaint.status, ComplaintStatus.REPLIED
    _forget_verdict(complaint)
    complaint = _keep(complaint, StepVerb.CLOSE_REFUSED, actor, before, reason, *CLOSING)
    _notify([asker] if asker else [], Verb.COMPLAINT_NOT_CLOSED, complaint, actor)
    return complaint


@transaction.atomic
def reopen(complaint: Complaint, *, actor: User, reason: str) -> Complaint:
    """Take it up again: the reply counts from now; the chronology keeps what was said."""
    complaint = _judged(complaint, "reopen_blocker", actor)
    if not reason:
        raise TransitionDenied(gettext("Taking it up again needs a reason."))
    before, complaint.status = complaint.status, ComplaintStatus.INVESTIGATING
    complaint.reopened_at = timezone.now()
    complaint.replied_at = complaint.replied_by = complaint.handled_at = None
    _forget_verdict(complaint)
    changed = ("reopened_at", "replied_at", "replied_by", "handled_at", *CLOSING)
    complaint = _keep(complaint, StepVerb.REOPENED, actor, before, reason, *changed)
    handler = complaint.handler
    _notify([handler] if handler else [], Verb.COMPLAINT_GIVEN, complaint, actor)
    return complaint


@transaction.atomic
def link(complaint: Complaint, *, actor: User, other: Complaint, reason: str) -> ComplaintLink:
    """Put two complaints that belong together beside each other."""
    complaint = _judged(complaint, "link_blocker", actor)
    if other.pk == complaint.pk:
        raise TransitionDenied(gettext("Choose another complaint."))
    first, second = sorted((complaint, other), key=lambda row: row.pk)
    row, is_new = ComplaintLink.objects.get_or_create(
        first=first, second=second, defaults={"reason": reason, "linked_by": actor}
    )
    if not is_new:
        raise TransitionDenied(gettext("They stand beside each other already."))
    _tell(complaint, StepVerb.LINKED, actor, note=_worded(other.number, reason))
    return row


@transaction.atomic
def void(complaint: Complaint, *, actor: User, reason: str) -> Complaint:
    """Take a mistake out of every count; it stays readable."""
    complaint = _judged(complaint, "void_blocker", actor)
    if not reason:
        raise TransitionDenied(gettext("Voiding needs a reason."))
    complaint.voided_at, complaint.void_reason = timezone.now(), reason
    changed = ("voided_at", "void_reason")
    return _keep(complaint, StepVerb.VOIDED, actor, complaint.status, reason, *changed)


def _worded(what: object, why: str) -> str:
    """A line of the chronology: what was done, and why."""
    return gettext("%(what)s: %(why)s") % {"what": what, "why": why}


def _end_pause(complaint: Complaint, actor: User) -> int:
    open_pause = complaint.pauses.filter(ended_at=None)
    ended: int = open_pause.update(ended_at=timezone.now(), ended_by=actor)
    return ended


def _forget_verdict(complaint: Complaint) -> None:
    """The chronology keeps what the customer said of the earlier reply."""
    complaint.verdict = complaint.verdict_words = complaint.close_reason = ""
    complaint.close_asked_at = complaint.close_asked_by = None
    complaint.closed_at = complaint.closed_by = None


def _heads(complaint: Complaint) -> list[User]:
    """Who hears of a crisis at once: the service centre's head, the managers, the owner's line."""
    people = [*centre(policy.in_force()), *managers()]
    owner = complaint.account.owner if complaint.account else None
    if owner:
        people += [person for person in (owner.reports_to, owner) if person]
    return list(dict.fromkeys(people))


def _notify(people: list[User], verb: Verb, complaint: Complaint, actor: User) -> None:
    for person in people:
        url = complaint.get_absolute_url()
        notify(person, verb, actor=actor, subject=str(complaint), url=url)


def _judged(complaint: Complaint, blocker: str, actor: User) -> Complaint:
    """The row as it is now, held until the transaction ends; refused if `actor` may not."""
    rows = Complaint.objects.select_for_update(of=("self",))
    found: Complaint = rows.select_related("account__owner", "handler").get(pk=complaint.pk)
    if reason := getattr(found, blocker)(actor):
        raise TransitionDenied(reason)
    return found


def _keep(
    complaint: Complaint, verb: StepVerb, actor: User, before: str, note: str, *changed: str
) -> Complaint:
    """Save, write the line of the chronology, and bring clocks and duties in line."""
    set_clocks(complaint, policy.in_force())
    clocks = ("acknowledge_due_at", "reply_due_at")
    complaint.save(update_fields=["status", *clocks, *changed])
    _tell(complaint, verb, actor, before=before, note=note)
    follow(complaint)
    return complaint


def _tell(
    complaint: Complaint,
    verb: StepVerb,
    actor: User,
    *,
    before: str = "",
    note: str = "",
    happened_at: dt.datetime | None = None,
) -> ComplaintStep:
    return ComplaintStep.objects.create(
        complaint=complaint,
        verb=verb,
        actor=actor,
        from_status=before,
        to_status=complaint.status,
        note=note,
        happened_at=happened_at or timezone.now(),
    )
