"""The desk: what awaits a person, by urgency, and what awaits their team."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from staff import calendar, policy
from staff.articles import Article, get_article
from staff.duties import DUTIES, Duty
from staff.models import Obligation, Task, User

SHOWN_PER_GROUP = 10


@dataclass
class Item:
    """One obligation as the desk shows it."""

    obligation: Obligation
    name: str
    url: str
    days_late: int


@dataclass
class Group:
    """All of one person's open obligations of one duty: one line, opened for the first few."""

    duty: Duty
    article: Article
    count: int
    late: int
    first_due: dt.date
    items: list[Item] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.count - len(self.items)


def groups_of(person: User, today: dt.date) -> list[Group]:
    """What awaits a person: the latest first; one query for all and one per kind of name."""
    obligations = Obligation.objects.filter(person=person, duty__in=DUTIES).open()
    counted = (
        obligations.order_by()
        .values("duty")
        .annotate(
            count=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)), first_due=Min("due_on")
        )
    )
    groups = {
        row["duty"]: Group(
            duty=DUTIES[row["duty"]],
            article=get_article(DUTIES[row["duty"]].article),
            count=row["count"],
            late=row["late"],
            first_due=row["first_due"],
        )
        for row in counted
    }
    for obligation, name in named(first_of_each(obligations, groups)):
        groups[obligation.duty].items.append(as_item(obligation, name, today))
    return sorted(groups.values(), key=lambda group: (group.first_due, group.duty.code))


def first_of_each(obligations: QuerySet[Obligation], duties: Iterable[str]) -> list[Obligation]:
    """The most urgent few of each duty, as one query."""
    ranked = None
    for duty in duties:
        few = obligations.filter(duty=duty).order_by("due_on", "pk")[:SHOWN_PER_GROUP]
        ranked = few if ranked is None else ranked.union(few, all=True)
    return sorted(ranked or [], key=lambda obligation: (obligation.due_on, obligation.pk))


def named(obligations: Iterable[Obligation]) -> list[tuple[Obligation, str]]:
    """Each obligation with what it is about; one query per way of naming."""
    ways = defaultdict(list)
    for obligation in obligations:
        ways[DUTIES[obligation.duty].names].append(obligation)
    names: dict[int, str] = {}
    for way, members in ways.items():
        names |= way(members)
    return [(obligation, names[obligation.pk]) for obligation in obligations]


def as_item(obligation: Obligation, name: str, today: dt.date) -> Item:
    late = max((today - obligation.due_on).days, 0)
    return Item(obligation, name, DUTIES[obligation.duty].act(obligation), late)


CLIMB_AFTER = policy.BusinessDays(
    "reminders.climb_after",
    _("What stays late climbs to the superior after"),
    3,
    "S1-A2-SUP",
    question=_("The text gives no time."),
)


@dataclass
class Row:
    """One member of the team on their superior's desk."""

    person: User
    open: int
    late: int
    tasks: int
    first_due: dt.date | None


def team_of(user: User, today: dt.date) -> list[Row]:
    """The open and late of everyone below, by person; two queries whatever the team's size."""
    members = User.objects.visible_to(user).colleagues().exclude(pk=user.pk)
    mine = Obligation.objects.filter(person__in=members, duty__in=DUTIES).open()
    counted = {
        row["person"]: row
        for row in mine.order_by()
        .values("person")
        .annotate(
            open=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)), first=Min("due_on")
        )
    }
    tasks = dict(
        Task.objects.open()
        .filter(assignee__in=members)
        .order_by()
        .values_list("assignee")
        .annotate(Count("pk"))
    )
    nothing: dict[str, Any] = {"open": 0, "late": 0, "first": None}
    rows = []
    for person in members:
        row: Any = counted.get(person.pk, nothing)
        rows.append(Row(person, row["open"], row["late"], tasks.get(person.pk, 0), row["first"]))
    return sorted(rows, key=lambda row: (-row.late, -row.open, row.person.name_pinyin))


@dataclass
class Climbed:
    """How much of one person's has been late for so long that their superior must know."""

    person: User
    late: int


def climbed_to(user: User, today: dt.date) -> list[Climbed]:
    """What stays late among the people directly below, longest list first; two queries."""
    days = policy.in_force(today)[CLIMB_AFTER]
    late = Obligation.objects.filter(person__reports_to=user, duty__in=DUTIES).late(
        calendar.subtract_business_days(today, days)
    )
    people = User.objects.filter(reports_to=user).annotate(
        late=Count("obligations", filter=Q(obligations__in=late))
    )
    rows = [Climbed(person, person.late) for person in people if person.late]
    return sorted(rows, key=lambda row: -row.late)
