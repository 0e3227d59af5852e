"""Business time: by when an answer is due, standing still while we wait for the customer.

Days are business days and end at midnight. Hours run on business days only, unless the company
lets them run every day. Time in a pause does not count; a pause that begins when the answer is
late already excuses nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from staff import calendar


@dataclass(frozen=True)
class Allowance:
    """So many business days, or hours."""

    amount: int
    in_hours: bool = False


@dataclass(frozen=True)
class Standstill:
    """While we wait for the customer; without an end we still do."""

    start: dt.datetime
    end: dt.datetime | None = None


def due_at(
    since: dt.datetime,
    allowance: Allowance,
    pauses: Iterable[Standstill] = (),
    *,
    every_day: bool = False,
) -> dt.datetime | None:
    """The moment by which it is due; None while the clock stands still."""
    ordered = sorted(pauses, key=lambda pause: pause.start)
    relevant = [pause for pause in ordered if pause.end is None or pause.end > since]
    if allowance.in_hours:
        return _hours(since, allowance.amount, relevant, every_day)
    return _days(since, allowance.amount, relevant)


def _hours(
    since: dt.datetime, hours: int, pauses: Sequence[Standstill], every_day: bool
) -> dt.datetime | None:
    left, now, waiting = dt.timedelta(hours=hours), since, list(pauses)
    while True:
        day = timezone.localdate(now)
        midnight = _midnight_after(day)
        if not (every_day or calendar.is_business_day(day)):
            now = midnight
            continue
        while waiting and waiting[0].end is not None and waiting[0].end <= now:
            waiting.pop(0)
        if waiting and waiting[0].start <= now:
            if waiting[0].end is None:
                return None
            now = waiting.pop(0).end or now
            continue
        stop = min(midnight, waiting[0].start) if waiting else midnight
        if now + left <= stop:
            return now + left
        left -= stop - now
        now = stop


def _days(since: dt.datetime, days: int, pauses: Sequence[Standstill]) -> dt.datetime | None:
    """A pause adds the business days that began while it lasted."""
    first = timezone.localdate(since)
    due = _end_of(calendar.add_business_days(first, days))
    for pause in pauses:
        if pause.start > due:
            break
        if pause.end is None:
            return None
        started = timezone.localdate(max(pause.start, since))
        days += calendar.business_days_between(started, timezone.localdate(pause.end))
        due = _end_of(calendar.add_business_days(first, days))
    return due


def _midnight_after(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))


def _end_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59)))
