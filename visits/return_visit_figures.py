"""How satisfied customers say they are: counts by question and by month, never an average."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext

from staff.models import User
from staff.record import Period
from visits.models import Answer, Asks, ReturnVisit, Satisfaction, Topic


@dataclass(frozen=True)
class Line:
    """One topic: how many customers said what."""

    topic: Topic
    satisfied: int
    dissatisfied: int
    not_answered: int


@dataclass(frozen=True)
class Figures:
    calls: int
    lines: list[Line]
    by_topic: dict[str, Any]
    by_month: dict[str, Any]


VERDICTS = {
    "satisfied": Count("pk", filter=Q(verdict=Satisfaction.SATISFIED)),
    "dissatisfied": Count("pk", filter=Q(verdict=Satisfaction.DISSATISFIED)),
    "not_answered": Count("pk", filter=Q(verdict=Satisfaction.NOT_ANSWERED)),
}


def of(user: User, period: Period, *, tier: str = "") -> Figures:
    """The counts of the return visits that `user` may see in a period; three queries."""
    visits = ReturnVisit.objects.visible_to(user).filter(made_on__range=period)
    if tier:
        visits = visits.filter(account__tier=tier)
    asked = Answer.objects.filter(return_visit__in=visits, question__asks=Asks.VERDICT).order_by()
    lines = [
        Line(Topic(topic), *counts)
        for topic, *counts in asked.values_list("question__topic").annotate(**VERDICTS)
    ]
    lines.sort(key=lambda line: list(Topic).index(line.topic))
    return Figures(
        calls=visits.count(),
        lines=lines,
        by_topic=_chart(
            "by-topic", gettext("Answers by question"), [(str(x.topic.label), x) for x in lines]
        ),
        by_month=_chart("by-month", gettext("Answers by month"), _months(asked)),
    )


def _months(asked: QuerySet[Answer]) -> list[tuple[str, Line]]:
    rows = (
        asked.annotate(month=TruncMonth("return_visit__made_on"))
        .values_list("month")
        .annotate(**VERDICTS)
        .order_by("month")
    )
    return [(f"{month:%Y-%m}", Line(Topic.SERVICE, *counts)) for month, *counts in rows]


def _chart(code: str, title: str, rows: list[tuple[str, Line]]) -> dict[str, Any]:
    return {
        "id": code,
        "title": title,
        "unit": gettext("answers"),
        "kind": "bar",
        "labels": [label for label, _line in rows],
        "series": [
            {"name": str(verdict.label), "values": [getattr(line, verdict) for _l, line in rows]}
            for verdict in Satisfaction
        ],
    }
