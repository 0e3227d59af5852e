"""What customers answered on return visits, counted: by question, tier, person, customer, month.

Counts only. The text gives no scale, so there is no score and no average.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext

from staff.models import User
from staff.record import Period
from visits.models import Answer, Satisfaction, Topic

CUSTOMERS_SHOWN = 20
LINES_SHOWN = 100


@dataclass(frozen=True)
class Line:
    """How many answers of each kind one group gave; `key` leads to its rows."""

    label: str
    key: Any
    satisfied: int
    dissatisfied: int
    unanswered: int
    calls: int


@dataclass
class MonthRow:
    """A customer's calls and dissatisfied answers, month by month."""

    key: int
    label: str
    told: dict[str, tuple[int, int]]
    cells: Sequence[tuple[int, int] | None] = ()


class Figures:
    """The answers of a period in a person's scope; each grouping is one query."""

    def __init__(self, user: User, period: Period) -> None:
        self.answers = Answer.objects.visible_to(user).given_in(*period)

    def _lines(self, *by: str, limit: int | None = None) -> Sequence[tuple[Any, ...]]:
        counts = {word: Count("pk", filter=Q(satisfaction=word)) for word in Satisfaction.values}
        rows = (
            self.answers.order_by()
            .values_list(*by)
            .annotate(**counts, calls=Count("return_visit", distinct=True))
        )
        order = ("-dissatisfied", *by) if limit else by
        return list(rows.order_by(*order)[:limit])

    def by_topic(self) -> list[Line]:
        rows = {row[0]: row[1:] for row in self._lines("question__topic")}
        return [Line(str(topic.label), topic.value, *rows.get(topic.value, (0, 0, 0, 0)))
                for topic in Topic]  # fmt: skip

    def by_tier(self) -> list[Line]:
        return [
            Line(tier or gettext("not decided"), tier, *counts)
            for tier, *counts in self._lines("return_visit__account__tier")
        ]

    def by_person(self) -> list[Line]:
        author = "return_visit__interaction__author"
        return [
            Line(name, pk, *counts) for pk, name, *counts in self._lines(author, f"{author}__name")
        ]

    def by_customer(self) -> list[Line]:
        """The customers with the most dissatisfied answers."""
        account = "return_visit__account"
        rows = self._lines(account, f"{account}__name", limit=CUSTOMERS_SHOWN)
        return [Line(name, pk, *counts) for pk, name, *counts in rows if counts[1]]

    def by_customer_and_month(self) -> tuple[list[str], list[MonthRow]]:
        """The months of the period, and per customer what was answered in each; two queries.

        The first customers by name, one more than are shown, so that the page can say so.
        """
        account = "return_visit__account"
        first = (
            self.answers.order_by(f"{account}__name_pinyin", account)
            .values_list(account, flat=True)
            .distinct()[: LINES_SHOWN + 1]
        )
        rows = (
            self.answers.filter(**{f"{account}__in": list(first)})
            .order_by()
            .annotate(month=TruncMonth("return_visit__interaction__happened_at"))
            .values_list(account, f"{account}__name", "month")
            .annotate(
                calls=Count("return_visit", distinct=True),
                bad=Count("pk", filter=Q(satisfaction=Satisfaction.DISSATISFIED)),
            )
            .order_by(f"{account}__name_pinyin", account, "month")
        )
        found: dict[int, MonthRow] = {}
        months = dict[str, None]()
        for pk, name, month, calls, bad in rows:
            word = f"{month:%Y-%m}"
            months[word] = None
            found.setdefault(pk, MonthRow(pk, name, {})).told[word] = (calls, bad)
        columns = sorted(months)
        for row in found.values():
            row.cells = [row.told.get(word) for word in columns]
        return columns, list(found.values())

    def chart(self, topic: str = "") -> dict[str, Any]:
        """Answers by month as `includes/_chart.html` draws them, to one question or to all."""
        if topic:
            self.answers = self.answers.filter(question__topic=topic)
        self.answers = self.answers.annotate(
            month=TruncMonth("return_visit__interaction__happened_at")
        )
        rows = self._lines("month")
        names = [cast(str, Satisfaction(word).label) for word in Satisfaction.values]
        return {
            "id": "answers-by-month",
            "title": f"{gettext('Answers by month')} · {Topic(topic).label}"
            if topic
            else gettext("Answers by month"),
            "kind": "stacked",
            "unit": gettext("answers"),
            "is_count": True,
            "labels": [f"{row[0]:%Y-%m}" for row in rows],
            "series": [
                {"name": str(name), "values": [row[place] for row in rows]}
                for place, name in enumerate(names, start=1)
            ],
        }
