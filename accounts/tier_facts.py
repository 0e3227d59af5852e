"""What is known about customers, in the form that the tier rules read (S1 第3–4条)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Max, Q

from accounts.models import (
    Account,
    Agreement,
    AgreementKind,
    JudgedPer,
    Judgement,
    Standing,
    TierPolicy,
)
from accounts.querysets.account import AccountQuerySet
from accounts.tiering import Facts, Source, TypeFacts, Volume

GROUP = "group"  # the basis of a volume that was summed over parent and subsidiaries
NOT_TIERED = (Standing.PROSPECT, Standing.FORMER)


class Row(NamedTuple):
    """One customer as the bulk judge needs it; `values` in the order of the kinds asked for."""

    pk: int
    tier: str
    owner_id: int | None
    amount: Decimal | None
    values: tuple[str | None, ...]


def tiered(accounts: AccountQuerySet) -> AccountQuerySet:
    """Customers that have a tier to be decided: neither prospects nor former customers."""
    return accounts.exclude(standing__in=NOT_TIERED)


def facts_of(account: Account, policy: TierPolicy) -> Facts:
    return facts_of_many([account], policy)[account.pk]


def facts_of_many(accounts: Iterable[Account], policy: TierPolicy) -> dict[int, Facts]:
    """Facts by customer: two queries, one more where the policy judges per group."""
    accounts = list(accounts)
    values: dict[int, dict[str, str | None]] = {account.pk: {} for account in accounts}
    sources: dict[int, dict[str, Source]] = {account.pk: {} for account in accounts}
    for pk, kind, value, name, on in _judgements(accounts):
        values[pk][kind] = value
        sources[pk][kind] = Source(name, on)
    volumes = _volumes(accounts, policy)
    return {a.pk: Facts(volumes[a.pk], values[a.pk], sources[a.pk]) for a in accounts}


def _judgements(accounts: list[Account]) -> Iterable[tuple[int, str, str, str, dt.date]]:
    """Customer, question, answer, who and when: one query, none where a page has read them."""
    if all("judgements" in getattr(a, "_prefetched_objects_cache", ()) for a in accounts):
        return [
            (account.pk, row.kind, row.value, row.judged_by.name, row.judged_on)
            for account in accounts
            for row in account.judgements.all()
        ]
    return Judgement.objects.filter(account__in=accounts).values_list(
        "account", "kind", "value", "judged_by__name", "judged_on"
    )


def _volumes(accounts: list[Account], policy: TierPolicy) -> dict[int, Volume | None]:
    if policy.judged_per == JudgedPer.GROUP:
        sums = _group_sums([account.pk for account in accounts])
        return {a.pk: _group_volume(sums.get(a.pk, a.annual_volume)) for a in accounts}
    return {account.pk: _own_volume(account) for account in accounts}


def _own_volume(account: Account) -> Volume | None:
    if account.annual_volume is None:
        return None
    fact = account.annual_volume_fact
    if fact is None:
        return Volume(account.annual_volume)
    return Volume(
        account.annual_volume,
        fact.basis,
        fact.period_from,
        fact.period_to,
        fact.source,
        fact.as_of,
    )


def _group_volume(amount: Decimal | None) -> Volume | None:
    return None if amount is None else Volume(amount, basis=GROUP, source=GROUP)


# Each member of the groups of some customers, its root, and what it adds: up the line of parents
# and down again, whatever its length. UNION ends a circle, whose members have no root.
GROUPS = """
WITH RECURSIVE up AS (
    SELECT id, parent_id FROM accounts_account WHERE {some}
    UNION
    SELECT a.id, a.parent_id FROM up JOIN accounts_account a ON a.id = up.parent_id
),
members AS (
    SELECT id, id AS root FROM up WHERE parent_id IS NULL
    UNION
    SELECT a.id, root FROM members JOIN accounts_account a ON a.parent_id = members.id
)
SELECT id, root, CASE WHEN merged_into_id IS NULL AND voided_at IS NULL THEN annual_volume END
FROM members JOIN accounts_account USING (id)
"""


def _group_sums(accounts: list[int] | None = None) -> dict[int, Decimal | None]:
    """The known volumes of a customer's whole group, whoever looks after its members.

    By member; of all groups when no customers are given, and then not of whoever is in none.
    """
    some = "parent_id IS NOT NULL" if accounts is None else "id = ANY(%s::bigint[])"
    with connection.cursor() as cursor:
        cursor.execute(GROUPS.format(some=some), None if accounts is None else [accounts])
        members = cursor.fetchall()
    sums: dict[int, Decimal | None] = {}
    for _, root, amount in members:
        known = sums.get(root)
        sums[root] = known if amount is None else (known or Decimal()) + amount
    return {member: sums[root] for member, root, _ in members}


def rows(accounts: AccountQuerySet, kinds: Iterable[str], judged_per: str) -> Iterator[Row]:
    """Each customer's facts as bare values: one query (two per group), no model instances."""
    kinds = tuple(kinds)
    answers = {
        f"answer_{kind}": Max("judgements__value", filter=Q(judgements__kind=kind))
        for kind in kinds
    }
    sums = _group_sums() if judged_per == JudgedPer.GROUP else {}
    found = accounts.order_by("pk").values_list("pk", "tier", "owner_id", "annual_volume")
    for pk, tier, owner, amount, *values in found.annotate(**answers).iterator(5000):
        yield Row(pk, tier, owner, sums.get(pk, amount), tuple(values))


def tiers_as_of(
    accounts: AccountQuerySet, day: dt.date, known_at: dt.datetime | None = None
) -> dict[int, str]:
    """The tier of each customer on a day, as known at a moment or now; "" for none."""
    found = accounts.with_tier_as_of(day, known_at)
    return dict(found.values_list("pk", "tier_then"))  # type: ignore[misc]


def type_facts_of(account: Account) -> TypeFacts:
    """What the business type is judged on today: two queries, none where a page has read them."""
    return TypeFacts(
        account_kind=account.kind,
        is_end_customer=account.is_end_customer,
        long_term_intention=account.long_term_intention,
        vip_agreement_in_force=any(
            agreement.kind == AgreementKind.VIP and agreement.is_in_force
            for agreement in agreements_of(account)
        ),
        judgements={kind: value for _, kind, value, _, _ in _judgements([account])},
    )


def agreements_of(account: Account) -> list[Agreement]:
    """The customer's agreements, the latest first; read `for_detail`, or in a query of their own.

    Those read with the customer carry what their state follows from and no more.
    """
    if (rows := getattr(account, "agreed", None)) is None:
        return list(account.agreements.all())
    found = [_agreement(row) for row in rows]
    return sorted(found, key=lambda row: (row.starts_on or dt.date.max, row.pk), reverse=True)


def _agreement(row: dict[str, Any]) -> Agreement:
    days = ("signed_on", "starts_on", "ends_on", "ended_on")
    values = {
        name: dt.date.fromisoformat(value) if name in days and value else value
        for name, value in row.items()
    }
    return Agreement(**values)
