"""What the rule book obliges us to do for callers, and by when (S4-6.1(5), (7))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import DateField, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.call_policies import REPLY_WITHIN
from complaints.models import CallRecord
from staff import calendar
from staff.duties import DUTIES, Duty, register, synchronise, synchronise_all
from staff.models import Obligation
from staff.policy import Values

Day = dt.date
CALL = Concat(Value("call:"), Cast("pk", TextField()), output_field=TextField())
ALWAYS_OPEN = 100_000  # the source opens them; the day is by when


def _asked(rows: QuerySet[Any], since: str) -> QuerySet[Any]:
    """One row per call: who calls back, account, subject, the day."""
    found: QuerySet[Any] = rows.order_by().values_list("responsible", "account", CALL, _day(since))
    return found


def _day(moment: str) -> TruncDate:
    return TruncDate(moment, output_field=DateField(), tzinfo=timezone.get_default_timezone())


def unanswered(values: Values, today: Day) -> QuerySet[Any]:
    """Callers who wait for an answer, without a moment promised."""
    return _asked(CallRecord.objects.waiting().filter(call_back_by=None), "received_at")


def promised(values: Values, today: Day) -> QuerySet[Any]:
    """Callers who were told by when they would be called back."""
    rows = CallRecord.objects.waiting().filter(call_back_by__isnull=False)
    return _asked(rows, "call_back_by")


def called_back(values: Values) -> QuerySet[Any]:
    """When each caller had the answer."""
    rows = CallRecord.objects.filter(status="replied", voided_at=None).order_by()
    found: QuerySet[Any] = rows.values_list("account", CALL, _day("answered_at"))
    return found


def call_page(obligation: Obligation) -> str:
    return reverse("complaints:call", args=[obligation.subject.split(":")[1]])


def call_names(obligations: Iterable[Obligation]) -> dict[int, str]:
    """Number and caller of each: one query."""
    keys = {row.pk: int(row.subject.split(":")[1]) for row in obligations}
    rows = CallRecord.objects.filter(pk__in=keys.values()).select_related("account")
    names = {row.pk: f"{row.number} {row.who}" for row in rows}
    return {pk: names.get(key, "") for pk, key in keys.items()}


register(
    Duty(
        code="complaints.call_reply",
        article="S4-6.1",
        title=_("Calls to reply to"),
        statement=_("A question not answered on the call is worked out and answered in time."),
        who=_("who calls back"),
        keys=[REPLY_WITHIN],
        source=unanswered,
        evidence=called_back,
        due=lambda values, since: calendar.add_business_days(since, values[REPLY_WITHIN]),
        opens_before=ALWAYS_OPEN,
        act=call_page,
        names=call_names,
        act_label=_("Call back"),
    )
)
register(
    Duty(
        code="complaints.call_back",
        article="S4-6.1",
        title=_("Call-backs promised"),
        statement=_("Who was promised a call is called when it was promised."),
        who=_("who calls back"),
        source=promised,
        evidence=called_back,
        due=lambda values, since: since,
        opens_before=ALWAYS_OPEN,
        act=call_page,
        names=call_names,
        act_label=_("Call back"),
    )
)
OURS = ("complaints.call_reply", "complaints.call_back")


def follow(call: CallRecord, *, before: Iterable[int | None] = ()) -> None:
    """Bring the duties in line with what just happened to a call.

    `before` names the customer it stood under until now. A call of an unknown customer has no
    account to narrow the work to; then all waiting calls are looked at, of which there are few.
    """
    accounts = {call.account_id, *before}
    if known := [pk for pk in accounts if pk]:
        synchronise_all(accounts=known)
    if None in accounts:
        for code in OURS:
            synchronise(DUTIES[code])
