"""Which months have been fed back, which are due, and which were missed (S4 第五条(5))."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Min
from django.utils import timezone

from complaints.models import MonthlyFeedback
from complaints.policies import FEEDBACK_DUE
from staff import calendar, policy
from staff.models import User


@dataclass(frozen=True)
class Month:
    """One month: what there is of it, and by when it is to be sent."""

    first: dt.date
    due_on: dt.date
    report: Any = None

    @property
    def is_sent(self) -> bool:
        return self.report is not None and self.report.is_sent

    @property
    def is_missed(self) -> bool:
        return not self.is_sent and self.due_on < timezone.localdate()


def first_of(day: dt.date) -> dt.date:
    return day.replace(day=1)


def last_of(month: dt.date) -> dt.date:
    return calendar.add_months(month, 1) - dt.timedelta(days=1)


def due_on(month: dt.date, values: policy.Values) -> dt.date:
    """The business day by which the feedback of a month is sent."""
    return calendar.add_business_days(last_of(month), values[FEEDBACK_DUE])


def beginning() -> dt.date | None:
    """The first month there is anything to ask of: the first report, else the first colleague."""
    reports = MonthlyFeedback.objects.aggregate(first=Min("month"))["first"]
    joined = User.objects.aggregate(first=Min("joined_at"))["first"]
    known = [day for day in (reports, joined and first_of(timezone.localdate(joined))) if day]
    return min(known, default=None)


def months(today: dt.date, values: policy.Values) -> list[Month]:
    """Every month until this one, the latest first: two queries."""
    begin = beginning()
    if begin is None:
        return []
    reports = {report.month: report for report in MonthlyFeedback.objects.for_list()}
    found, month = [], first_of(today)
    while month >= begin:
        found.append(Month(month, due_on(month, values), reports.get(month)))
        month = calendar.add_months(month, -1)
    return found


def unsent(today: dt.date, values: policy.Values) -> list[dt.date]:
    """Months that are over and have not been fed back."""
    rows = months(today, values)
    return [row.first for row in rows if not row.is_sent and last_of(row.first) < today]
