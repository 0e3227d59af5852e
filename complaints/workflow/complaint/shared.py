"""What every step of a complaint does: hold it, judge, save, tell."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext

from complaints.duties.complaint import follow
from complaints.models import (
    Complaint,
    ComplaintStep,
    StepVerb,
)
from complaints.workflow.complaint_clock import set_clocks
from staff import policy
from staff.models import User, Verb
from staff.transitions import TransitionDenied
from staff.workflow.notice import notify


def worded(what: object, why: str) -> str:
    """A line of the chronology: what was done, and why."""
    return gettext("%(what)s: %(why)s") % {"what": what, "why": why}


def notify_all(people: list[User], verb: Verb, complaint: Complaint, actor: User) -> None:
    for person in people:
        url = complaint.get_absolute_url()
        notify(person, verb, actor=actor, subject=str(complaint), url=url)


def judged(complaint: Complaint, blocker: str, actor: User) -> Complaint:
    """The row as it is now, held until the transaction ends; refused if `actor` may not."""
    rows = Complaint.objects.select_for_update(of=("self",))
    found: Complaint = rows.select_related("account__owner", "handler").get(pk=complaint.pk)
    if reason := getattr(found, blocker)(actor):
        raise TransitionDenied(reason)
    return found


def keep(
    complaint: Complaint, verb: StepVerb, actor: User, before: str, note: str, *changed: str
) -> Complaint:
    """Save, write the line of the chronology, and bring clocks and duties in line."""
    set_clocks(complaint, policy.in_force())
    clocks = ("acknowledge_due_at", "reply_due_at")
    complaint.save(update_fields=["status", *clocks, *changed])
    tell(complaint, verb, actor, before=before, note=note)
    follow(complaint)
    return complaint


def tell(
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


def end_pause(complaint: Complaint, actor: User) -> int:
    open_pause = complaint.pauses.filter(ended_at=None)
    ended: int = open_pause.update(ended_at=timezone.now(), ended_by=actor)
    return ended
