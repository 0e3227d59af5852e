"""Noticing that somebody else changed a row while a form was open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models

from staff.models import User


@dataclass(frozen=True, slots=True)
class Moved:
    """A field that somebody changed after the form was opened: as it was then, as it is now."""

    then: Any
    now: Any


class StaleForm(Exception):
    """The row moved under the form; nothing was written. `by` is the person who moved it last."""

    def __init__(self, current: models.Model, moved: dict[str, Moved], by: str = "") -> None:
        super().__init__()
        self.current = current
        self.moved = moved
        self.by = by


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
        raise StaleForm(row, moved, _who_moved(row, base, moved) if base else "")


def _who_moved(row: models.Model, base: Any, names: Iterable[str]) -> str:
    """Who last changed one of the fields named; "" when no person did."""
    attnames = [row._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
    before, by = base, None
    for event in _events(row).filter(pgh_id__gt=base.pgh_id).order_by("pgh_id"):
        if any(getattr(before, name) != getattr(event, name) for name in attnames):
            by = (event.pgh_context or {}).get("user")
        before = event
    return str(User.objects.filter(pk=by).first() or "") if by else ""


def _events(row: models.Model) -> models.QuerySet[Any]:
    event = row._meta.get_field("events").related_model
    return event._default_manager.filter(pgh_obj_id=row.pk)  # type: ignore[union-attr]
