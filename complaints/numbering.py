"""Numbers of complaints: `TS-2026-0001`, counted on within the year."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from complaints.models import Complaint

PREFIX = "TS"


def next_number(day: dt.date) -> str:
    """The first free number of that year; held until the transaction ends."""
    before = f"{PREFIX}-{day.year}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"complaint:{before}"])
    taken = Complaint.objects.filter(number__startswith=before).values_list("number", flat=True)
    serials = [int(number[len(before) :]) for number in taken if number[len(before) :].isdecimal()]
    return f"{before}{max(serials, default=0) + 1:04}"
