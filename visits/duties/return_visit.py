"""Whom we call back, and by when (S4 6.2(6))."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import (
    DateField,
    F,
    Func,
    IntegerField,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Greatest, Mod, TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.duties.customer import SCOPES
from accounts.duties.rows import ADDED_ON, account_names, columns, customers, in_policy_scope
from staff import calendar, policy
from staff.duties import Duty, register
from staff.models import Obligation, Provenance
from staff.policy import Values
from visits.models import ReturnVisit

Day = dt.date

RETURN_VISIT_INTERVAL = policy.Months(
    "return_visit.interval",
    _("Call a customer back every"),
    2,
    "S4-6.2",
    Provenance.UNCERTAIN,
    _("The text says “every two months?”, with a question mark. Is it two months?"),
)
RETURN_VISIT_SCOPE = policy.Choices(
    "return_visit.scope",
    _("Whom we call back"),
    ["key", "important"],
    "S4-6.2",
    question=_("The text does not say which customers are called back."),
    options=SCOPES,
)
RETURN_VISIT_SPREAD = policy.Days(
    "return_visit.spread",
    _("Spread the first calls over"),
    30,
    "S4-6.2",
    question=_("So that customers added on one day are not all due on one day."),
    most=60,
)


def to_call_back(values: Values, today: Day) -> QuerySet[Any]:
    """Each customer in scope, from its last return visit.

    One never called counts from the day it was added or recognised, brought forward by up to the
    spread. The clock is the customer's: it goes on when the owner changes.
    """
    visits = ReturnVisit.objects.counting().filter(account=OuterRef("pk")).order_by()
    last = visits.values("account").annotate(
        last=TruncDate(Max("interaction__happened_at"), output_field=DateField())
    )
    spread = Cast(Mod(F("pk"), Value(values[RETURN_VISIT_SPREAD])), IntegerField())
    since = Coalesce(Subquery(last.values("last"), DateField()), earlier(ADDED_ON, spread))
    rows = customers().filter(in_policy_scope(values[RETURN_VISIT_SCOPE])).exclude(owner=None)
    return columns(rows, since=Greatest(since, earlier(F("recognised_on"), spread)))


def earlier(day: Any, days: Any) -> Func:
    return Func(day, days, arg_joiner=" - ", template="(%(expressions)s)", output_field=DateField())


def called_back(values: Values) -> QuerySet[Any]:
    visits = ReturnVisit.objects.counting().order_by()
    rows: QuerySet[Any] = visits.values_list(
        "account", Value("", TextField()), TruncDate("interaction__happened_at")
    )
    return rows


def call_page(obligation: Obligation) -> str:
    return reverse("visits:call", args=[obligation.account_id])


RETURN_VISITS = Duty(
    code="visits.return_visit",
    article="S4-6.2",
    title=_("Customers to call back"),
    statement=_("Customers are called back regularly and asked how satisfied they are."),
    who=_("the customer's owner"),
    keys=[RETURN_VISIT_INTERVAL, RETURN_VISIT_SCOPE, RETURN_VISIT_SPREAD],
    source=to_call_back,
    evidence=called_back,
    due=lambda values, since: calendar.on_or_after(
        calendar.add_months(since, values[RETURN_VISIT_INTERVAL])
    ),
    opens_before=14,
    act=call_page,
    names=account_names,
    act_label=_("Call"),
)
register(RETURN_VISITS)
