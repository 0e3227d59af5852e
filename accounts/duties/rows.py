"""What the duties of customers share: which count, how a row is asked for, how it is named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import DateField, F, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.urls import reverse

from accounts.models import Account, Standing
from staff.models import Obligation

Day = dt.date


def customers() -> QuerySet[Account]:
    """The customers that count: neither merged nor void. Duties look at all, not at a person's."""
    return Account.objects.filter(merged_into=None, voided_at=None)


def in_policy_scope(scope: list[str]) -> Q:
    """Key accounts, important agreement customers, both, or none."""
    chosen = Q(pk__in=[])
    if "key" in scope:
        chosen |= Q(standing=Standing.KEY)
    if "important" in scope:
        chosen |= Q(is_important_agreement=True)
    return chosen


def columns(
    rows: QuerySet[Any], *, since: Any, person: Any = "owner", subject: Any = ""
) -> QuerySet[Any]:
    """One row per thing asked: person, account, subject, since."""
    asked: QuerySet[Any] = rows.order_by().values_list(
        F(person) if isinstance(person, str) else person,
        F("pk"),
        Value(subject, TextField()) if isinstance(subject, str) else subject,
        since,
    )
    return asked


def not_before_recognition(since: Any) -> Greatest:
    """A prospect of long standing is new as a key account: its clocks start on that day.

    Of a day that is not known, PostgreSQL takes the other one.
    """
    return Greatest(since, "recognised_on", output_field=DateField())


def account_page(obligation: Obligation) -> str:
    return reverse("accounts:detail", args=[obligation.account_id])


def account_names(obligations: Iterable[Obligation]) -> dict[int, str]:
    """The customer's name for each obligation; whoever is obliged looks after the customer."""
    numbers = {obligation.pk: obligation.account_id or 0 for obligation in obligations}
    names = dict(Account.objects.filter(pk__in=numbers.values()).values_list("pk", "name"))
    return {pk: names.get(number, "") for pk, number in numbers.items()}


ADDED_ON = TruncDate("created_at")
SUPERIOR = Coalesce("owner__reports_to", "owner")
