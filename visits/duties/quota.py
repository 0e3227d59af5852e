"""The daily visit quota as a duty (S5-4-1): counted from the records, missed where it was missed.

Each business day stands on the desk of whoever has a quota. A visit recorded later for that day
still counts for it; days of more than a working week ago are past mending and lapse.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    Case,
    DateField,
    F,
    Func,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from staff import calendar, policy
from staff.duties import Duty, register, synchronise
from staff.models import Obligation, User
from staff.policy import Values
from visits import agenda
from visits.policies import PERSONAL_QUOTAS, QUOTAS, quota_of

Day = dt.date
KEPT_OPEN = 5  # business days, today included
DAYS = ArrayField(DateField())


@dataclass(frozen=True)
class Tally:
    """A person's visits of one day, beside what was asked of them."""

    person: int
    day: Day
    asked: int
    made: int

    @property
    def is_missing(self) -> bool:
        return self.made < self.asked


def tallies(today: Day) -> list[Tally]:
    """Of everyone who had a quota on one of the last business days; two queries for the visits."""
    days = [day for day in _last_days(today) if calendar.is_business_day(day)]
    asked: dict[tuple[int, Day], int] = {}
    people = list(User.objects.in_house())
    for day in days:
        values = policy.in_force(day)
        asked |= {(person.pk, day): n for person in people if (n := quota_of(person, values))}
    made = agenda.visits_by_day(days[0], today) if asked and days else Counter[tuple[int, Day]]()
    return [Tally(pk, day, n, made[pk, day]) for (pk, day), n in asked.items()]


def _last_days(today: Day) -> list[Day]:
    first = calendar.subtract_business_days(today, KEPT_OPEN - 1)
    return [first + dt.timedelta(days=n) for n in range((today - first).days + 1)]


def rows_of(found: Iterable[Tally]) -> QuerySet[Any]:
    """Each tally as a row of person and day, for the set-based clock."""
    by_person: dict[int, list[Day]] = {}
    for tally in found:
        by_person.setdefault(tally.person, []).append(tally.day)
    if not by_person:  # none() has no SQL
        nobody: QuerySet[Any] = (
            User.objects.filter(pk=None)
            .order_by()
            .annotate(asked_day=Cast(Value(None), DateField()))
        )
        return nobody
    whens = [When(pk=pk, then=Value(days, DAYS)) for pk, days in by_person.items()]
    each = Case(*whens, default=Value([], DAYS), output_field=DAYS)
    day = Func(each, function="unnest", output_field=DateField())
    people = User.objects.filter(pk__in=by_person).order_by()
    found_days: QuerySet[Any] = people.annotate(asked_day=day)
    return found_days


class DayWord(Func):
    """`quota:12:2026-11-23`; not by Concat, whose coalesce takes no set of rows."""

    template = "'quota:' || %(expressions)s"
    arg_joiner = " || ':' || "
    output_field = TextField()


def _subject() -> Any:
    return DayWord(Cast("pk", TextField()), Cast(F("asked_day"), TextField()))


def _no_account() -> Any:
    return Cast(Value(None), BigIntegerField())


def missed(values: Values, today: Day) -> QuerySet[Any]:
    """Days of the working week on which somebody made fewer visits than asked, today's too."""
    rows = rows_of(tally for tally in tallies(today) if tally.is_missing)
    asked: QuerySet[Any] = rows.values_list("pk", _no_account(), _subject(), F("asked_day"))
    return asked


def reached(values: Values) -> QuerySet[Any]:
    """Days on which the quota was reached, in the end."""
    rows = rows_of(tally for tally in tallies(timezone.localdate()) if not tally.is_missing)
    done: QuerySet[Any] = rows.values_list(_no_account(), _subject(), F("asked_day"))
    return done


def day_of(obligation: Obligation) -> Day:
    return parse_date(obligation.subject.rsplit(":", 1)[1]) or obligation.since


def day_page(obligation: Obligation) -> str:
    return f"{reverse('visits:my_day')}?on={day_of(obligation):%Y-%m-%d}"


def day_names(obligations: Iterable[Obligation]) -> dict[int, str]:
    return {
        row.pk: gettext("Visits of %(day)s") % {"day": date_format(day_of(row), "Y-m-d")}
        for row in obligations
    }


QUOTA = Duty(
    code="visits.quota",
    article="S5-4",
    title=_("Visits asked for a day"),
    statement=_("Who has a daily visit quota makes so many visits and records them."),
    who=_("whoever has a quota, by post or by name"),
    keys=[*QUOTAS.values(), PERSONAL_QUOTAS],
    source=missed,
    evidence=reached,
    due=lambda values, since: since,
    act=day_page,
    names=day_names,
    act_label=_("My day"),
    of_accounts=False,
)
register(QUOTA)


def follow(people: Iterable[User]) -> None:
    """Bring the quota in line with a visit that they just made; nothing while none is asked for."""
    if any(quota_of(person) for person in people):
        synchronise(QUOTA)
