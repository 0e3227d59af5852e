"""How the duties were kept: due, on time, late, not done, over a period and within a scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.dateparse import parse_date

from staff.articles import get_article
from staff.duties import DUTIES
from staff.models import Obligation, Outcome, User


class Period(NamedTuple):
    """From a day until a day, both included."""

    start: dt.date
    end: dt.date

    @classmethod
    def this_year(cls, today: dt.date) -> Period:
        return cls(today.replace(month=1, day=1), today.replace(month=12, day=31))

    @classmethod
    def read(cls, words: Mapping[str, str], today: dt.date) -> Period:
        """`?from=…&to=…`; what is missing or wrong falls back to this year."""
        year = cls.this_year(today)
        try:
            start = parse_date(words.get("from", "")) or year.start
            end = parse_date(words.get("to", "")) or year.end
        except ValueError:
            return year
        return cls(start, end) if start <= end else year


@dataclass(frozen=True)
class Kept:
    """Counts of obligations by how they were kept; `waiting` are open and not yet due."""

    due: int = 0
    on_time: int = 0
    late: int = 0
    breached: int = 0
    waiting: int = 0

    def __add__(self, other: Kept) -> Kept:
        pairs = zip(vars(self).items(), vars(other).values(), strict=True)
        return Kept(**{name: mine + theirs for (name, mine), theirs in pairs})

    @property
    def share_on_time(self) -> float | None:
        """Of what had to be done by now; None when nothing had."""
        settled = self.on_time + self.late + self.breached
        return 100 * self.on_time / settled if settled else None


def by_duty(user: User, period: Period) -> dict[str, Kept]:
    """How each duty was kept in the user's scope; one query."""
    today = timezone.localdate()
    done = Q(outcome=Outcome.DONE)
    late_fall = Q(outcome=Outcome.LAPSED, closed_on__gt=F("due_on"))
    rows = (
        Obligation.objects.visible_to(user)
        .filter(due_on__range=period, duty__in=DUTIES)
        .exclude(outcome=Outcome.LAPSED, closed_on__lte=F("due_on"))
        .order_by()
        .values("duty")
        .annotate(
            n=Count("pk"),
            on_time=Count("pk", filter=done & Q(closed_on__lte=F("due_on"))),
            late=Count("pk", filter=done & Q(closed_on__gt=F("due_on"))),
            breached=Count("pk", filter=late_fall | Q(closed_on=None, due_on__lt=today)),
            waiting=Count("pk", filter=Q(closed_on=None, due_on__gte=today)),
        )
    )
    return {
        row["duty"]: Kept(row["n"], row["on_time"], row["late"], row["breached"], row["waiting"])
        for row in rows
    }


def of_duty(user: User, code: str, period: Period) -> Kept:
    return by_duty(user, period).get(code, Kept())


def by_article(user: User, period: Period) -> dict[str, Kept]:
    """How each article was kept: the sum over its duties."""
    kept: dict[str, Kept] = {}
    for code, counts in by_duty(user, period).items():
        article = get_article(DUTIES[code].article).code
        kept[article] = kept.get(article, Kept()) + counts
    return kept
