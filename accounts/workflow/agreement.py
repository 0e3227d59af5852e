"""Agreements (S1 第8条): drawn up, signed by both sides, kept, renewed or ended; never deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pghistory
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.agreement_number import NUMBER, next_number
from accounts.models import (
    Agreement,
    AgreementFile,
    AgreementNote,
    AgreementObligation,
    AgreementStatus,
)
from staff import policy
from staff.duties import followed
from staff.models import User
from staff.transitions import TransitionDenied

from . import attachment
from .account import locked as locked_account


def locked(agreement: Agreement) -> Agreement:
    """The row as it is now with its customer, both held until the transaction ends."""
    account = locked_account(agreement.account)
    found: Agreement = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    found.account = account
    return found


@followed
@transaction.atomic
def draw_up(agreement: Agreement, *, actor: User, renews: Agreement | None = None) -> Agreement:
    """Keep a new draft, with the next number of the company's rule unless it brings its own."""
    account = locked_account(agreement.account)
    if blocker := account.edit_blocker(actor):
        raise TransitionDenied(blocker)
    if renews is not None:
        renews = locked(renews)
        if blocker := renews.renew_blocker(actor):
            raise TransitionDenied(blocker)
    agreement.renews, agreement.drawn_up_by = renews, actor
    if not agreement.number:
        rule = policy.in_force()[NUMBER]
        agreement.number = next_number(agreement.kind, timezone.localdate(), rule)
    _save(agreement)
    return agreement


@followed
@transaction.atomic
def edit(
    agreement: Agreement, *, actor: User, values: Mapping[str, Any], reason: str = ""
) -> Agreement:
    """Change a draft; a superior's correction of a signed one needs a reason, kept in the trail."""
    agreement = locked(agreement)
    if blocker := agreement.edit_blocker(actor):
        raise TransitionDenied(blocker)
    if agreement.is_signed and not reason:
        raise TransitionDenied(gettext("Correcting a signed agreement needs a reason."))
    for name, value in values.items():
        setattr(agreement, name, value)
    if blocker := missing_for_signature(agreement) if agreement.is_signed else "":
        raise TransitionDenied(blocker)
    with pghistory.context(reason=reason):
        _save(agreement, update_fields=list(values))
    return agreement


@followed
@transaction.atomic
def sign(
    agreement: Agreement, *, actor: User, signed_on: dt.date, values: Mapping[str, Any]
) -> Agreement:
    """Record that both sides signed; `values` are what was still open on the paper.

    A VIP agreement counts for the type verdict from its first day (S1 第4条).
    """
    agreement = locked(agreement)
    if blocker := agreement.sign_blocker(actor):
        raise TransitionDenied(blocker)
    if signed_on > timezone.localdate():
        raise TransitionDenied(gettext("The day of the signature lies in the future."))
    for name, value in values.items():
        setattr(agreement, name, value)
    if blocker := missing_for_signature(agreement):
        raise TransitionDenied(blocker)
    agreement.status, agreement.signed_on = AgreementStatus.SIGNED, signed_on
    _save(agreement, update_fields=[*values, "status", "signed_on"])
    return agreement


def missing_for_signature(agreement: Agreement) -> str:
    """What a signed agreement must say and this one does not; "" when nothing is missing."""
    asked = {
        gettext("our company"): agreement.our_party,
        gettext("our signer"): agreement.our_signer_id,
        gettext("the customer's company"): agreement.their_party,
        gettext("the customer's signer"): agreement.their_signer,
        gettext("the customer's signer's capacity"): agreement.their_capacity,
        gettext("the first day in force"): agreement.starts_on,
    }
    missing = [name for name, value in asked.items() if not value]
    if missing:
        return gettext("Still missing: %(names)s.") % {"names": gettext(", ").join(missing)}
    if agreement.ends_on and agreement.starts_on and agreement.ends_on < agreement.starts_on:
        return gettext("It cannot end before it starts.")
    return ""


@followed
@transaction.atomic
def drop(agreement: Agreement, *, actor: User, reason: str) -> Agreement:
    """Say that a draft came to nothing; it stays readable."""
    agreement = locked(agreement)
    if blocker := agreement.drop_blocker(actor) or _no_reason(reason):
        raise TransitionDenied(blocker)
    agreement.status, agreement.end_reason = AgreementStatus.DROPPED, reason
    agreement.save(update_fields=["status", "end_reason"])
    return agreement


@followed
@transaction.atomic
def end(agreement: Agreement, *, actor: User, ended_on: dt.date, reason: str) -> Agreement:
    """End a signed agreement before its term: from `ended_on` it is no longer in force."""
    agreement = locked(agreement)
    if blocker := agreement.end_blocker(actor) or _no_reason(reason):
        raise TransitionDenied(blocker)
    if agreement.starts_on and ended_on < agreement.starts_on:
        raise TransitionDenied(gettext("It cannot end before it starts."))
    if agreement.ends_on and ended_on > agreement.ends_on:
        raise TransitionDenied(gettext("Its term is over before that day."))
    agreement.status, agreement.ended_on = AgreementStatus.ENDED, ended_on
    agreement.end_reason = reason
    agreement.save(update_fields=["status", "ended_on", "end_reason"])
    return agreement


@followed
@transaction.atomic
def leave_to_end(agreement: Agreement, *, actor: User, reason: str) -> Agreement:
    """Decide that it will not be renewed: nothing more is due when its term is over."""
    agreement = locked(agreement)
    if blocker := agreement.no_renewal_blocker(actor) or _no_reason(reason):
        raise TransitionDenied(blocker)
    agreement.no_renewal_reason = reason
    agreement.save(update_fields=["no_renewal_reason"])
    return agreement


@followed
@transaction.atomic
def oblige(agreement: Agreement, *, actor: User, obligation: AgreementObligation) -> Agreement:
    """Note down something that one side must do by a day."""
    agreement = locked(agreement)
    if blocker := agreement.work_blocker(actor):
        raise TransitionDenied(blocker)
    obligation.agreement = agreement
    obligation.save()
    return agreement


@followed
@transaction.atomic
def settle(
    obligation: AgreementObligation,
    *,
    actor: User,
    outcome: str,
    settled_on: dt.date | None = None,
    is_waived: bool = False,
) -> AgreementObligation:
    """Tick an obligation off with what came of it, or waive it with the reason."""
    agreement = locked(obligation.agreement)
    rows = AgreementObligation.objects.select_for_update(of=("self",))
    obligation = rows.get(pk=obligation.pk)
    obligation.agreement = agreement
    if blocker := obligation.settle_blocker(actor):
        raise TransitionDenied(blocker)
    if not outcome:
        raise TransitionDenied(gettext("Say what came of it."))
    today = timezone.localdate()
    if settled_on and settled_on > today:
        raise TransitionDenied(gettext("That day lies in the future."))
    obligation.settled_on, obligation.settled_by = settled_on or today, actor
    obligation.outcome, obligation.is_waived = outcome, is_waived
    obligation.save(update_fields=["settled_on", "settled_by", "outcome", "is_waived"])
    return obligation


@transaction.atomic
def note(agreement: Agreement, *, actor: User, note: AgreementNote) -> AgreementNote:
    """Write down how it is being kept, or that the other side was pressed to keep it."""
    agreement = locked(agreement)
    if blocker := agreement.work_blocker(actor):
        raise TransitionDenied(blocker)
    if note.happened_on > timezone.localdate():
        raise TransitionDenied(gettext("That day lies in the future."))
    note.agreement, note.author = agreement, actor
    note.save()
    return note


@transaction.atomic
def file(
    agreement: Agreement, *, actor: User, kind: str, upload: UploadedFile[Any], title: str = ""
) -> AgreementFile:
    """Keep a paper of the agreement among its customer's files."""
    agreement = locked(agreement)
    if blocker := agreement.work_blocker(actor):
        raise TransitionDenied(blocker)
    added = attachment.add(
        agreement.account, actor=actor, upload=upload, title=title or agreement.number
    )
    return AgreementFile.objects.create(agreement=agreement, attachment=added, kind=kind)


def _no_reason(reason: str) -> str:
    return "" if reason else gettext("Give the reason.")


def _save(agreement: Agreement, **options: Any) -> None:
    try:
        with transaction.atomic():
            agreement.save(**options)
    except IntegrityError as error:
        text = str(error)
        if "agreement_number_unique" in text:
            refusal = gettext("Another agreement has this number.")
        elif "agreement_ends_after_it_starts" in text:
            refusal = gettext("It cannot end before it starts.")
        else:
            raise
        raise TransitionDenied(refusal) from error
