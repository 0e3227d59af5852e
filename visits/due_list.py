"""The due list of return visits: obligations with the customer, the last call and attempts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max, Q

from accounts.models import Account
from staff.models import Obligation, User
from visits.models import CallAttempt, ReturnVisit


@dataclass
class DueCall:
    """One line of the list."""

    obligation: Obligation
    account: Account
    last: ReturnVisit | None
    attempts: int
    again_on: dt.date | None
    days_late: int


def lines(obligations: Iterable[Obligation], user: User, today: dt.date) -> list[DueCall]:
    """The lines of one page; three queries whatever its length. Customers out of sight are not
    named."""
    rows = list(obligations)
    numbers = [row.account_id for row in rows]
    accounts = Account.objects.visible_to(user).for_list().in_bulk(numbers)
    visits = ReturnVisit.objects.counting().filter(account__in=numbers)
    latest = visits.order_by("account_id", "-interaction__happened_at", "-pk").distinct("account")
    last = {visit.account_id: visit for visit in latest.select_related("interaction")}
    tried = _attempts(numbers)
    found = []
    for row in rows:
        if account := accounts.get(row.account_id):
            attempts, again_on = tried.get(account.pk, (0, None))
            late = max((today - row.due_on).days, 0)
            found.append(DueCall(row, account, last.get(account.pk), attempts, again_on, late))
    return found


def _attempts(accounts: list[int | None]) -> dict[int, tuple[int, dt.date | None]]:
    """Per customer: the attempts since it was last reached, and when to call again."""
    reached = Max(
        "account__return_visits__interaction__happened_at",
        filter=Q(account__return_visits__interaction__voided_at=None),
    )
    rows = (
        CallAttempt.objects.filter(account__in=accounts)
        .order_by()
        .values("pk", "account", "called_at", "call_again_on")
        .annotate(reached=reached)
    )
    found: dict[int, tuple[int, dt.date | None]] = {}
    for row in rows:
        if row["reached"] is None or row["called_at"] > row["reached"]:
            count, again_on = found.get(row["account"], (0, None))
            days = [day for day in (again_on, row["call_again_on"]) if day]
            found[row["account"]] = (count + 1, max(days, default=None))
    return found
