"""Policy values: what the regulation leaves to the company, typed, with their provenance.

A key is declared beside the code that uses it and works at once with the value given there, which
is *stated* by the text, *uncertain* in it, or only *suggested*. A manager's decision is a
`PolicyValue` row from a day on; rows are never changed, so the past keeps its values.

    REPLY_WITHIN = policy.BusinessDays("call.reply_within", _("Reply to a call"), 1, "S4-6.1")
    values = policy.in_force(day)
    values[REPLY_WITHIN]  # 1
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from staff import calendar
from staff.articles import Article, get_article
from staff.models import PolicyValue, Provenance

T = TypeVar("T")
Text = str | Promise


@dataclass(frozen=True, eq=False)
class PolicyKey(Generic[T]):
    """One thing to decide; `initial` holds until a manager decides otherwise.

    `question` says in the company's terms what is open, and who should confirm it.
    """

    key: str
    label: Text
    initial: T
    article: str
    provenance: Provenance = Provenance.SUGGESTED
    question: Text = ""

    def __post_init__(self) -> None:
        if self.key in KEYS:
            raise ValueError(f"Two policy values are called {self.key}.")
        KEYS[self.key] = self

    def field(self) -> forms.Field:
        """The form field that reads a new value."""
        raise NotImplementedError

    def show(self, value: T) -> str:
        """A value in the reader's words, with its unit."""
        return str(value)


KEYS: dict[str, PolicyKey[Any]] = {}


@dataclass(frozen=True, eq=False)
class Number(PolicyKey[int]):
    """A whole number with a unit."""

    least: int = 1
    most: int = 1000

    def field(self) -> forms.Field:
        return forms.IntegerField(min_value=self.least, max_value=self.most)


@dataclass(frozen=True, eq=False)
class BusinessDays(Number):
    def show(self, value: int) -> str:
        return calendar.business_days_text(value)


@dataclass(frozen=True, eq=False)
class Days(Number):
    def show(self, value: int) -> str:
        return ngettext("%d day", "%d days", value) % value


@dataclass(frozen=True, eq=False)
class Hours(Number):
    def show(self, value: int) -> str:
        return ngettext("%d hour", "%d hours", value) % value


@dataclass(frozen=True, eq=False)
class Months(Number):
    most: int = 60

    def show(self, value: int) -> str:
        return ngettext("%d month", "%d months", value) % value


@dataclass(frozen=True, eq=False)
class Flag(PolicyKey[bool]):
    """Yes or no."""

    def field(self) -> forms.Field:
        return forms.TypedChoiceField(
            choices=[("yes", _("Yes")), ("no", _("No"))], coerce=lambda word: word == "yes"
        )

    def show(self, value: bool) -> str:
        return gettext("Yes") if value else gettext("No")


@dataclass(frozen=True, eq=False)
class Choice(PolicyKey[str]):
    """One of several words."""

    options: Mapping[str, Text] = field(default_factory=dict)

    def field(self) -> forms.Field:
        return forms.ChoiceField(choices=list(self.options.items()))

    def show(self, value: str) -> str:
        return str(self.options.get(value, value))


@dataclass(frozen=True, eq=False)
class Choices(PolicyKey[list[str]]):
    """Any of several words."""

    options: Mapping[str, Text] = field(default_factory=dict)

    def field(self) -> forms.Field:
        return forms.MultipleChoiceField(
            choices=list(self.options.items()),
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )

    def show(self, value: list[str]) -> str:
        return gettext(", ").join(str(self.options.get(v, v)) for v in value) or gettext("none")


@dataclass(frozen=True, eq=False)
class Words(PolicyKey[str]):
    """A name or a phrase."""

    longest: int = 100

    def field(self) -> forms.Field:
        return forms.CharField(max_length=self.longest)

    def show(self, value: str) -> str:
        return value or gettext("not set")


class Values(Mapping["PolicyKey[Any]", Any]):
    """All policy values as they stand on one day: one query, then none."""

    def __init__(self, decided: dict[str, Any]) -> None:
        self._decided = decided

    def __getitem__(self, key: PolicyKey[T]) -> T:
        value: T = self._decided.get(key.key, key.initial)
        return value

    def __iter__(self) -> Iterator[PolicyKey[Any]]:
        return iter(KEYS.values())

    def __len__(self) -> int:
        return len(KEYS)

    @cached_property
    def digest(self) -> str:
        """The same for the same values."""
        return json.dumps(self._decided, sort_keys=True, default=str)

    def with_change(self, key: PolicyKey[T], value: T) -> Values:
        """The same values but one, to show what a change would bring about."""
        return Values({**self._decided, key.key: value})


def in_force(day: dt.date | None = None) -> Values:
    """The values in force on `day` (today)."""
    rows = PolicyValue.objects.in_force(day or timezone.localdate())
    return Values({row.key: row.value for row in rows})


def of_article(code: str) -> list[PolicyKey[Any]]:
    """The keys that one article leaves open or states."""
    return [key for key in KEYS.values() if get_article(key.article).code == code]


@dataclass(frozen=True)
class Row:
    """One value as the overview shows it; `address` is the page where it is decided."""

    name: str
    label: Text
    question: Text
    article: Article
    shown: str
    provenance: Provenance
    address: str
    decided: PolicyValue | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody should still confirm it."""
        return self.provenance in (Provenance.UNCERTAIN, Provenance.SUGGESTED)


Reader = Callable[[dt.date], Iterable[Row]]
ELSEWHERE: list[Reader] = []


def kept_elsewhere(reader: Reader) -> Reader:
    """Add values that an app keeps in tables of its own, as the tier policy, to the overview."""
    ELSEWHERE.append(reader)
    return reader


def overview(day: dt.date) -> list[Row]:
    """Every value on `day`, by article; one query beside those of values kept elsewhere."""
    decided = {row.key: row for row in PolicyValue.objects.in_force(day).select_related("set_by")}
    values = Values({key: row.value for key, row in decided.items()})
    rows = [row_of(key, values, decided.get(name)) for name, key in KEYS.items()]
    rows += [row for reader in ELSEWHERE for row in reader(day)]
    return sorted(rows, key=lambda row: (row.article.code, row.name))


def row_of(key: PolicyKey[Any], values: Values, decided: PolicyValue | None) -> Row:
    """A key as the overview shows it."""
    return Row(
        name=key.key,
        label=key.label,
        question=key.question,
        article=get_article(key.article),
        shown=key.show(values[key]),
        provenance=Provenance.DECIDED if decided else key.provenance,
        address=reverse("rules:policy", args=[key.key]),
        decided=decided,
    )
