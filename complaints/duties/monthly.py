"""The monthly feedback as a duty (S4 第五条(5)): the one cadence that the text states firmly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, DateField, F, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.models import MonthlyFeedback
from complaints.months import last_of, unsent
from complaints.policies import CENTRE_HEAD, FEEDBACK_DUE, centre, managers
from staff import calendar
from staff.duties import Duty, register
from staff.models import Obligation, User
from staff.policy import Values

Day = dt.date
DAYS = ArrayField(DateField())


class MonthWord(Func):
    """`2026-10-31` as `feedback:2026-10`."""

    function = "to_char"
    template = "'feedback:' || %(function)s(%(expressions)s, 'YYYY-MM')"
    output_field = TextField()


def not_sent(values: Values, today: Day) -> QuerySet[Any]:
    """Each month that is over and was not fed back, for the one who writes it."""
    ends = [last_of(month) for month in unsent(today, values)]
    writer = next(iter([*centre(values), *managers()]), None)
    end = Func(Value(ends, DAYS), function="unnest", output_field=DateField())
    rows = User.objects.filter(pk=writer.pk if writer else None).order_by()
    none = Cast(Value(None), BigIntegerField())
    asked: QuerySet[Any] = rows.annotate(month_end=end).values_list(
        F("pk"), none, MonthWord(F("month_end")), F("month_end")
    )
    return asked


def sent(values: Values) -> QuerySet[Any]:
    day = TruncDate("sent_at", tzinfo=timezone.get_default_timezone())
    rows = MonthlyFeedback.objects.filter(sent_at__isnull=False).order_by()
    none = Cast(Value(None), BigIntegerField())
    return rows.values_list(none, MonthWord(F("month")), day)


def month_of(obligation: Obligation) -> Day:
    return parse_date(f"{obligation.subject.split(':')[1]}-01") or obligation.since


def month_page(obligation: Obligation) -> str:
    return reverse("complaints:monthly_feedback")


def month_names(obligations: Iterable[Obligation]) -> dict[int, str]:
    return {
        row.pk: gettext("Feedback of %(month)s") % {"month": f"{month_of(row):%Y-%m}"}
        for row in obligations
    }


FEEDBACK = Duty(
    code="feedback.monthly",
    article="S4-5",
    title=_("Monthly feedback"),
    statement=_(
        "Sales-service information, outside quality information and user opinions are fed back "
        "every month."
    ),
    who=_("the service centre's head, else the service centre"),
    keys=[FEEDBACK_DUE, CENTRE_HEAD],
    source=not_sent,
    evidence=sent,
    due=lambda values, since: calendar.add_business_days(since, values[FEEDBACK_DUE]),
    opens_before=31,
    act=month_page,
    names=month_names,
    of_accounts=False,
    act_label=_("Write it"),
)
register(FEEDBACK)
