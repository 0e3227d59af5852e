"""How long a caller has been waiting, in business days, and by when they are to be called back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Feedback
from complaints.call_policies import REPLY_WITHIN, TELL_WITHIN
from complaints.models import CallRecord
from staff import calendar, policy


@dataclass(frozen=True)
class Wait:
    """From the call until the answer, or until now; handing it on starts no new clock."""

    start: dt.datetime
    end: dt.datetime | None
    due_at: dt.datetime

    @property
    def is_late(self) -> bool:
        return (self.end or timezone.now()) > self.due_at

    @property
    def text(self) -> str:
        """Within the first day in hours, later in business days."""
        return calendar.elapsed_text(self.start, self.end)

    @property
    def sentence(self) -> str:
        words = gettext("took %s") if self.end else gettext("waiting for %s")
        return words % self.text


def due_at(call: CallRecord, days: int) -> dt.datetime:
    """What was promised; else the end of the last business day that policy allows."""
    if call.call_back_by:
        return call.call_back_by
    return _end_of(call.received_at, days)


def _end_of(start: dt.datetime, days: int) -> dt.datetime:
    """The end of the last of so many business days."""
    last = calendar.add_business_days(timezone.localdate(start), days)
    return timezone.make_aware(dt.datetime.combine(last, dt.time(23, 59, 59)))


def wait_of(call: CallRecord, days: int | None = None) -> Wait:
    days = policy.in_force()[REPLY_WITHIN] if days is None else days
    return Wait(call.received_at, call.answered_at, due_at(call, days))


def with_feedback_waits(rows: Iterable[Feedback]) -> list[tuple[Feedback, Wait]]:
    """Each feedback of a page with the time until the customer was told; one query for all."""
    days = policy.in_force()[TELL_WITHIN]
    return [(row, Wait(row.raised_at, row.told_at, _end_of(row.raised_at, days))) for row in rows]


def with_waits(calls: Iterable[CallRecord]) -> list[tuple[CallRecord, Wait]]:
    """Each call of a page with its wait; one query for all."""
    days = policy.in_force()[REPLY_WITHIN]
    return [(call, wait_of(call, days)) for call in calls]
