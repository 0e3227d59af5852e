"""Planned visits are recorded soon after (S1-A2-SPC-3: visits, and a record of each)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from staff import calendar
from staff.duties import Duty, register
from staff.policy import Values
from visits.agenda import start_of
from visits.models import Visit
from visits.policies import RECORD_WITHIN

from .rows import OF_LIVING, day_of, names_with, page, subject_of

Day = dt.date


def to_record(values: Values, today: Day) -> QuerySet[Any]:
    """Planned visits whose day has come, from that day on; moving the plan moves the clock."""
    tomorrow = start_of(today + dt.timedelta(days=1))
    rows = Visit.objects.planned().filter(OF_LIVING, planned_at__lt=tomorrow).order_by()
    asked: QuerySet[Any] = rows.values_list(
        "visitor", "account", subject_of("visit"), day_of("planned_at")
    )
    return asked


def recorded(values: Values) -> QuerySet[Any]:
    """When the record was written, not when the visit was."""
    rows: QuerySet[Any] = Visit.objects.filter(status="done").order_by()
    return rows.values_list("account", subject_of("visit"), day_of("interaction__created_at"))


RECORD = Duty(
    code="visits.record",
    article="S1-A2-SPC",
    title=_("Visits to record"),
    statement=_("Every planned visit is recorded, or called off with a reason."),
    who=_("whoever goes on the visit"),
    keys=[RECORD_WITHIN],
    source=to_record,
    evidence=recorded,
    due=lambda values, since: calendar.add_business_days(since, values[RECORD_WITHIN]),
    opens_before=366,  # the source opens it, on the day of the visit
    act=page("visits:record"),
    names=names_with(Visit.objects, "purpose"),
    act_label=_("Record"),
)
register(RECORD)
