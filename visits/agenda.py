"""Visits and receptions of people by day: what calendar, day, feed and clash warnings read."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from staff.models import User
from visits.models import Reception, Visit


@dataclass(frozen=True)
class Appointment:
    """A visit or a reception, as it stands in a calendar."""

    kind: str  # "visit" or "reception"
    subject: Visit | Reception
    person: User

    @property
    def at(self) -> dt.datetime:
        return timezone.localtime(self.subject.planned_at)

    @property
    def ends_at(self) -> dt.datetime:
        return timezone.localtime(self.subject.ends_at)

    @property
    def uid(self) -> str:
        return f"{self.kind}-{self.subject.pk}"

    @property
    def word(self) -> str:
        return gettext("Reception") if self.kind == "reception" else gettext("Visit")

    @property
    def title(self) -> str:
        return f"{self.subject.account.short_name or self.subject.account.name}"


def start_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def between(
    reader: User, first: dt.date, last: dt.date, *, person: User | None = None
) -> list[Appointment]:
    """What `reader` sees of the days, both included, by time; of one person, or of everybody."""
    start, end = start_of(first), start_of(last + dt.timedelta(days=1))
    visits = Visit.objects.between(start, end)
    receptions = Reception.objects.between(start, end)
    if person is not None:
        visits, receptions = visits.of(person), receptions.of(person)
    found = [
        *(
            Appointment("visit", row, row.visitor)
            for row in visits.visible_to(reader).select_related("account", "visitor", "interaction")
        ),
        *(
            Appointment("reception", row, row.host)
            for row in receptions.visible_to(reader).select_related("account", "host")
        ),
    ]
    return sorted(found, key=lambda row: (row.at, row.uid))


def clashes(subject: Visit | Reception, people: Iterable[int]) -> list[Appointment]:
    """Other planned visits and receptions of these people that overlap `subject` in time.

    Looks at all of them, not at the reader's: the page names the person and the hour only.
    """
    who = set(people)
    long_before = subject.planned_at - dt.timedelta(days=1)
    near = Q(status="planned", planned_at__gt=long_before, planned_at__lt=subject.ends_at)
    found: list[Appointment] = []
    for model, kind, lead in ((Visit, "visit", "visitor"), (Reception, "reception", "host")):
        same = Q(pk=subject.pk) if isinstance(subject, model) else Q(pk__in=[])
        rows: Any = model._default_manager.filter(near).exclude(same).select_related(lead)
        for row in rows.filter(Q(**{f"{lead}__in": who}) | Q(colleagues__in=who)).distinct():
            if row.ends_at > subject.planned_at:
                found.append(Appointment(kind, row, getattr(row, lead)))
    return sorted(found, key=lambda row: row.at)


def week_of(day: dt.date) -> list[dt.date]:
    monday = day - dt.timedelta(days=day.weekday())
    return [monday + dt.timedelta(days=n) for n in range(7)]


def month_of(day: dt.date) -> list[list[dt.date]]:
    """The weeks, from Monday, that hold the month of a day."""
    first = day.replace(day=1)
    weeks, monday = [], week_of(first)[0]
    while monday <= day or monday.month == day.month:
        weeks.append(week_of(monday))
        monday += dt.timedelta(days=7)
    return weeks


def by_day(
    days: Sequence[dt.date], appointments: Sequence[Appointment]
) -> list[tuple[dt.date, list[Appointment]]]:
    return [(day, [row for row in appointments if row.at.date() == day]) for day in days]


def activity(reader: User, today: dt.date) -> list[dict[str, Any]]:
    """Per person that `reader` sees: visits recorded today, this week and this month (S5-5-8)."""
    since = {"today": today, "week": week_of(today)[0], "month": today.replace(day=1)}
    made = visits_by_day(min(since.values()), today)
    counts = {name: Counter[int]() for name in since}
    for (person, day), number in made.items():
        for name, first in since.items():
            if day >= first:
                counts[name][person] += number
    people = User.objects.visible_to(reader).colleagues()
    return [
        {"person": person, **{name: counts[name][person.pk] for name in since}}
        for person in people.order_by("name_pinyin", "pk")
    ]


def visits_by_day(first: dt.date, last: dt.date) -> Counter[tuple[int, dt.date]]:
    """Visits that everybody recorded for each day, or went along on; two queries.

    The one count of visits (S5-4-1): from the records, never entered twice.
    """
    made = Visit.objects.filter(
        status="done",
        interaction__voided_at=None,
        interaction__happened_at__gte=start_of(first),
        interaction__happened_at__lt=start_of(last + dt.timedelta(days=1)),
    ).order_by()
    visited = made.values_list("visitor", "pk", "interaction__happened_at")
    along = made.filter(colleagues__isnull=False)
    joined = along.values_list("colleagues", "pk", "interaction__happened_at")
    each = {(person, pk, timezone.localdate(at)) for person, pk, at in [*visited, *joined]}
    return Counter((person, day) for person, _pk, day in each)


def visits_done(person: User, day: dt.date) -> int:
    """Visits that somebody made on a day."""
    return visits_by_day(day, day)[person.pk, day]
