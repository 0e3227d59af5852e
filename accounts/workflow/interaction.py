"""Contact records: written in seconds, changed by their author the same day, never deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Correction, Interaction
from staff.clock import future_blocker
from staff.duties import followed
from staff.models import User
from staff.transitions import TransitionDenied

from . import handover
from .account import locked


@followed
@transaction.atomic
def add(record: Interaction, *, actor: User) -> Interaction:
    """Keep a new record; its author is whoever writes it."""
    account = locked(record.account)
    if blocker := account.edit_blocker(actor):
        raise TransitionDenied(blocker)
    record.author = actor
    return keep(record)


def keep(record: Interaction) -> Interaction:
    """Write a record down, inside the step it is part of, which knows who may.

    Whoever looks after the customer from now on has been in contact with it.
    """
    if blocker := future_blocker(record.happened_at):
        raise TransitionDenied(blocker)
    record.save()
    handover.note_contacts([record.account_id])
    return record


@followed
@transaction.atomic
def edit(record: Interaction, *, actor: User, values: Mapping[str, Any]) -> Interaction:
    """Change one's own words of today."""
    record = _locked(record)
    if blocker := record.edit_blocker(actor):
        raise TransitionDenied(blocker)
    for name, value in values.items():
        setattr(record, name, value)
    if blocker := future_blocker(record.happened_at):
        raise TransitionDenied(blocker)
    record.save(update_fields=list(values))
    return record


@transaction.atomic
def correct(record: Interaction, *, actor: User, text: str) -> Correction:
    """Put a correction beside a record that stays as it was written."""
    record = _locked(record)
    if blocker := record.correction_blocker(actor):
        raise TransitionDenied(blocker)
    return Correction.objects.create(interaction=record, author=actor, text=text)


@followed
@transaction.atomic
def void(record: Interaction, *, actor: User, reason: str) -> Interaction:
    """Take a record out of the timeline's count; it stays readable, struck through."""
    record = _locked(record)
    if blocker := record.void_blocker(actor):
        raise TransitionDenied(blocker)
    if not reason:
        raise TransitionDenied(gettext("Voiding needs a reason."))
    return strike(record, reason=reason)


def strike(record: Interaction, *, reason: str) -> Interaction:
    """Void a record inside the step that voids what it is part of."""
    record.voided_at, record.void_reason = timezone.now(), reason
    record.save(update_fields=["voided_at", "void_reason"])
    handover.note_contacts([record.account_id])
    return record


@followed
@transaction.atomic
def finish_next_step(record: Interaction, *, actor: User) -> Interaction:
    """Tick off what the record said would come next."""
    record = _locked(record)
    if blocker := record.next_step_blocker(actor):
        raise TransitionDenied(blocker)
    record.next_step_done_at = timezone.now()
    record.save(update_fields=["next_step_done_at"])
    return record


def _locked(record: Interaction) -> Interaction:
    rows = Interaction.objects.select_for_update(of=("self",)).select_related("author", "account")
    found: Interaction = rows.get(pk=record.pk)
    return found
