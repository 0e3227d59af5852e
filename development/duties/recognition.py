"""Applications are decided in good time (S1 第7条)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.duties.rows import Day, account_names
from development.models import RecognitionApplication, RecognitionStep
from development.recognition_policy import DECIDE_WITHIN, LEVELS
from staff import calendar
from staff.duties import Duty, register
from staff.models import Obligation
from staff.policy import Values


def _subject(pk: str, round_: str, level: str) -> Concat:
    """`application:12:1:0`: the application, how often it was submitted, and the level."""
    parts: list[Any] = [Value("application:"), Cast(pk, TextField())]
    for column in (round_, level):
        parts += [Value(":"), Cast(column, TextField())]
    return Concat(*parts, output_field=TextField())


def waiting(values: Values, today: Day) -> QuerySet[Any]:
    """Each application that waits, with whoever it lies with, since it came to its level."""
    rows = RecognitionApplication.objects.filter(
        status="submitted", account__merged_into=None, account__voided_at=None
    )
    found: QuerySet[Any] = (
        rows.with_decider()
        .order_by()
        .values_list(
            "decider_id", "account", _subject("pk", "round", "level"), TruncDate("waiting_since")
        )
    )
    return found


def decided(values: Values) -> QuerySet[Any]:
    steps = RecognitionStep.objects.filter(verb__in=("approved", "refused", "sent_back"))
    found: QuerySet[Any] = steps.order_by().values_list(
        "application__account", _subject("application", "round", "level"), TruncDate("at")
    )
    return found


def _number(obligation: Obligation) -> int:
    return int(obligation.subject.split(":")[1])


def application_page(obligation: Obligation) -> str:
    return reverse("development:application", args=[_number(obligation)])


def application_names(obligations: Iterable[Obligation]) -> dict[int, str]:
    """Customer and number of each application: two queries."""
    rows = list(obligations)
    keys = {row.pk: _number(row) for row in rows}
    found = RecognitionApplication.objects.filter(pk__in=keys.values())
    numbers = dict(found.values_list("pk", "number"))
    names = account_names(rows)
    return {pk: f"{names[pk]} {numbers.get(key, '')}" for pk, key in keys.items()}


register(
    Duty(
        code="development.recognition",
        article="S1-A7",
        title=_("Applications to decide"),
        statement=_("An application for recognition is decided, or sent back with a reason."),
        who=_("whoever holds the post of its level, above the applicant"),
        keys=[DECIDE_WITHIN, LEVELS],
        source=waiting,
        evidence=decided,
        due=lambda values, since: calendar.add_business_days(since, values[DECIDE_WITHIN]),
        opens_before=366,
        act=application_page,
        names=application_names,
        act_label=pgettext_lazy("application", "Decide"),
    )
)
