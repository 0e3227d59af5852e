"""Noticing that somebody else changed a row while a form was open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models


@dataclass(frozen=True, slots=True)
class Moved:
    """A field that somebody changed after the form was opened: as it was then, as it is now."""

    then: Any
    now: Any


class StaleForm(Exception):
    """The row moved under the form; nothing was written."""

    def __init__(self, current: models.Model, moved: dict[str, Moved]) -> None:
        super().__init__()
        self.current = current
        self.moved = moved


def last_event(row: models.Model) -> int:
    """The number of the row's latest change: what a form remembers as the state it shows."""
    latest = _events(row).order_by("-pgh_id").values_list("pgh_id", flat=True).first()
    return latest or 0


def refuse_stale(row: models.Model, names: Iterable[str], **seen: Any) -> None:
    """Raise `StaleForm` if a named field of the locked `row` differs from the event `seen`.

    Changes of other columns (copies kept by the machinery) do not make a form stale. Without the
    event, every field counts as moved: better asked once too often.
    """
    base = _events(row).filter(**seen).order_by("-pgh_id").first()
    moved = {}
    for name in names:
        attname = row._meta.get_field(name).attname  # type: ignore[union-attr]
        then, now = getattr(base, attname, None), getattr(row, attname)
        if base is None or then != now:
            moved[name] = Moved(then, now)
    if moved:
        raise StaleForm(row, moved)


def _events(row: models.Model) -> models.QuerySet[Any]:
    event = row._meta.get_field("events").related_model
    return event._default_manager.filter(pgh_obj_id=row.pk)  # type: ignore[union-attr]
