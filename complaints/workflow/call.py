"""Calls (S4-6.1): taken, worked out with departments, called back; each step names who takes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Account, Channel, Direction, Interaction
from accounts.workflow import interaction as interactions
from complaints.duties.call import follow
from complaints.models import CallBackAttempt, CallRecord, CallStatus
from complaints.models.call import intake_blocker
from complaints.numbering import CALLS, next_number
from staff.clock import future_blocker
from staff.models import User, Verb
from staff.transitions import TransitionDenied
from staff.workflow.notice import notify


@transaction.atomic
def take(call: CallRecord, *, actor: User, is_answered: bool) -> CallRecord:
    """Keep a call. A second click with the same token finds what the first one wrote."""
    if blocker := (
        intake_blocker(actor)
        or future_blocker(call.received_at)
        or call.responsible.absence_blocker()
    ):
        raise TransitionDenied(blocker)
    # The number is held first: whoever clicked before has written by then.
    call.number = next_number(CallRecord, CALLS, timezone.localdate(call.received_at))
    if known := CallRecord.objects.filter(token=call.token, taken_by=actor).first():
        return known
    call.taken_by = actor
    call.status = CallStatus.OPEN
    if is_answered:
        call.status, call.answered_by, call.answered_at = CallStatus.ANSWERED, actor, timezone.now()
    call.interaction = _on_file(call)
    call.save()
    _tell_responsible(call, actor)
    follow(call)
    return call


@transaction.atomic
def edit(call: CallRecord, *, actor: User, values: Mapping[str, Any]) -> CallRecord:
    """Correct or complete what was noted; the contact record follows."""
    call = _locked(call)
    if blocker := call.edit_blocker(actor):
        raise TransitionDenied(blocker)
    for name, value in values.items():
        setattr(call, name, value)
    call.save(update_fields=list(values))
    if call.interaction:
        call.interaction.summary = _summary(call)
        call.interaction.save(update_fields=["summary"])
    follow(call)
    return call


@transaction.atomic
def assign(
    call: CallRecord, *, actor: User, to: User, call_back_by: dt.datetime | None
) -> CallRecord:
    """Somebody else calls back, or at another time; the caller's waiting goes on."""
    call = _workable(call, actor)
    if blocker := to.absence_blocker():
        raise TransitionDenied(blocker)
    call.responsible, call.call_back_by = to, call_back_by
    call.save(update_fields=["responsible", "call_back_by"])
    _tell_responsible(call, actor)
    follow(call)
    return call


@transaction.atomic
def attempt(call: CallRecord, *, actor: User, outcome: str, note: str) -> CallBackAttempt:
    """A call-back that reached nobody; the caller still waits."""
    call = _workable(call, actor)
    return CallBackAttempt.objects.create(call=call, made_by=actor, outcome=outcome, note=note)


@transaction.atomic
def reply(
    call: CallRecord, *, actor: User, values: Mapping[str, Any], called_at: dt.datetime
) -> CallRecord:
    """The caller was called back and has the answer: the one way to close an open call."""
    call = _workable(call, actor)
    if not values.get("answer"):
        raise TransitionDenied(gettext("Write down what the caller was told."))
    if blocker := future_blocker(called_at):
        raise TransitionDenied(blocker)
    if called_at < call.received_at:
        raise TransitionDenied(gettext("The call-back is later than the call."))
    for name, value in values.items():
        setattr(call, name, value)
    call.status, call.answered_by, call.answered_at = CallStatus.REPLIED, actor, called_at
    call.save(update_fields=["status", "answered_by", "answered_at", *values])
    if call.account:
        interactions.keep(
            Interaction(
                account=call.account,
                author=actor,
                happened_at=called_at,
                channel=Channel.PHONE,
                direction=Direction.OUT,
                purpose=gettext("Call-back %s") % call.number,
                summary=call.answer,
            )
        )
    follow(call)
    return call


@transaction.atomic
def link(call: CallRecord, *, actor: User, account: Account, is_via: bool) -> CallRecord:
    """Put a call on the file of the customer it turned out to be about."""
    call = _locked(call)
    if blocker := call.link_blocker(actor):
        raise TransitionDenied(blocker)
    call.account, call.is_via = account, is_via
    call.interaction = _on_file(call)
    call.save(update_fields=["account", "is_via", "interaction"])
    follow(call, before=[None])
    return call


@transaction.atomic
def void(call: CallRecord, *, actor: User, reason: str) -> CallRecord:
    """Take a call out of every count; it stays readable, and so does its contact record."""
    call = _locked(call)
    if blocker := call.void_blocker(actor):
        raise TransitionDenied(blocker)
    if not reason:
        raise TransitionDenied(gettext("Voiding needs a reason."))
    call.voided_at, call.void_reason = timezone.now(), reason
    call.save(update_fields=["voided_at", "void_reason"])
    if call.interaction and not call.interaction.is_void:
        interactions.strike(call.interaction, reason=reason)
    follow(call)
    return call


@transaction.atomic
def become_complaint(call: CallRecord, *, actor: User) -> CallRecord:
    """A complaint was written from this call, which ends here and goes on there."""
    call = _locked(call)
    if blocker := call.complaint_blocker(actor):
        raise TransitionDenied(blocker)
    call.status, call.kind = CallStatus.COMPLAINT, "complaint"
    call.save(update_fields=["status", "kind"])
    follow(call)
    return call


def _workable(call: CallRecord, actor: User) -> CallRecord:
    call = _locked(call)
    if blocker := call.work_blocker(actor):
        raise TransitionDenied(blocker)
    return call


def _on_file(call: CallRecord) -> Interaction | None:
    """The contact record of a call; none while nobody knows which customer it is about.

    Kept without asking the customer file: the service centre takes calls of customers whose files
    it does not see.
    """
    if call.account is None:
        return None
    return interactions.keep(
        Interaction(
            account=call.account,
            author=call.taken_by,
            happened_at=call.received_at,
            channel=Channel.PHONE,
            direction=Direction.IN,
            purpose=str(call.get_kind_display()),
            summary=_summary(call),
        )
    )


def _summary(call: CallRecord) -> str:
    who = gettext("%s called:") % call.who
    answer = [call.answer] if call.status == CallStatus.ANSWERED else []
    return "\n".join([f"{who} {call.question}", *answer])


def _tell_responsible(call: CallRecord, actor: User) -> None:
    if call.is_waiting:
        notify(
            call.responsible,
            Verb.CALL_TO_RETURN,
            actor=actor,
            subject=f"{call.number} {call.who}",
            url=call.get_absolute_url(),
        )


def _locked(call: CallRecord) -> CallRecord:
    rows = CallRecord.objects.select_for_update(of=("self",))
    return rows.select_related("account", "responsible", "interaction").get(pk=call.pk)
