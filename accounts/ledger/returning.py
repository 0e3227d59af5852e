"""A register that comes in again: what its rows say otherwise than what is here already.

As with customers, an empty cell leaves alone what is here. A difference that a register may write
is shown as a change; any other is refused and told, so that nobody believes it was taken over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.ledger import cells
from accounts.ledger.columns import Column
from accounts.ledger.run import Run
from staff.models import User

Identity = Any  # what tells a row of a register from every other
Change = list[str]  # [what is here, what the register says]


@dataclass(frozen=True)
class Here:
    """A row that is here already: what it says under each column, and what may be changed of it."""

    pk: int
    said: Mapping[str, str]
    changeable: frozenset[str] = frozenset()


Known = Callable[[Run, Iterable[int]], Mapping[Identity, Here]]


@dataclass
class Judged:
    """What a row changes, and what it may not change."""

    changes: dict[str, Change] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)


def judged(run: Run, values: Iterable[str | None], here: Here) -> Judged:
    """Compare the row's cells with what is here; columns that `here` does not tell are left out."""
    found = Judged()
    for column, value in zip(run.fields, values, strict=True):
        if value is None or column.name not in here.said:
            continue
        new, old = "" if value == cells.CLEAR else value, here.said[column.name]
        if is_same(column, old, new):
            continue
        if column.name in here.changeable:
            found.changes[column.name] = [old, new]
        else:
            told = {"read": shown(column, new), "here": shown(column, old)}
            found.problems.append({"index": -1, "field": column.name, "code": "differs", **told})
    return found


def is_same(column: Column, old: str, new: str) -> bool:
    """Whether both are one value; spaces and the places of an amount tell nothing apart."""
    if column.cast.startswith("numeric") and old and new:
        return Decimal(old) == Decimal(new)
    return cells.paragraph(old) == cells.paragraph(new)


def shown(column: Column, value: str) -> str:
    """A value as a person writes it; a colleague by name."""
    if column.choices:
        return str(dict(column.choices).get(value, value))
    if column.name in ("person", "handler") and value.isdigit():
        return str(User.objects.filter(pk=int(value)).first() or value)
    return value


def day_text(moment: dt.datetime | None) -> str:
    return timezone.localdate(moment).isoformat() if moment else ""
