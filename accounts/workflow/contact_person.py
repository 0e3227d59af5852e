"""The people on the customer's side, and confirming that what we know is right (S4-6.3)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.concurrency import refuse_stale
from accounts.models import Account, Confirmation, ContactPerson
from staff.clock import future_blocker
from staff.duties import followed
from staff.models import User
from staff.transitions import TransitionDenied

from .account import locked


@transaction.atomic
def save(person: ContactPerson, *, actor: User, seen: int | None = None) -> ContactPerson:
    """Add or change a person; a new first to call takes over from the old one.

    `seen` is the event the form was drawn from: what changed since is not overwritten.
    """
    account = locked(person.account)
    if blocker := account.edit_blocker(actor):
        raise TransitionDenied(blocker)
    if person.pk:
        current = ContactPerson.objects.select_for_update().get(pk=person.pk)
        refuse_stale(current, FORM_FIELDS, pgh_id=seen)
    if person.is_primary:
        others = account.contact_people.filter(is_primary=True, left_on=None).exclude(pk=person.pk)
        others.update(is_primary=False)
    person.save()
    return person


FORM_FIELDS = (
    "name",
    "position",
    "department",
    "role",
    "is_primary",
    "mobile",
    "phone",
    "email",
    "wechat",
    "note",
)


@transaction.atomic
def leave(person: ContactPerson, *, actor: User, left_on: dt.date) -> ContactPerson:
    """Mark a person as gone; they stay in the history, and in the records they were in."""
    account = locked(person.account)
    person = ContactPerson.objects.select_for_update().get(pk=person.pk)
    if blocker := (
        account.edit_blocker(actor) or person.leave_blocker() or future_blocker(left_on)
    ):
        raise TransitionDenied(blocker)
    person.left_on, person.is_primary = left_on, False
    person.save(update_fields=["left_on", "is_primary"])
    return person


@transaction.atomic
def confirm_person(person: ContactPerson, *, actor: User) -> ContactPerson:
    """Somebody checked today that this person's details are right."""
    account = locked(person.account)
    person = ContactPerson.objects.select_for_update().get(pk=person.pk)
    if blocker := account.edit_blocker(actor) or person.leave_blocker():
        raise TransitionDenied(blocker)
    person.confirmed_on = timezone.localdate()
    person.save(update_fields=["confirmed_on"])
    return person


@followed
@transaction.atomic
def confirm(account: Account, *, actor: User, groups: list[str]) -> None:
    """Somebody checked today that these groups of information are right (S4-6.3)."""
    account = locked(account)
    if blocker := account.edit_blocker(actor):
        raise TransitionDenied(blocker)
    for group in groups:
        Confirmation.objects.update_or_create(
            account=account,
            group=group,
            defaults={"confirmed_on": timezone.localdate(), "confirmed_by": actor},
        )
