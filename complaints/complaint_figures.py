"""Complaints counted: open ones by age and class, times, causes, repeats, what customers said.

Times are elapsed time, nights and days off included; the clocks of the policy are judged apart.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext, pgettext

from complaints.models import Cause, Complaint, Grade, Verdict
from staff.models import User
from staff.record import Period

HOUR = dt.timedelta(hours=1)
AGES = ((0, 1), (2, 5), (6, 10), (11, 30), (31, None))
CUSTOMERS_SHOWN = 20


class Percentile(Aggregate):
    """`PERCENTILE_CONT(share) WITHIN GROUP (ORDER BY …)`."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()

    def __init__(self, expression: Any, *, share: str) -> None:
        super().__init__(expression, share=share)


@dataclass(frozen=True)
class Cell:
    """A number, and where its rows are."""

    count: int
    query: str


@dataclass(frozen=True)
class Line:
    label: str
    cells: list[Cell]

    @property
    def total(self) -> int:
        return sum(cell.count for cell in self.cells)


@dataclass(frozen=True)
class Elapsed:
    """How long a step took, in hours: of how many, the middle one, and what nine in ten kept to."""

    label: str
    count: int
    median: float | None
    ninety: float | None
    query: str
    on_time: int | None = None
    with_limit: int | None = None


def day(value: dt.date | None) -> str:
    return value.isoformat() if value else ""


def link(**words: Any) -> str:
    return "?" + urlencode({key: value for key, value in words.items() if value})


class Figures:
    """The complaints of a person's scope; of a period, but for those that are open now."""

    def __init__(self, user: User, period: Period) -> None:
        self.all = Complaint.objects.visible_to(user).counting()
        self.period = period
        self.rows = self.all.filter(received_at__date__range=period)

    def _link(self, **words: Any) -> str:
        start, end = self.period
        return link(show="all", start=day(start), end=day(end), **words)

    # --- open now, by age and class ------------------------------------------------------------
    def grades(self) -> list[tuple[str, str]]:
        names = [(value, str(label)) for value, label in Grade.choices]
        return [*names, ("none", gettext("not classified"))]

    def open_by_age(self) -> list[Line]:
        today = timezone.localdate()
        found: dict[tuple[dt.date, str], int] = {}
        rows = self.all.open().order_by().values_list("received_at__date", "grade")
        for received_on, grade, count in rows.annotate(n=Count("pk")):
            key = (received_on, grade or "none")
            found[key] = found.get(key, 0) + count
        return [self._age_line(found, today, *bounds) for bounds in AGES]

    def _age_line(
        self, found: dict[tuple[dt.date, str], int], today: dt.date, low: int, high: int | None
    ) -> Line:
        end = today - dt.timedelta(days=low) if low else None
        start = today - dt.timedelta(days=high) if high is not None else None
        cells = [
            Cell(
                sum(
                    count
                    for (received_on, own), count in found.items()
                    if own == grade
                    and low <= (today - received_on).days
                    and (high is None or (today - received_on).days <= high)
                ),
                link(show="open", grade=grade, start=day(start), end=day(end)),
            )
            for grade, _label in self.grades()
        ]
        return Line(age_label(low, high), cells)

    def age_chart(self, lines: list[Line]) -> dict[str, Any]:
        return chart(
            "open-by-age",
            gettext("Open complaints by age and class"),
            [line.label for line in lines],
            [
                (label, [line.cells[place].count for line in lines])
                for place, (_grade, label) in enumerate(self.grades())
            ],
        )

    # --- how long it took ----------------------------------------------------------------------
    def elapsed(self) -> list[Elapsed]:
        """One query; time spent waiting for the customer is not taken out."""
        ways = {
            "acknowledged": ("acknowledged_at", "acknowledge_due_at", gettext("To acknowledge")),
            "replied": ("replied_at", "reply_due_at", gettext("To reply")),
            "closed": ("closed_at", None, gettext("To close")),
        }
        asked: dict[str, Any] = {}
        for name, (end, due, _label) in ways.items():
            span = ExpressionWrapper(F(end) - F("received_at"), output_field=DurationField())
            ended = Q(**{f"{end}__isnull": False})
            asked[f"{name}_n"] = Count("pk", filter=ended)
            asked[f"{name}_median"] = Percentile(span, share="0.5")
            asked[f"{name}_ninety"] = Percentile(span, share="0.9")
            if due:
                limited = ended & Q(**{f"{due}__isnull": False})
                asked[f"{name}_limited"] = Count("pk", filter=limited)
                asked[f"{name}_kept"] = Count("pk", filter=limited & Q(**{f"{end}__lte": F(due)}))
        got = self.rows.order_by().aggregate(**asked)
        return [
            Elapsed(
                label,
                got[f"{name}_n"],
                hours(got[f"{name}_median"]),
                hours(got[f"{name}_ninety"]),
                self._link(step=name),
                got.get(f"{name}_kept"),
                got.get(f"{name}_limited"),
            )
            for name, (_end, _due, label) in ways.items()
        ]

    def elapsed_chart(self, lines: list[Elapsed]) -> dict[str, Any]:
        return {
            **chart(
                "elapsed",
                gettext("Hours from the complaint on"),
                [line.label for line in lines],
                [
                    (gettext("median"), [line.median for line in lines]),
                    (gettext("nine in ten within"), [line.ninety for line in lines]),
                ],
            ),
            "kind": "bar",
            "unit": gettext("hours"),
            "is_count": False,
        }

    # --- causes, verdicts, repeats -------------------------------------------------------------
    def causes(self) -> list[Line]:
        """How many of each cause."""
        counts = dict(self.rows.order_by().values_list("cause").annotate(Count("pk")))
        names = [*Cause.choices, ("", gettext("not clear yet"))]
        return [
            Line(str(label), [Cell(counts.get(cause, 0), self._link(cause=cause or "none"))])
            for cause, label in names
            if cause or counts.get("")
        ]

    def causes_chart(self, lines: list[Line]) -> dict[str, Any]:
        values = [(gettext("complaints"), [line.total for line in lines])]
        labels = [line.label for line in lines]
        return {**chart("causes", gettext("Causes"), labels, values), "kind": "bar"}

    def verdicts(self) -> list[Line]:
        """What customers said of our replies, by the month in which they complained."""
        closed = self.rows.filter(status="closed").annotate(month=TruncMonth("received_at"))
        counts: dict[Any, dict[str, int]] = {}
        for month, verdict, n in (
            closed.order_by().values_list("month", "verdict").annotate(n=Count("pk"))
        ):
            counts.setdefault(month, {})[verdict] = n
        return [
            Line(
                f"{month:%Y-%m}",
                [
                    Cell(row.get(verdict, 0), self._verdict_link(month, verdict))
                    for verdict in Verdict.values
                ],
            )
            for month, row in sorted(counts.items())
        ]

    @staticmethod
    def _verdict_link(month: dt.datetime, verdict: str) -> str:
        first = month.date()
        following = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
        end = following - dt.timedelta(days=1)
        return link(show="closed", verdict=verdict, start=day(first), end=day(end))

    def verdict_labels(self) -> list[str]:
        return [str(label) for _value, label in Verdict.choices]

    def verdicts_chart(self, lines: list[Line]) -> dict[str, Any]:
        return chart(
            "verdicts",
            gettext("Satisfaction after the complaint"),
            [line.label for line in lines],
            [
                (label, [line.cells[place].count for line in lines])
                for place, label in enumerate(self.verdict_labels())
            ],
        )

    def repeat_customers(self) -> list[Line]:
        """Customers with the same cause more than once in the period, the most first."""
        rows = (
            self.rows.exclude(cause="").exclude(account=None).order_by()
            .values_list("account__name", "cause").annotate(n=Count("pk"))
            .filter(n__gt=1).order_by("-n", "account__name")[:CUSTOMERS_SHOWN]
        )  # fmt: skip
        return [
            Line(
                f"{name} · {Cause(cause).label}",
                [Cell(n, self._link(q=name, cause=cause))],
            )
            for name, cause, n in rows
        ]


def age_label(low: int, high: int | None) -> str:
    if high is None:
        return gettext("over %(n)d days") % {"n": low - 1}
    if low == 0:
        return gettext("up to %(n)d day") % {"n": high}
    return gettext("%(low)d to %(high)d days") % {"low": low, "high": high}


def hours(span: dt.timedelta | None) -> float | None:
    return None if span is None else round(span / HOUR, 1)


def chart(
    name: str, title: str, labels: list[str], series: Iterable[tuple[str, list[Any]]]
) -> dict[str, Any]:
    """As `includes/_chart.html` draws it."""
    return {
        "id": name,
        "title": title,
        "kind": "stacked",
        "unit": pgettext("unit", "complaints"),
        "is_count": True,
        "labels": labels,
        "series": [{"name": label, "values": values} for label, values in series],
    }
