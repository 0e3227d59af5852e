"""Surveys that were begun are finished (S1 第6条)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.duties.rows import Day, account_names
from development.models import Survey
from staff import calendar, policy
from staff.duties import Duty, register
from staff.models import Obligation
from staff.policy import Values

FINISH_WITHIN = policy.BusinessDays(
    "survey.finish_within",
    _("Finish a survey within"),
    20,
    "S1-A6",
    question=_("The text gives no time."),
)
SURVEY = Concat(Value("survey:"), Cast("pk", TextField()), output_field=TextField())


def surveys_open(values: Values, today: Day) -> QuerySet[Any]:
    """Each survey under way, from the day it began."""
    living = {"account__merged_into": None, "account__voided_at": None}
    rows = Survey.objects.filter(status="open", **living).order_by()
    found: QuerySet[Any] = rows.values_list("lead", "account", SURVEY, "started_on")
    return found


def surveys_judged(values: Values) -> QuerySet[Any]:
    rows = Survey.objects.filter(status="judged").order_by()
    found: QuerySet[Any] = rows.values_list("account", SURVEY, TruncDate("judged_at"))
    return found


def survey_page(obligation: Obligation) -> str:
    return reverse("development:survey", args=[obligation.subject.split(":")[1]])


def survey_names(obligations: Iterable[Obligation]) -> dict[int, str]:
    """Customer and kind of each survey: two queries."""
    rows = list(obligations)
    keys = {row.pk: int(row.subject.split(":")[1]) for row in rows}
    surveys = Survey.objects.in_bulk(set(keys.values()))
    names = account_names(rows)
    return {
        pk: f"{names[pk]} {surveys[key].get_kind_display() if key in surveys else ''}"
        for pk, key in keys.items()
    }


register(
    Duty(
        code="development.survey",
        article="S1-A6",
        title=_("Surveys under way"),
        statement=_("A survey that was begun is judged, or given up with a reason."),
        who=_("whoever leads the survey"),
        keys=[FINISH_WITHIN],
        source=surveys_open,
        evidence=surveys_judged,
        due=lambda values, since: calendar.add_business_days(since, values[FINISH_WITHIN]),
        opens_before=366,
        act=survey_page,
        names=survey_names,
        act_label=_("Fill in"),
    )
)
