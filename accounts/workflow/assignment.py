"""Who looks after a customer: a new owner, a second contact, the end of one (S1-A13-1)."""

from __future__ import annotations

import pghistory
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Account, Assignment, AssignmentKind, HandoverOrigin
from staff.duties import followed
from staff.models import User
from staff.transitions import TransitionDenied

from . import handover
from .account import locked


@followed
@transaction.atomic
def change_owner(account: Account, *, actor: User, owner: User, reason: str) -> Assignment:
    """End the present owner's assignment today and begin the new one; history is kept.

    The customer is handed over (S1-A14): a line opens, or the open one gets its successor.
    """
    account = locked(account)
    _refuse(account, actor, owner, reason)
    if account.owner_id == owner.pk:
        raise TransitionDenied(gettext("%(name)s is the owner already.") % {"name": owner})
    with pghistory.context(reason=reason):
        _open(account).filter(kind=AssignmentKind.OWNER).update(**_ended(actor))
        _open(account).filter(user=owner).update(**_ended(actor))  # no longer only second contact
        assignment = _begin(account, owner, AssignmentKind.OWNER, actor, reason)
        if account.owner_id:
            change = (account.pk, account.owner_id, owner.pk)
            handover.open_for_changes([change], actor=actor, origin=HandoverOrigin.TRANSFER)
    return assignment


@followed
@transaction.atomic
def add_second(account: Account, *, actor: User, user: User, reason: str) -> Assignment:
    """Name a second contact beside the owner."""
    account = locked(account)
    _refuse(account, actor, user, reason)
    if _open(account).filter(user=user).exists():
        raise TransitionDenied(
            gettext("%(name)s looks after this customer already.") % {"name": user}
        )
    with pghistory.context(reason=reason):
        assignment = _begin(account, user, AssignmentKind.SECOND, actor, reason)
    return assignment


@followed
@transaction.atomic
def end(assignment: Assignment, *, actor: User, reason: str) -> Assignment:
    """End a second contact's assignment today."""
    locked(assignment.account)
    assignment = Assignment.objects.select_related("account").get(pk=assignment.pk)
    if blocker := assignment.end_blocker(actor):
        raise TransitionDenied(blocker)
    if not reason:
        raise TransitionDenied(gettext("Please give a reason."))
    with pghistory.context(reason=reason):
        assignment.ended_on, assignment.ended_by = timezone.localdate(), actor
        assignment.save(update_fields=["ended_on", "ended_by"])
    return assignment


def _refuse(account: Account, actor: User, user: User, reason: str) -> None:
    if blocker := account.superior_blocker(actor):
        raise TransitionDenied(blocker)
    if not reason:
        raise TransitionDenied(gettext("Please give a reason."))
    if user.pk not in actor.line_ids or not user.is_active or not user.role:
        raise TransitionDenied(gettext("It must be somebody of your own line."))


def _open(account: Account) -> models.QuerySet[Assignment]:
    return Assignment.objects.filter(account=account, ended_on=None)


def _ended(actor: User) -> dict[str, object]:
    return {"ended_on": timezone.localdate(), "ended_by": actor}


def _begin(account: Account, user: User, kind: str, actor: User, reason: str) -> Assignment:
    return Assignment.objects.create(
        account=account,
        user=user,
        kind=kind,
        started_on=timezone.localdate(),
        reason=reason,
        assigned_by=actor,
    )
