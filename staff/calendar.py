"""Business days in China: weekends, public holidays and make-up workdays (调休).

The State Council publishes each year's days off in the autumn before; a year whose make-up
workdays are not known yet is told by `is_provisional`, and its dates are computed without them.
"""

import datetime as dt
from functools import cache

import holidays
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext, ngettext


@cache
def _year(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year)


def is_business_day(day: dt.date) -> bool:
    """Whether people work on this day."""
    return bool(_year(day.year).is_working_day(day))


def is_provisional(year: int) -> bool:
    """Whether the make-up workdays of this year are still unknown."""
    return not any(day.year == year for day in _year(year).weekend_workdays)


def add_business_days(day: dt.date, count: int) -> dt.date:
    """The `count`-th business day after `day`; the next one on or after it when count is 0."""
    if count == 0:
        return on_or_after(day)
    for _ in range(count):
        day = on_or_after(day + dt.timedelta(days=1))
    return day


def subtract_business_days(day: dt.date, count: int) -> dt.date:
    """The `count`-th business day before `day`."""
    for _ in range(count):
        day -= dt.timedelta(days=1)
        while not is_business_day(day):
            day -= dt.timedelta(days=1)
    return day


def on_or_after(day: dt.date) -> dt.date:
    """The first business day that is not before `day`."""
    while not is_business_day(day):
        day += dt.timedelta(days=1)
    return day


def business_days_between(start: dt.date, end: dt.date) -> int:
    """How many business days after `start` until `end` inclusive; 0 if `end` is not later."""
    days = (start + dt.timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_business_day(day) for day in days)


def elapsed_text(start: dt.datetime, end: dt.datetime | None = None) -> str:
    """How long somebody has waited: hours within the first day, business days afterwards."""
    end = end or timezone.now()
    count = business_days_between(timezone.localdate(start), timezone.localdate(end))
    return business_days_text(count) if count else timesince(start, end)


def days_since_text(day: dt.date) -> str:
    """How long something has been waiting since a day of which no hour is known."""
    count = business_days_between(day, timezone.localdate())
    return business_days_text(count) if count else gettext("less than a business day")


def business_days_text(count: int) -> str:
    return ngettext("%d business day", "%d business days", count) % count


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, clamped to the month's end (31 Dec + 2 = 28/29 Feb)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    first_after = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (first_after - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))
