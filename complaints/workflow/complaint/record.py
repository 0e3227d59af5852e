"""A complaint comes in, is corrected, added to, linked, voided: its class and state stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.workflow import attachment as attachments
from complaints.duties.complaint import follow
from complaints.models import (
    Complaint,
    ComplaintAddition,
    ComplaintFile,
    ComplaintLink,
    ComplaintStatus,
    ComplaintStep,
    StepVerb,
)
from complaints.models.complaint_steps import intake_blocker
from complaints.numbering import COMPLAINTS, next_number
from complaints.workflow import call as calls
from complaints.workflow.complaint_clock import set_clocks
from staff import policy
from staff.clock import future_blocker
from staff.models import User, Verb
from staff.transitions import TransitionDenied

from .shared import judged, keep, notify_all, tell, worded


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
    tell(complaint, StepVerb.RECEIVED, actor, happened_at=complaint.received_at)
    owner = complaint.account.owner if complaint.account else None
    if owner:
        notify_all([owner], Verb.COMPLAINT_RECEIVED, complaint, actor)
    follow(complaint)
    return complaint


@transaction.atomic
def edit(complaint: Complaint, *, actor: User, values: Mapping[str, Any]) -> Complaint:
    """Correct who complains and what about; the words of the customer are no part of it."""
    complaint = judged(complaint, "edit_blocker", actor)
    if "content" in values:
        raise TransitionDenied(gettext("The customer's words are added to, never changed."))
    before = complaint.account_id
    for name, value in values.items():
        setattr(complaint, name, value)
    complaint.save(update_fields=list(values))
    tell(complaint, StepVerb.EDITED, actor)
    follow(complaint, before=[before])
    return complaint


@transaction.atomic
def add(complaint: Complaint, *, actor: User, text: str) -> ComplaintAddition:
    """More of what the customer said, beside the words that stay."""
    complaint = judged(complaint, "add_blocker", actor)
    return ComplaintAddition.objects.create(complaint=complaint, written_by=actor, text=text)


@transaction.atomic
def note(
    complaint: Complaint, *, actor: User, text: str, happened_at: dt.datetime | None = None
) -> ComplaintStep:
    """A line of the chronology that changes no state."""
    complaint = judged(complaint, "add_blocker", actor)
    if happened_at and (blocker := future_blocker(happened_at)):
        raise TransitionDenied(blocker)
    return tell(complaint, StepVerb.NOTED, actor, note=text, happened_at=happened_at)


@transaction.atomic
def attach(
    complaint: Complaint, *, actor: User, upload: UploadedFile[Any], title: str
) -> ComplaintFile:
    """Keep a piece of evidence, after looking at what it really is."""
    complaint = judged(complaint, "add_blocker", actor)
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
def link(complaint: Complaint, *, actor: User, other: Complaint, reason: str) -> ComplaintLink:
    """Put two complaints that belong together beside each other."""
    complaint = judged(complaint, "link_blocker", actor)
    if other.pk == complaint.pk:
        raise TransitionDenied(gettext("Choose another complaint."))
    first, second = sorted((complaint, other), key=lambda row: row.pk)
    row, is_new = ComplaintLink.objects.get_or_create(
        first=first, second=second, defaults={"reason": reason, "linked_by": actor}
    )
    if not is_new:
        raise TransitionDenied(gettext("They stand beside each other already."))
    tell(complaint, StepVerb.LINKED, actor, note=worded(other.number, reason))
    return row


@transaction.atomic
def void(complaint: Complaint, *, actor: User, reason: str) -> Complaint:
    """Take a mistake out of every count; it stays readable."""
    complaint = judged(complaint, "void_blocker", actor)
    if not reason:
        raise TransitionDenied(gettext("Voiding needs a reason."))
    complaint.voided_at, complaint.void_reason = timezone.now(), reason
    changed = ("voided_at", "void_reason")
    return keep(complaint, StepVerb.VOIDED, actor, complaint.status, reason, *changed)
