"""What this app shows on a customer file."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.panels import Panel, register
from development.models import Survey, SurveyKind
from staff.models import User

KIND_OF_SURVEY = Case(
    *(When(kind=word, then=Value(label, CharField())) for word, label in SurveyKind.choices),
    output_field=CharField(),
)


def surveys_under_way(user: User) -> QuerySet[Any]:
    return Survey.objects.visible_to(user).filter(status="open")


register(
    Panel(
        code="development.survey",
        noun=_("Survey"),
        source=surveys_under_way,
        text=KIND_OF_SURVEY,
        address=lambda pk: reverse("development:survey", args=[pk]),
        begin=lambda pk: reverse("development:survey_start", args=[pk]),
        begin_label=_("Start a survey"),
    )
)
