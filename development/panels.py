"""What this app shows on a customer file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from accounts.panels import Panel, register
from development.models import (
    MarketNote,
    Prospect,
    RecognitionApplication,
    RecognitionStatus,
    Stage,
    Survey,
    SurveyKind,
)
from staff.models import User

HEARD_WITHIN = dt.timedelta(days=180)
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


STAGE = Case(
    *(When(stage=word, then=Value(label, CharField())) for word, label in Stage.choices),
    output_field=CharField(),
)


def on_a_list(user: User) -> QuerySet[Any]:
    """The plans whose list this customer stands on and on which it is still worked."""
    return Prospect.objects.visible_to(user).open()


register(
    Panel(
        code="development.prospect",
        noun=_("On the list of a development plan"),
        source=on_a_list,
        text=STAGE,
        address=lambda pk: reverse("development:prospect", args=[pk]),
    )
)


def heard_of_late(user: User) -> QuerySet[Any]:
    """Market notes about the customer; older ones are found by search."""
    notes = MarketNote.objects.visible_to(user).living()
    recent = notes.filter(written_at__gte=timezone.now() - HEARD_WITHIN)
    return recent.annotate(account=F("about__account"))


register(
    Panel(
        code="development.note",
        noun=_("Market note"),
        source=heard_of_late,
        text="title",
        address=lambda pk: reverse("development:note", args=[pk]),
        begin=lambda pk: f"{reverse('development:note_create')}?account={pk}",
        begin_label=_("New market note"),
    )
)

STATE_OF_APPLICATION = Case(
    *(
        When(status=word, then=Value(label, CharField()))
        for word, label in RecognitionStatus.choices
    ),
    output_field=CharField(),
)


def applications_open(user: User) -> QuerySet[Any]:
    """Those of the customers one sees: the file shows no others, whoever else may decide them."""
    rows = RecognitionApplication.objects.filter(account__in=Account.objects.visible_to(user))
    return rows.filter(status__in=("draft", "submitted", "sent_back"))


register(
    Panel(
        code="development.recognition",
        noun=_("Application for recognition"),
        source=applications_open,
        text=STATE_OF_APPLICATION,
        address=lambda pk: reverse("development:application", args=[pk]),
        begin=lambda pk: reverse("development:application_start", args=[pk]),
        begin_label=_("Apply for recognition"),
    )
)
