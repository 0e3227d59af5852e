"""Annual and monthly volumes, and the one figure a tier is judged on (Q12, suggested).

Sales over the last twelve months count first, then what the customer declared, then older sales;
what is expected counts for prospects only. Unknown is never zero: without a fact there is none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import (
    Account,
    AnnualVolume,
    MonthlyVolume,
    VolumeBasis,
    VolumeSource,
)
from staff.duties import followed
from staff.models import User
from staff.transitions import TransitionDenied

MONTHS = 12


def first_of(day: dt.date, months: int = 0) -> dt.date:
    """The first day of the month `months` after (before, if negative) the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)


def refresh(account: Account) -> None:
    """Keep the customer's twelve-month sales and its judged figure right, and the instance too."""
    roll_up(account)
    choose(Account.objects.filter(pk=account.pk))
    account.refresh_from_db(fields=["annual_volume", "annual_volume_fact", "version"])


# The facts of each wanted customer in the order in which they count; the first one is chosen.
CHOOSE = """
    UPDATE accounts_account a SET annual_volume_fact_id = best.id, annual_volume = best.amount
    FROM (
        SELECT wanted.id AS account_id, chosen.id, chosen.amount
        FROM ({wanted}) AS wanted(id)
        JOIN accounts_account c ON c.id = wanted.id
        LEFT JOIN LATERAL (
            SELECT f.id, f.amount FROM accounts_annualvolume f
            WHERE f.account_id = wanted.id AND (f.basis <> 'expected' OR c.standing = 'prospect')
            ORDER BY CASE WHEN f.basis = 'sales' AND f.period_to >= %s THEN 0
                WHEN f.basis = 'declared' THEN 1 WHEN f.basis = 'sales' THEN 2 ELSE 3 END,
                f.period_to DESC, f.id DESC
            LIMIT 1
        ) chosen ON true
    ) best
    WHERE a.id = best.account_id AND (
        a.annual_volume_fact_id IS DISTINCT FROM best.id
        OR a.annual_volume IS DISTINCT FROM best.amount
    )
"""


def a_year_ago() -> dt.date:
    """From here on sales are of the last twelve months, however their last month lies."""
    return timezone.localdate() - dt.timedelta(days=366)


def choose(accounts: QuerySet[Account]) -> int:
    """Copy to each customer the fact its tier is judged on; one statement, returns how many moved.

    Call it in the transaction that changed their facts.
    """
    try:
        wanted, parameters = accounts.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:  # nobody
        return 0
    return _choose(wanted, parameters)


def choose_for(accounts: Sequence[int]) -> int:
    """The same for customers by their keys, however many."""
    return _choose("SELECT unnest(%s::bigint[])", [list(accounts)])


def _choose(wanted: str, parameters: Sequence[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(CHOOSE.format(wanted=wanted), [*parameters, a_year_ago()])
        return int(cursor.rowcount)


def choose_again() -> int:
    """Judge by another fact those whose last twelve months of sales have become old ones."""
    old_sales = {
        "annual_volume_fact__basis": VolumeBasis.SALES,
        "annual_volume_fact__period_to__lt": a_year_ago(),
    }
    return choose(Account.objects.filter(**old_sales))


def roll_up(account: Account) -> None:
    """The sum of the twelve months up to the last known whole one, if all twelve are known."""
    over = account.monthly_volumes.filter(month__lt=first_of(timezone.localdate()))
    last = over.order_by("month").last()
    if last is None:
        return
    first = first_of(last.month, 1 - MONTHS)
    months = list(over.filter(month__gte=first))
    if len(months) < MONTHS:
        return
    is_ledger = all(month.source == VolumeSource.LEDGER for month in months)
    source = VolumeSource.LEDGER if is_ledger else VolumeSource.ENTERED
    period_to = first_of(last.month, 1) - dt.timedelta(days=1)
    same: dict[str, Any] = {
        "basis": VolumeBasis.SALES,
        "period_from": first,
        "period_to": period_to,
    }
    stated = account.annual_volumes.filter(**same).exclude(entered_by=None, source=source)
    if stated.exists():  # somebody or the ledger said so for the whole year
        return
    AnnualVolume.objects.update_or_create(
        account=account,
        **same,
        defaults={
            "amount": sum((month.amount for month in months), Decimal()),
            "source": source,
            "source_note": gettext("sum of twelve months"),
            "as_of": period_to,
        },
    )


@followed
@transaction.atomic
def enter_annual(fact: AnnualVolume, *, actor: User) -> AnnualVolume:
    """Keep a figure typed in; the same basis and period again replaces what was typed before."""
    account = Account.objects.select_for_update(of=("self",)).get(pk=fact.account_id)
    if blocker := account.edit_blocker(actor):
        raise TransitionDenied(blocker)
    same: dict[str, Any] = {
        "basis": fact.basis,
        "period_from": fact.period_from,
        "period_to": fact.period_to,
    }
    if account.annual_volumes.filter(source=VolumeSource.LEDGER, **same).exists():
        raise TransitionDenied(
            gettext("The figure of this period comes from the sales ledger; correct it there.")
        )
    fact, _ = AnnualVolume.objects.update_or_create(
        account=account,
        **same,
        defaults={
            "amount": fact.amount,
            "source": VolumeSource.ENTERED,
            "source_note": fact.source_note,
            "as_of": fact.as_of,
            "entered_by": actor,
        },
    )
    choose(Account.objects.filter(pk=account.pk))
    return fact


@transaction.atomic
def expect(account: Account, *, actor: User, year: int, amount: Decimal | None, note: str) -> None:
    """Keep what the customer is expected to buy in a year; None takes the figure back.

    One of many steps: the caller brings the customer's obligations in line.
    """
    same: dict[str, Any] = {
        "basis": VolumeBasis.EXPECTED,
        "period_from": dt.date(year, 1, 1),
        "period_to": dt.date(year, 12, 31),
    }
    if amount is None:
        account.annual_volumes.filter(source=VolumeSource.ENTERED, **same).delete()
    else:
        AnnualVolume.objects.update_or_create(
            account=account,
            **same,
            defaults={
                "amount": amount,
                "source": VolumeSource.ENTERED,
                "source_note": note[:200],
                "as_of": timezone.localdate(),
                "entered_by": actor,
            },
        )
    choose(Account.objects.filter(pk=account.pk))


@followed
@transaction.atomic
def enter_months(
    account: Account, *, actor: User, amounts: Mapping[dt.date, Decimal | None]
) -> None:
    """Keep the months typed in; an emptied month is not known from then on. Ledger months stay."""
    account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    if blocker := account.edit_blocker(actor):
        raise TransitionDenied(blocker)
    known = {row.month: row for row in account.monthly_volumes.filter(month__in=list(amounts))}
    for month, amount in amounts.items():
        old = known.get(month)
        if old and (old.source == VolumeSource.LEDGER or old.amount == amount):
            continue
        if amount is None:
            account.monthly_volumes.filter(month=month).delete()
        else:
            MonthlyVolume.objects.update_or_create(
                account=account,
                month=month,
                defaults={"amount": amount, "source": VolumeSource.ENTERED},
            )
    _drop_sums_without_months(account)
    refresh(account)


def _drop_sums_without_months(account: Account) -> None:
    """A twelve-month sum whose months changed or are gone is no fact any more."""
    sums = {"basis": VolumeBasis.SALES, "source": VolumeSource.ENTERED, "entered_by": None}
    for fact in account.annual_volumes.filter(**sums):
        months = account.monthly_volumes.filter(month__range=(fact.period_from, fact.period_to))
        amounts = list(months.values_list("amount", flat=True))
        if len(amounts) == MONTHS and sum(amounts, Decimal()) == fact.amount:
            continue
        if len(amounts) == MONTHS:
            fact.amount = sum(amounts, Decimal())
            fact.save(update_fields=["amount"])
        else:
            fact.delete()
