"""Annual and monthly volumes, and the one figure a tier is judged on (Q12, suggested).

Sales over the last twelve months count first, then what the customer declared, then older sales;
what is expected counts for prospects only. Unknown is never zero: without a fact there is none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Case, F, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import (
    Account,
    AnnualVolume,
    MonthlyVolume,
    Standing,
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


def choose(accounts: QuerySet[Account]) -> int:
    """Copy to each customer the fact its tier is judged on; one statement, returns how many moved.

    Call it in the transaction that changed their facts.
    """
    a_year_ago = timezone.localdate() - dt.timedelta(days=366)
    rank = Case(
        When(basis=VolumeBasis.SALES, period_to__gte=a_year_ago, then=0),
        When(basis=VolumeBasis.DECLARED, then=1),
        When(basis=VolumeBasis.SALES, then=2),
        default=3,
        output_field=IntegerField(),
    )
    best = (
        AnnualVolume.objects.filter(account=OuterRef("pk"))
        .filter(~Q(basis=VolumeBasis.EXPECTED) | Q(account__standing=Standing.PROSPECT))
        .order_by(rank, "-period_to", "-pk")
    )
    fact, amount = Subquery(best.values("pk")[:1]), Subquery(best.values("amount")[:1])
    moved = accounts.alias(fact=fact, amount=amount).filter(
        ~Q(annual_volume_fact=F("fact"))
        | ~Q(annual_volume=F("amount"))
        | Q(annual_volume_fact=None, fact__isnull=False)
        | Q(annual_volume_fact__isnull=False, fact=None)
        | Q(annual_volume__isnull=False, amount=None)
    )
    return moved.update(annual_volume_fact=fact, annual_volume=amount)


def roll_up(account: Account) -> None:
    """The sum of the twelve months up to the last known one, if all twelve are known."""
    last = account.monthly_volumes.order_by("month").last()
    if last is None:
        return
    first = first_of(last.month, 1 - MONTHS)
    months = list(account.monthly_volumes.filter(month__gte=first))
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
