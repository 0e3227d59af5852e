"""A customer changes hands (S1 第14条): opened by a new owner or a departure, in three steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from accounts.handover import ON_TRANSFER
from accounts.models import Account, HandoverLine, HandoverOrigin, Interaction
from staff import policy
from staff.clock import future_blocker
from staff.duties import followed
from staff.models import User
from staff.transitions import TransitionDenied

# (customer, owner until now, owner from now on)
Change = tuple[int, int, int]

# A customer who returns to whom they came from has nobody new to get to know.
RETURNED = """
    UPDATE accounts_handoverline l SET voided_at = now(), void_reason = %s
    FROM unnest(%s::bigint[], %s::bigint[]) AS c(account_id, successor_id)
    WHERE l.account_id = c.account_id AND l.done_at IS NULL AND l.voided_at IS NULL
        AND l.predecessor_id = c.successor_id
    RETURNING l.account_id, l.told_on IS NOT NULL
"""
# One open line for a customer: a second change before the first is done names another successor,
# and what the customer was told of the successor before holds no longer.
OPEN = """
    INSERT INTO accounts_handoverline AS l (account_id, predecessor_id, successor_id, origin,
        opened_on, opened_by_id, told_how, void_reason)
    SELECT c.account_id, c.predecessor_id, c.successor_id, %s, %s, %s, '', ''
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])
        AS c(account_id, predecessor_id, successor_id)
    ON CONFLICT (account_id) WHERE done_at IS NULL AND voided_at IS NULL
    DO UPDATE SET successor_id = excluded.successor_id, first_contact_id = NULL,
        told_on = CASE WHEN l.successor_id IS NULL THEN l.told_on END,
        told_by_id = CASE WHEN l.successor_id IS NULL THEN l.told_by_id END,
        told_how = CASE WHEN l.successor_id IS NULL THEN l.told_how ELSE '' END
"""


def open_for_changes(changes: Sequence[Change], *, actor: User, origin: HandoverOrigin) -> None:
    """Open a line for every customer whose owner changed, in the transaction that changes it.

    Where the policy leaves transfers out, only the successor of a line already open is named.
    """
    if not changes:
        return
    accounts, _before, after = map(list, zip(*changes, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(RETURNED, [gettext("The customer stays with whom it was."), accounts, after])
        settled = {account for account, was_told in cursor.fetchall() if not was_told}
        wanted = [change for change in changes if change[0] not in settled]
        if not policy.in_force()[ON_TRANSFER]:
            known = HandoverLine.objects.open().filter(account__in=accounts)
            waiting = set(known.values_list("account", flat=True))
            wanted = [change for change in wanted if change[0] in waiting]
        if wanted:
            columns = map(list, zip(*wanted, strict=True))
            cursor.execute(OPEN, [origin, timezone.localdate(), actor.pk, *columns])


def open_for_departure(person: User, actor: User) -> list[int]:
    """Whoever leaves hands over every customer they own; the customers whose duties change."""
    owned = Account.objects.filter(owner=person, merged_into=None, voided_at=None)
    accounts = list(owned.order_by("pk").select_for_update().values_list("pk", flat=True))
    if accounts:
        with connection.cursor() as cursor:
            before, after = [person.pk] * len(accounts), [None] * len(accounts)
            origin = HandoverOrigin.DEPARTURE.value
            cursor.execute(OPEN, [origin, timezone.localdate(), actor.pk, accounts, before, after])
    return accounts


@followed
@transaction.atomic
def tell(line: HandoverLine, *, actor: User, told_on: dt.date, told_how: str) -> HandoverLine:
    """The customer knows who looks after them from now on."""
    line = _locked(line)
    _refuse(line.tell_blocker(actor))
    _refuse(future_blocker(told_on))
    line.told_on, line.told_by, line.told_how = told_on, actor, told_how
    line.save(update_fields=["told_on", "told_by", "told_how"])
    return _finish(line)


@followed
@transaction.atomic
def link_contact(line: HandoverLine, *, actor: User, record: Interaction) -> HandoverLine:
    """A contact record of the successor's is the first contact."""
    line = _locked(line)
    _refuse(line.contact_blocker(actor))
    if record not in contacts_of(line):
        raise TransitionDenied(
            gettext("It must be a contact of the successor's own with this customer, since then.")
        )
    line.first_contact = record
    line.save(update_fields=["first_contact"])
    return _finish(line)


def note_contacts(accounts: Iterable[int]) -> list[int]:
    """Contact records came or went: the successor's oldest that counts is the first contact.

    Inside the step that writes or voids them; the customers for whom it is another one now.
    """
    lines = HandoverLine.objects.open().filter(
        Q(first_contact=None) | Q(first_contact__voided_at__isnull=False),
        account__in=set(accounts),
        successor__isnull=False,
    )
    moved = []
    for line in lines.order_by("pk").select_for_update(of=("self",)):
        first = contacts_of(line).first()
        if first != line.first_contact:
            line.first_contact = first
            line.save(update_fields=["first_contact"])
            _finish(line)
            moved.append(line.account_id)
    return moved


@followed
@transaction.atomic
def void(line: HandoverLine, *, actor: User, reason: str) -> HandoverLine:
    """Nothing was handed over: the line was opened by mistake."""
    line = _locked(line)
    _refuse(line.void_blocker(actor))
    if not reason:
        raise TransitionDenied(gettext("Voiding needs a reason."))
    line.voided_at, line.void_reason = timezone.now(), reason
    line.save(update_fields=["voided_at", "void_reason"])
    return line


def contacts_of(line: HandoverLine):  # type: ignore[no-untyped-def]
    """Contact records that may be the successor's first contact, the oldest first."""
    return Interaction.objects.filter(
        account=line.account_id,
        author=line.successor_id,
        voided_at=None,
        happened_at__date__gte=line.opened_on,
    ).order_by("happened_at", "pk")


def _finish(line: HandoverLine) -> HandoverLine:
    """Done when the customer was told and the successor has been in contact."""
    if line.told_on and line.successor_id and line.first_contact_id:
        line.done_at = timezone.now()
        line.save(update_fields=["done_at"])
    return line


def _locked(line: HandoverLine) -> HandoverLine:
    rows = HandoverLine.objects.select_for_update(of=("self",))
    found: HandoverLine = rows.select_related("account", "successor").get(pk=line.pk)
    return found


def _refuse(blocker: str) -> None:
    if blocker:
        raise TransitionDenied(blocker)
