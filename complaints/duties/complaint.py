"""What the rule book obliges us to do about complaints, and by when (S4-6.1(6))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import DateField, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models import Complaint, ComplaintStep, StepVerb
from complaints.policies import APPROVE_WITHIN, CLOCKS, CLOSE_WITHIN
from complaints.querysets.complaint import UNANSWERED
from staff import calendar
from staff.duties import DUTIES, Duty, register, synchronise, synchronise_all
from staff.models import Obligation
from staff.policy import Values

Day = dt.date
COMPLAINT = Concat(Value("complaint:"), Cast("pk", TextField()), output_field=TextField())
HANDLER = Coalesce("handler", "received_by")
APPROVER = Coalesce("close_asked_by__reports_to", "account__owner__reports_to")
ALWAYS_OPEN = 100_000  # the source opens them; the day is by when


def asked(rows: QuerySet[Any], *, person: Any, since: str) -> QuerySet[Any]:
    """One row per complaint: person, account, subject, the day."""
    day = TruncDate(since, output_field=DateField(), tzinfo=timezone.get_default_timezone())
    found: QuerySet[Any] = rows.order_by().values_list(person, "account", COMPLAINT, day)
    return found


def done(since: str) -> QuerySet[Any]:
    """When a step of each complaint was taken."""
    day = TruncDate(since, output_field=DateField(), tzinfo=timezone.get_default_timezone())
    rows = Complaint.objects.filter(**{f"{since}__isnull": False}).order_by()
    found: QuerySet[Any] = rows.values_list("account", COMPLAINT, day)
    return found


def refused() -> QuerySet[Any]:
    """When a second person decided that a complaint is not to be closed like this."""
    day = TruncDate("happened_at", output_field=DateField(), tzinfo=timezone.get_default_timezone())
    subject = Concat(
        Value("complaint:"), Cast("complaint_id", TextField()), output_field=TextField()
    )
    rows = ComplaintStep.objects.filter(verb=StepVerb.CLOSE_REFUSED).order_by()
    found: QuerySet[Any] = rows.values_list("complaint__account", subject, day)
    return found


def unacknowledged(values: Values, today: Day) -> QuerySet[Any]:
    """Open ones of which the customer does not know that we have them."""
    rows = Complaint.objects.open().filter(acknowledged_at=None, acknowledge_due_at__isnull=False)
    return asked(rows, person=HANDLER, since="acknowledge_due_at")


def unanswered(values: Values, today: Day) -> QuerySet[Any]:
    """Open ones without a reply, unless we wait for the customer."""
    rows = Complaint.objects.open().filter(status__in=UNANSWERED, reply_due_at__isnull=False)
    return asked(rows, person=HANDLER, since="reply_due_at")


def without_verdict(values: Values, today: Day) -> QuerySet[Any]:
    """Replied, and nobody has asked the customer what they say of it."""
    rows = Complaint.objects.open().filter(status="replied")
    rows = rows if values[CLOSE_WITHIN] else rows.filter(pk=None)  # none() has no SQL
    return asked(rows, person=HANDLER, since="replied_at")


def to_approve(values: Values, today: Day) -> QuerySet[Any]:
    """Closings without satisfaction that wait for a second person."""
    rows = Complaint.objects.open().filter(status="to_approve")
    return asked(rows, person=APPROVER, since="close_asked_at")


def complaint_page(obligation: Obligation) -> str:
    return reverse("complaints:complaint", args=[obligation.subject.split(":")[1]])


def complaint_names(obligations: Iterable[Obligation]) -> dict[int, str]:
    """Number and complainant of each: one query."""
    keys = {row.pk: int(row.subject.split(":")[1]) for row in obligations}
    rows = Complaint.objects.filter(pk__in=keys.values()).select_related("account")
    names = {row.pk: str(row) for row in rows}
    return {pk: names.get(key, "") for pk, key in keys.items()}


def that_day(values: Values, since: Day) -> Day:
    """The clock of a complaint has worked out its own day."""
    return since


register(
    Duty(
        code="complaint.acknowledge",
        article="S4-6.1",
        title=_("Complaints to acknowledge"),
        statement=_("Whoever complains is told that we have it and look into it."),
        who=_("whoever handles it, at first whoever took it"),
        keys=CLOCKS,
        source=unacknowledged,
        evidence=lambda values: done("acknowledged_at"),
        act_label=_("Open the complaint"),
        due=that_day,
        opens_before=ALWAYS_OPEN,
        act=complaint_page,
        names=complaint_names,
    )
)
register(
    Duty(
        code="complaint.reply",
        article="S4-6.1",
        title=_("Complaints to answer"),
        statement=_("A complaint is looked into at once, handled, and the customer replied to."),
        who=_("whoever handles it, at first whoever took it"),
        keys=CLOCKS,
        source=unanswered,
        evidence=lambda values: done("replied_at"),
        act_label=_("Open the complaint"),
        due=that_day,
        opens_before=ALWAYS_OPEN,
        act=complaint_page,
        names=complaint_names,
    )
)
register(
    Duty(
        code="complaint.close",
        article="S4-6.1",
        title=_("Ask what the customer says of our reply"),
        statement=_("The result is seen through: the customer's verdict closes a complaint."),
        who=_("whoever handles it"),
        keys=[CLOSE_WITHIN],
        source=without_verdict,
        evidence=lambda values: done("close_asked_at").union(done("closed_at"), all=True),
        due=lambda values, since: calendar.add_business_days(since, values[CLOSE_WITHIN]),
        opens_before=ALWAYS_OPEN,
        act=complaint_page,
        names=complaint_names,
        act_label=pgettext_lazy("customer", "Ask"),
    )
)
register(
    Duty(
        code="complaint.approve",
        article="S4-6.1",
        title=_("Closings without satisfaction to decide on"),
        statement=_("A second person agrees before a dissatisfied customer's complaint closes."),
        who=_("the superior of whoever asks for it"),
        keys=[APPROVE_WITHIN],
        source=to_approve,
        evidence=lambda values: done("closed_at").union(refused(), all=True),
        due=lambda values, since: calendar.add_business_days(since, values[APPROVE_WITHIN]),
        opens_before=ALWAYS_OPEN,
        act=complaint_page,
        names=complaint_names,
        act_label=pgettext_lazy("request", "Decide"),
    )
)
OURS = ("complaint.acknowledge", "complaint.reply", "complaint.close", "complaint.approve")


def follow(complaint: Complaint, *, before: Iterable[int | None] = ()) -> None:
    """Bring the duties in line with what just happened to a complaint.

    `before` names the customer it stood under until now. One of an unknown customer has no account
    to narrow the work to; then all open ones are looked at, of which there are few.
    """
    accounts = {complaint.account_id, *before}
    if known := [pk for pk in accounts if pk]:
        synchronise_all(accounts=known)
    if None in accounts:
        for code in OURS:
            synchronise(DUTIES[code])
