"""Plans are made and answered, and prospects are not left without contact (S1 第2, 9, 10条)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import (
    BigIntegerField,
    DateField,
    DateTimeField,
    Exists,
    F,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import (
    Cast,
    Coalesce,
    Concat,
    Greatest,
    TruncDate,
)
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.duties.rows import Day, account_names
from accounts.models import Interaction
from development.models import DevelopmentPlan, PlanStatus, Prospect
from development.policies import CONTACT_WITHIN, NOTE_WITHIN, PLAN_DUE
from staff import calendar
from staff.duties import Duty, register
from staff.models import Obligation, Role, User
from staff.policy import Values

NO_ACCOUNT = Cast(Value(None), BigIntegerField())


def key_of(obligation: Obligation) -> int:
    """The number after the last colon of a subject such as `plan:7`."""
    return int(obligation.subject.rpartition(":")[2])


# --- S1 第2条: the year's plan ---------------------------------------------------------------
def plans_to_write(values: Values, today: Day) -> QuerySet[Any]:
    """Each supervisor who has reported no plan for this year, from New Year or the day they came.

    Whoever came in the last quarter of the year is asked for the next one only.
    """
    new_year = dt.date(today.year, 1, 1)
    reported = DevelopmentPlan.objects.filter(
        author=OuterRef("pk"), year=today.year, voided_at=None
    ).exclude(status=PlanStatus.DRAFT)
    rows = User.objects.filter(role=Role.SUPERVISOR, is_active=True, left_on=None)
    rows = rows.filter(~Exists(reported), joined_at__date__lt=dt.date(today.year, 10, 1))
    found: QuerySet[Any] = rows.order_by().values_list(
        F("pk"),
        NO_ACCOUNT,
        Concat(Value(f"plan-of:{today.year}:"), Cast("pk", TextField()), output_field=TextField()),
        Greatest(Cast(Value(new_year), DateField()), TruncDate("joined_at")),
    )
    return found


def plans_written(values: Values) -> QuerySet[Any]:
    rows = DevelopmentPlan.objects.filter(reported_at__isnull=False, voided_at=None)
    found: QuerySet[Any] = (
        rows.exclude(status=PlanStatus.DRAFT)
        .order_by()
        .values_list(
            NO_ACCOUNT,
            Concat(
                Value("plan-of:"),
                Cast("year", TextField()),
                Value(":"),
                Cast("author", TextField()),
                output_field=TextField(),
            ),
            TruncDate("reported_at"),
        )
    )
    return found


def year_names(obligations: Iterable[Obligation]) -> dict[int, str]:
    return {
        row.pk: gettext("Development plan of %(year)s") % {"year": row.subject.split(":")[1]}
        for row in obligations
    }


YEAR_PLAN = Duty(
    code="development.year_plan",
    article="S1-A2-SUP",
    title=_("Development plan of the year"),
    statement=_("Each supervisor draws up the year's development plan and reports it."),
    who=_("each supervisor"),
    keys=[PLAN_DUE],
    source=plans_to_write,
    evidence=plans_written,
    due=lambda values, since: since + dt.timedelta(days=values[PLAN_DUE]),
    opens_before=45,
    act=lambda obligation: reverse("development:home"),
    names=year_names,
    of_accounts=False,
    act_label=_("Plan"),
)
register(YEAR_PLAN)

# --- S1 第9条: a reported plan is answered ---------------------------------------------------
PLAN = Concat(Value("plan:"), Cast("pk", TextField()), output_field=TextField())


def plans_to_answer(values: Values, today: Day) -> QuerySet[Any]:
    rows = DevelopmentPlan.objects.filter(status=PlanStatus.REPORTED, voided_at=None).order_by()
    found: QuerySet[Any] = rows.values_list(
        "reported_to", NO_ACCOUNT, PLAN, TruncDate("reported_at")
    )
    return found


def plans_answered(values: Values) -> QuerySet[Any]:
    rows = DevelopmentPlan.objects.filter(answered_at__isnull=False).order_by()
    found: QuerySet[Any] = rows.values_list(NO_ACCOUNT, PLAN, TruncDate("answered_at"))
    return found


def plan_page(obligation: Obligation) -> str:
    return reverse("development:plan", args=[key_of(obligation)])


def plan_names(obligations: Iterable[Obligation]) -> dict[int, str]:
    keys = {row.pk: key_of(row) for row in obligations}
    plans = DevelopmentPlan.objects.select_related("author").in_bulk(set(keys.values()))
    return {
        pk: f"{plans[key]} · {plans[key].author}" if key in plans else ""
        for pk, key in keys.items()
    }


PLANS_TO_ANSWER = Duty(
    code="development.plan_answer",
    article="S1-A9",
    title=_("Reported plans to answer"),
    statement=_("A development plan that was reported is noted, or answered where policy asks."),
    who=_("the manager it was reported to"),
    keys=[NOTE_WITHIN],
    source=plans_to_answer,
    evidence=plans_answered,
    due=lambda values, since: calendar.add_business_days(since, values[NOTE_WITHIN]),
    opens_before=366,
    act=plan_page,
    names=plan_names,
    of_accounts=False,
    act_label=_("Open the plan"),
)
register(PLANS_TO_ANSWER)

# --- S1 第10条: contact with prospects --------------------------------------------------------


def prospects_to_contact(values: Values, today: Day) -> QuerySet[Any]:
    """Each open prospect of a plan, once, from its last contact or the day it was listed."""
    talks = Interaction.objects.filter(voided_at=None, account=OuterRef("account"))
    last = talks.order_by().values("account").annotate(n=Max("happened_at")).values("n")
    rows = Prospect.objects.filter(
        account__merged_into=None,
        account__voided_at=None,
        account__standing="prospect",
        plan__voided_at=None,
    ).exclude(stage="dropped")
    asked = rows.exclude(plan__status=PlanStatus.DRAFT).order_by("account_id", "pk")
    found: QuerySet[Any] = asked.distinct("account_id").values_list(
        Coalesce("account__owner", "contact_by", "plan__author"),
        "account",
        Value("", TextField()),
        Greatest(
            TruncDate("added_at"),
            Coalesce(TruncDate(Subquery(last, DateTimeField())), TruncDate("added_at")),
        ),
    )
    return found


def prospects_contacted(values: Values) -> QuerySet[Any]:
    talks = Interaction.objects.filter(voided_at=None, account__standing="prospect").order_by()
    found: QuerySet[Any] = talks.values_list(
        "account", Value("", TextField()), TruncDate("happened_at")
    )
    return found


register(
    Duty(
        code="development.contact",
        article="S1-A10",
        title=_("Prospects to contact again"),
        statement=_("A prospect on a plan's list is not left without contact for long."),
        who=_("the prospect's owner, else who makes contact, else the plan's author"),
        keys=[CONTACT_WITHIN],
        source=prospects_to_contact,
        evidence=prospects_contacted,
        due=lambda values, since: calendar.on_or_after(
            since + dt.timedelta(days=values[CONTACT_WITHIN])
        ),
        opens_before=7,
        act=lambda obligation: reverse("accounts:detail", args=[obligation.account_id]),
        names=account_names,
        act_label=_("Contact"),
    )
)
