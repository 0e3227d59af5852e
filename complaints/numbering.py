"""Numbers of calls and complaints: `LD-2026-0001`, `TS-2026-0001`, counted on within the year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models.functions import Length

CALLS, COMPLAINTS = "LD", "TS"


def next_number(model: Any, prefix: str, day: dt.date) -> str:
    """The next number of that year; held until the transaction ends."""
    return next(numbers(model, prefix, day.year))


def numbers(model: Any, prefix: str, year: int) -> Iterator[str]:
    """One number after another of a year, which nobody else draws until the transaction ends."""
    before = f"{prefix}-{year}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [before])
    taken = model.objects.filter(number__startswith=before).order_by(Length("number"), "number")
    last = taken.values_list("number", flat=True).last()  # longer ones are later: 10000 after 9999
    serial = int(last.removeprefix(before)) if last else 0
    while True:
        serial += 1
        yield f"{before}{serial:04}"
