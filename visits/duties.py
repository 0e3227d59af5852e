"""What the rule book obliges us to do about visits, and by when."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import DateField, Max, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.duties import ADDED_ON, SCOPES, account_names, columns, customers, in_policy_scope
from staff import calendar, policy
from staff.duties import Duty, register
from staff.models import Obligation, Provenance
from staff.policy import Values
from visits.models import ReturnVisit

Day = dt.date

RETURN_VISIT_INTERVAL = policy.Months(
    "return_visit.interval",
    _("Call every customer in scope again after"),
    2,
    "S4-6.2",
    Provenance.UNCERTAIN,
    _("The text says “once every two months?”, with a question mark. Is it every two months?"),
)
RETURN_VISIT_SCOPE = policy.Choices(
    "return_visit.scope",
    _("Who is called"),
    ["key", "important"],
    "S4-6.2",
    question=_("The text does not say whom: key accounts, important agreement customers?"),
    options=SCOPES,
)
WINDOW = 10  # business days before the due day over which the calls are spread


def last_visit() -> Subquery:
    latest = ReturnVisit.objects.filter(account=OuterRef("pk")).order_by()
    return Subquery(
        latest.values("account").annotate(last=Max("made_on")).values("last"), DateField()
    )


def to_call(values: Values, today: Day) -> QuerySet[Any]:
    """Each customer in scope, from its last return visit or the day it was added.

    Belongs to the customer and not to its owner, so it survives a handover.
    """
    rows = customers().filter(in_policy_scope(values[RETURN_VISIT_SCOPE])).exclude(owner=None)
    return columns(rows, since=Coalesce(last_visit(), ADDED_ON))


def called(values: Values) -> QuerySet[Any]:
    """When each customer was called; attempts do not count."""
    rows: QuerySet[Any] = ReturnVisit.objects.order_by().values_list(
        "account", Value("", TextField()), "made_on"
    )
    return rows


def due_on(values: Values, since: Day) -> Day:
    """Two months on, the last day of a shorter month, moved to a business day."""
    return calendar.on_or_after(calendar.add_months(since, values[RETURN_VISIT_INTERVAL]))


def planned_on(obligation: Obligation) -> Day:
    """The day this call is proposed for, so that a ledger's customers are not due all at once."""
    spread = (obligation.account_id or 0) % WINDOW
    return calendar.subtract_business_days(obligation.due_on, spread)


def call_page(obligation: Obligation) -> str:
    return reverse("visits:return_visit_call", args=[obligation.account_id])


register(
    Duty(
        code="return_visit.call",
        article="S4-6.2",
        title=_("Return visits due"),
        statement=_("Customers in scope are called regularly and asked how satisfied they are."),
        who=_("the customer's owner"),
        keys=[RETURN_VISIT_INTERVAL, RETURN_VISIT_SCOPE],
        source=to_call,
        evidence=called,
        due=due_on,
        opens_before=14,
        act=call_page,
        names=account_names,
        act_label=_("Call"),
    )
)
