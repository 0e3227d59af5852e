"""Meetings that the rule book asks for (S1 第11条, and 第2条 of the supervisor)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, TruncDate
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from accounts.duties.rows import Day
from development.duties.plan import NO_ACCOUNT
from development.models import DevelopmentPlan
from staff import calendar, policy
from staff.duties import Duty, register
from staff.models import Meeting, Obligation, Role, User
from staff.policy import Values

DEVELOPMENT_EVERY = policy.Months(
    "meetings.development",
    _("Hold a development meeting every"),
    1,
    "S1-A11",
    question=_("The text names neither who calls the meeting nor how often."),
)
REGULAR_EVERY = policy.Days(
    "meetings.specialist_regular",
    _("Hold the specialists' regular meeting every"),
    7,
    "S1-A2-SUP",
    question=_("“Regularly”, says the text, without a number."),
)


def _subject(kind: str, person: Any) -> Concat:
    return Concat(Value(f"{kind}:"), Cast(person, TextField()), output_field=TextField())


def _held(kind: str) -> QuerySet[Any]:
    return Meeting.objects.filter(kind=kind, status="held").order_by()


def development_meetings(values: Values, today: Day) -> QuerySet[Any]:
    """The top manager, from the last development meeting, or from the first plan."""
    last = _held("development").values("kind").annotate(n=Max("starts_at")).values("n")
    plans = DevelopmentPlan.objects.filter(voided_at=None).order_by("created_at")
    since = Coalesce(Subquery(last), Subquery(plans.values("created_at")[:1]))
    rows = User.objects.filter(role=Role.MANAGER, reports_to=None, is_active=True)
    rows = rows.annotate(since=TruncDate(since)).filter(since__isnull=False)
    found: QuerySet[Any] = rows.order_by().values_list(
        F("pk"),
        NO_ACCOUNT,
        _subject("development", "pk"),
        F("since"),
    )
    return found


def development_held(values: Values) -> QuerySet[Any]:
    """Whoever called it: the department's meeting was held."""
    tops = User.objects.filter(role=Role.MANAGER, reports_to=None).values("pk")[:1]
    found: QuerySet[Any] = _held("development").values_list(
        NO_ACCOUNT,
        _subject("development", Subquery(tops)),
        TruncDate("starts_at"),
    )
    return found


def regular_meetings(values: Values, today: Day) -> QuerySet[Any]:
    """Each supervisor of specialists, from their last regular meeting, or the day they came."""
    mine = _held("regular").filter(convener=OuterRef("pk")).values("convener")
    last = mine.annotate(n=Max("starts_at")).values("n")
    rows = User.objects.filter(role=Role.SUPERVISOR, is_active=True, left_on=None).filter(
        Q(direct_reports__role=Role.SPECIALIST, direct_reports__is_active=True)
    )
    found: QuerySet[Any] = (
        rows.order_by()
        .distinct()
        .values_list(
            F("pk"),
            NO_ACCOUNT,
            _subject("regular", "pk"),
            TruncDate(Coalesce(Subquery(last), F("joined_at"))),
        )
    )
    return found


def regular_held(values: Values) -> QuerySet[Any]:
    found: QuerySet[Any] = _held("regular").values_list(
        NO_ACCOUNT,
        _subject("regular", "convener"),
        TruncDate("starts_at"),
    )
    return found


def meeting_page(obligation: Obligation) -> str:
    kind = obligation.subject.partition(":")[0]
    return f"{reverse('meetings:create')}?kind={kind}"


NAMES = {
    "development": gettext_noop("Development meeting"),
    "regular": gettext_noop("Regular meeting of specialists"),
}


def meeting_names(obligations: Iterable[Obligation]) -> dict[int, str]:
    return {row.pk: gettext(NAMES[row.subject.partition(":")[0]]) for row in obligations}


register(
    Duty(
        code="meetings.development",
        article="S1-A11",
        title=_("Development meeting to hold"),
        statement=_(
            "Meetings exchange progress, sum up lessons, propose measures, set the next stage."
        ),
        who=_("the manager of the department"),
        keys=[DEVELOPMENT_EVERY],
        source=development_meetings,
        evidence=development_held,
        due=lambda values, since: calendar.on_or_after(
            calendar.add_months(since, values[DEVELOPMENT_EVERY])
        ),
        opens_before=7,
        act=meeting_page,
        names=meeting_names,
        of_accounts=False,
        act_label=_("Call it"),
    )
)
register(
    Duty(
        code="meetings.specialist_regular",
        article="S1-A2-SUP",
        title=_("Regular meeting of specialists to hold"),
        statement=_("Supervisors hold regular meetings, pass on and assign work."),
        who=_("each supervisor of specialists"),
        keys=[REGULAR_EVERY],
        source=regular_meetings,
        evidence=regular_held,
        due=lambda values, since: calendar.on_or_after(
            since + dt.timedelta(days=values[REGULAR_EVERY])
        ),
        opens_before=3,
        act=meeting_page,
        names=meeting_names,
        of_accounts=False,
        act_label=_("Call it"),
    )
)
