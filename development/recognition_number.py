"""The numbers of applications for recognition: RD-2026-001."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from development.models import RecognitionApplication


def next_number(day: dt.date) -> str:
    """The next of the year; held until the transaction ends, so nobody else gets it."""
    before = f"RD-{day.year}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [before])
    taken = RecognitionApplication.objects.filter(number__startswith=before)
    numbers = [int(number[len(before) :]) for number in taken.values_list("number", flat=True)]
    return f"{before}{max(numbers, default=0) + 1:03}"
