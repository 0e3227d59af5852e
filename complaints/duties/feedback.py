"""Feedback is passed on, answered, and the customer told (S1-A2-SPC-11)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import DateField, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.duties.rows import account_names
from accounts.models import Feedback
from complaints.call_policies import TELL_WITHIN
from staff import calendar
from staff.duties import Duty, register
from staff.models import Obligation
from staff.policy import Values

Day = dt.date
FEEDBACK = Concat(Value("feedback:"), Cast("pk", TextField()), output_field=TextField())
OWNER = Coalesce("account__owner", "raised_by")
ALWAYS_OPEN = 100_000  # the source opens them; the day is by when


def _day(moment: str) -> TruncDate:
    return TruncDate(moment, output_field=DateField(), tzinfo=timezone.get_default_timezone())


def untold(values: Values, today: Day) -> QuerySet[Any]:
    """What customers said and have not heard of again; whoever looks after them tells them."""
    rows = Feedback.objects.filter(
        told_at=None, account__merged_into=None, account__voided_at=None
    ).order_by()
    found: QuerySet[Any] = rows.values_list(OWNER, "account", FEEDBACK, _day("raised_at"))
    return found


def told(values: Values) -> QuerySet[Any]:
    rows = Feedback.objects.filter(told_at__isnull=False).order_by()
    found: QuerySet[Any] = rows.values_list("account", FEEDBACK, _day("told_at"))
    return found


def feedback_page(obligation: Obligation) -> str:
    key = obligation.subject.split(":")[1]
    return reverse("accounts:feedback", args=[obligation.account_id, key])


register(
    Duty(
        code="complaints.feedback_told",
        article="S1-A2-SPC",
        title=_("Feedback the customer waits to hear of"),
        statement=_("What a customer says is passed on, answered, and the customer told."),
        who=_("the customer's owner"),
        keys=[TELL_WITHIN],
        source=untold,
        evidence=told,
        due=lambda values, since: calendar.add_business_days(since, values[TELL_WITHIN]),
        opens_before=ALWAYS_OPEN,
        act=feedback_page,
        names=account_names,
        act_label=_("Go on"),
    )
)
