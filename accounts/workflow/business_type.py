"""Becoming a key account (S1 第7条) and the type of one (S1 第4条): decided by people."""

from __future__ import annotations

import datetime as dt

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Account, BusinessType, Standing
from staff.duties import followed
from staff.models import User
from staff.transitions import TransitionDenied

from . import volume
from .account import locked


def decide_type_blocker(account: Account, user: User) -> str:
    """Why `user` may not decide the type now, in words for the page."""
    if blocker := account.superior_blocker(user):
        return blocker
    if account.standing != Standing.KEY:
        return gettext("Only a key account has a type.")
    return ""


@followed
@transaction.atomic
def decide_type(account: Account, *, actor: User, business_type: str, reason: str) -> Account:
    """Set the type of a key account; the reason stays in the trail."""
    account = locked(account)
    if blocker := decide_type_blocker(account, actor):
        raise TransitionDenied(blocker)
    if not reason:
        raise TransitionDenied(gettext("A decision about the type needs a reason."))
    with pghistory.context(reason=reason):
        account.business_type = business_type
        account.save(update_fields=["business_type"])
    return account


def recognition_blocker(account: Account, user: User) -> str:
    """Why the customer cannot be recognised; whether `user` may approve is the application's."""
    if blocker := account.edit_blocker(user):
        return blocker
    if account.owner_id is None:
        return gettext("A key account needs an owner first.")
    if account.standing == Standing.FORMER:
        return gettext("A former customer must be a customer again before it can be key.")
    return ""


@followed
@transaction.atomic
def recognise(
    account: Account,
    *,
    actor: User,
    reason: str,
    recognised_on: dt.date | None = None,
    business_type: str | None = None,
) -> Account:
    """Make a customer a key account on an approved application; call it in the approval's step.

    Its agreement is due from then on (`AccountQuerySet.awaiting_signature`). A type is only given
    for what needs no agreement, a member key account; otherwise it stays as it was, *no type* for
    a new one, and its agreement is what it waits for.
    """
    account = locked(account)
    if blocker := recognition_blocker(account, actor):
        raise TransitionDenied(blocker)
    with pghistory.context(reason=reason):
        account.standing = Standing.KEY
        account.recognised_on = recognised_on or timezone.localdate()
        if business_type is not None:
            account.business_type = BusinessType(business_type)
        account.save(update_fields=["standing", "recognised_on", "business_type"])
        volume.refresh(account)  # an expected figure counts for prospects only
    return account
