"""Adding and changing customers, their standing, and voiding them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pghistory
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.concurrency import refuse_stale
from accounts.models import Account, Assignment, AssignmentKind, Standing
from staff.duties import followed
from staff.models import User
from staff.transitions import TransitionDenied

from . import volume


def locked(account: Account) -> Account:
    """The row as it is now, held until the transaction ends."""
    return Account.objects.select_for_update(of=("self",)).get(pk=account.pk)


@followed
@transaction.atomic
def create(account: Account, *, actor: User, owner: User | None) -> Account:
    """Add a customer; a specialist's becomes theirs, a superior names somebody of their line."""
    return keep_new(account, actor=actor, owner=owner)


@transaction.atomic
def keep_new(account: Account, *, actor: User, owner: User | None) -> Account:
    """`create` for one of many: the caller brings their obligations in line at the end."""
    if reason := Account.creation_blocker(actor):
        raise TransitionDenied(reason)
    owner = owner if owner and actor.is_superior else actor
    if owner.pk not in actor.line_ids or not owner.is_active:
        raise TransitionDenied(gettext("The owner must be somebody of your own line."))
    account.created_by = actor
    _save(account)
    Assignment.objects.create(
        account=account,
        user=owner,
        kind=AssignmentKind.OWNER,
        started_on=timezone.localdate(),
        assigned_by=actor,
    )
    account.refresh_from_db()
    return account


@followed
@transaction.atomic
def edit(account: Account, *, actor: User, values: Mapping[str, Any], version: int) -> Account:
    """Write `values`, unless one of them changed since `version` (then `StaleForm`)."""
    account = locked(account)
    if reason := account.edit_blocker(actor):
        raise TransitionDenied(reason)
    if account.version != version:
        refuse_stale(account, values, version=version)
    if "parent" in values and account.parent != values["parent"]:
        judge_parent(account, values["parent"])
    for name, value in values.items():
        setattr(account, name, value)
    _save(account, update_fields=[*values, "name_pinyin", "name_initials"])
    account.refresh_from_db()
    return account


def judge_parent(account: Account, parent: Account | None) -> None:
    """Refuse a circle, also one that two people would close at the same time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('accounts.parent'))")
    if reason := account.parent_blocker(parent):
        raise TransitionDenied(reason)


def _save(account: Account, **options: Any) -> None:
    try:
        with transaction.atomic():
            account.save(**options)
    except IntegrityError as error:  # somebody was faster than the form's own check
        raise TransitionDenied(
            gettext("Another customer got this code or credit code meanwhile.")
        ) from error


@followed
@transaction.atomic
def change_standing(
    account: Account,
    *,
    actor: User,
    standing: str,
    business_type: str,
    reason: str,
    origin: str = "",
) -> Account:
    """Set where the customer stands and its type; reason and origin stay in the trail.

    It becomes a key account by recognition (`business_type.recognise`); here only with an
    `origin` that says why not.
    """
    account = locked(account)
    if blocker := account.standing_blocker(actor, standing):
        raise TransitionDenied(blocker)
    if not reason:
        raise TransitionDenied(gettext("A change of standing needs a reason."))
    if blocker := account.origin_blocker(standing, origin):
        raise TransitionDenied(blocker)
    is_new_key = standing == Standing.KEY != account.standing
    with pghistory.context(reason=reason, **({"origin": origin} if is_new_key else {})):
        account.standing, account.business_type = standing, business_type
        account.save(update_fields=["standing", "business_type"])
        volume.refresh(account)  # an expected figure counts for prospects only
    return account


@followed
@transaction.atomic
def void(account: Account, *, actor: User, reason: str) -> Account:
    """Take a customer out of every list, for good but not for ever (see `restore`)."""
    account = locked(account)
    if blocker := account.void_blocker(actor):
        raise TransitionDenied(blocker)
    if not reason:
        raise TransitionDenied(gettext("Voiding needs a reason."))
    account.voided_at, account.voided_by, account.void_reason = timezone.now(), actor, reason
    account.save(update_fields=["voided_at", "voided_by", "void_reason"])
    return account


@followed
@transaction.atomic
def restore(account: Account, *, actor: User) -> Account:
    """Take back that a customer was voided."""
    account = locked(account)
    if blocker := account.restore_blocker(actor):
        raise TransitionDenied(blocker)
    account.voided_at, account.voided_by, account.void_reason = None, None, ""
    _save(account, update_fields=["voided_at", "voided_by", "void_reason"])
    return account
