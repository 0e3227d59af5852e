"""What the demo's builders share: the dice, the day, the people, and the rows made so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from django.db import models
from django.utils import timezone

from accounts.demo.copying import copy
from accounts.demo.ledgers import Sale
from accounts.demo.names import City
from accounts.models import (
    Account,
    AnnualVolume,
    Assignment,
    Confirmation,
    ContactPerson,
    Feedback,
    Interaction,
    Judgement,
    Standing,
)
from staff.models import User


@dataclass(frozen=True)
class Profile:
    """A kind of customer: its year in 万元 (None: nobody knows), and what people judge of it."""

    count: int
    standing: str
    year: tuple[float, float] | None
    judgements: tuple[tuple[str, str], ...] = ()
    is_certain: bool = False  # every judgement given, for the cases that must be seen


@dataclass
class Customer:
    """One customer in the making: its row and what the builders decided about it."""

    row: Account
    profile: Profile
    city: City
    trade: str
    year: Decimal | None  # of the last twelve months, in yuan
    months: int  # of sales on record
    contacts: list[ContactPerson] = field(default_factory=list)

    @property
    def is_key(self) -> bool:
        return self.row.standing == Standing.KEY


@dataclass
class Story:
    """Rows are written only at the end, table by table."""

    random: Random
    today: dt.date
    people: dict[str, User]
    customers: list[Customer] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    contacts: list[ContactPerson] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)
    confirmations: list[Confirmation] = field(default_factory=list)
    sales: list[Sale] = field(default_factory=list)
    annual: list[AnnualVolume] = field(default_factory=list)
    interactions: list[Interaction] = field(default_factory=list)
    feedback: list[Feedback] = field(default_factory=list)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def workday(self, days_ago: int) -> dt.date:
        """The day so long ago, or the Friday before it."""
        day = self.today - dt.timedelta(days=days_ago)
        return day - dt.timedelta(days=max(0, day.weekday() - 4))

    def moment(self, day: dt.date) -> dt.datetime:
        """Some time of that day in working hours."""
        clock = dt.time(self.random.randrange(9, 18), self.random.randrange(0, 60, 5))
        return timezone.make_aware(dt.datetime.combine(day, clock))

    def month(self, back: int) -> dt.date:
        """The first day of the month so many months before this one."""
        months = self.today.year * 12 + self.today.month - 1 - back
        return dt.date(months // 12, months % 12 + 1, 1)

    @property
    def manager(self) -> User:
        return next(person for person in self.people.values() if person.is_manager)

    def superior(self, user: User) -> User:
        return user.reports_to or user

    def tables(self) -> Iterator[list[models.Model]]:
        yield from (
            list[models.Model](rows)
            for rows in (
                self.assignments,
                self.contacts,
                self.annual,
                self.judgements,
                self.confirmations,
                self.interactions,
                self.feedback,
            )
        )

    def write(self) -> None:
        for rows in self.tables():
            copy(rows)
