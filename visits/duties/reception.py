"""Receptions are prepared early, recorded, thanked for, and their meals decided on (S4 6.4)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from staff import calendar
from staff.duties import Duty, register
from staff.models import Role, User
from staff.policy import Values
from visits.agenda import start_of
from visits.catering_policy import APPROVE_WITHIN, APPROVER
from visits.models import CateringRequest, Reception, ReceptionItem
from visits.policies import PREPARE_BEFORE, RECORD_RECEPTION_WITHIN, THANK_WITHIN

from .rows import OF_LIVING, day_of, names_with, page, subject_of

Day = dt.date
RECEPTION = subject_of("reception")


# --- S4 6.4(1): arranged early --------------------------------------------------------------
def to_prepare(values: Values, today: Day) -> QuerySet[Any]:
    """Receptions to come with something still to prepare; the clock ends before their day."""
    undone = ReceptionItem.objects.filter(reception=OuterRef("pk"), done_at=None)
    rows = Reception.objects.planned().filter(OF_LIVING, Exists(undone)).order_by()
    coming = rows.filter(planned_at__gte=start_of(today))
    asked: QuerySet[Any] = coming.values_list("host", "account", RECEPTION, day_of("planned_at"))
    return asked


def prepared(values: Values) -> QuerySet[Any]:
    """When the last thing on the list was ticked."""
    undone = ReceptionItem.objects.filter(reception=OuterRef("reception"), done_at=None)
    rows = ReceptionItem.objects.filter(~Exists(undone)).order_by()
    key = subject_of("reception", "reception")
    found: QuerySet[Any] = rows.values_list("reception__account", key).annotate(
        done_on=Max(day_of("done_at"))
    )
    return found


register(
    Duty(
        code="visits.reception_prepare",
        article="S4-6.4",
        title=_("Receptions to prepare"),
        statement=_("Visitors are announced early and their reception is prepared in time."),
        who=_("the host"),
        keys=[PREPARE_BEFORE],
        source=to_prepare,
        evidence=prepared,
        due=lambda values, since: calendar.subtract_business_days(since, values[PREPARE_BEFORE]),
        opens_before=7,
        act=page("visits:reception"),
        names=names_with(Reception.objects, "purpose"),
        act_label=_("Prepare"),
    )
)


# --- S4 6.4(1), (2): recorded ---------------------------------------------------------------
def to_record(values: Values, today: Day) -> QuerySet[Any]:
    """Planned receptions whose day has come."""
    tomorrow = start_of(today + dt.timedelta(days=1))
    rows = Reception.objects.planned().filter(OF_LIVING, planned_at__lt=tomorrow).order_by()
    asked: QuerySet[Any] = rows.values_list("host", "account", RECEPTION, day_of("planned_at"))
    return asked


def recorded(values: Values) -> QuerySet[Any]:
    rows: QuerySet[Any] = Reception.objects.filter(status="done").order_by()
    return rows.values_list("account", RECEPTION, day_of("interaction__created_at"))


register(
    Duty(
        code="visits.reception_record",
        article="S4-6.4",
        title=_("Receptions to record"),
        statement=_("Every reception is recorded, with the problems that visitors raised."),
        who=_("the host"),
        keys=[RECORD_RECEPTION_WITHIN],
        source=to_record,
        evidence=recorded,
        due=lambda values, since: calendar.add_business_days(
            since, values[RECORD_RECEPTION_WITHIN]
        ),
        opens_before=366,  # the source opens it, on the day itself
        act=page("visits:reception_record"),
        names=names_with(Reception.objects, "purpose"),
        act_label=_("Record"),
    )
)


# --- S4 6.4(2): thanked ---------------------------------------------------------------------
def to_thank(values: Values, today: Day) -> QuerySet[Any]:
    """Receptions that took place, whose visitors nobody has thanked."""
    rows = Reception.objects.filter(OF_LIVING, status="done", thanked_at=None).order_by()
    rows = rows.filter(interaction__voided_at=None)
    asked: QuerySet[Any] = rows.values_list("host", "account", RECEPTION, "done_on")
    return asked


def thanked(values: Values) -> QuerySet[Any]:
    rows: QuerySet[Any] = Reception.objects.exclude(thanked_at=None).order_by()
    return rows.values_list("account", RECEPTION, day_of("thanked_at"))


register(
    Duty(
        code="visits.reception_thank",
        article="S4-6.4",
        title=_("Visitors to thank"),
        statement=_("After a reception the visitors are thanked."),
        who=_("the host"),
        keys=[THANK_WITHIN],
        source=to_thank,
        evidence=thanked,
        due=lambda values, since: calendar.add_business_days(since, values[THANK_WITHIN]),
        opens_before=366,
        act=page("visits:reception_thank"),
        names=names_with(Reception.objects, "purpose"),
        act_label=_("Thank"),
    )
)


# --- S4 6.4(3): the leader decides on meals -------------------------------------------------
def to_decide(values: Values, today: Day) -> QuerySet[Any]:
    """Requests that wait, for whoever the policy names (`approver_blocker` in SQL).

    Of several who may decide, the one nearest to the requester is asked.
    """
    heads = User.objects.filter(is_active=True, role=Role.MANAGER)
    top = heads.filter(reports_to=None).exclude(pk=OuterRef("requested_by")).order_by("pk")
    other = heads.exclude(pk=OuterRef("requested_by")).order_by("pk")
    head = Case(
        When(
            Q(requested_by__role=Role.MANAGER, requested_by__reports_to=None),
            then=Subquery(other.values("pk")[:1]),
        ),
        default=Subquery(top.values("pk")[:1]),
    )
    superior = Coalesce("requested_by__reports_to", head)
    rows = CateringRequest.objects.filter(
        status="submitted",
        reception__account__merged_into=None,
        reception__account__voided_at=None,
    ).exclude(reception__status="cancelled")
    rows = rows.annotate(leader=head if values[APPROVER] == "manager" else superior)
    asked: QuerySet[Any] = rows.exclude(leader=None).order_by().values_list(
        F("leader"), "reception__account", subject_of("catering"), day_of("requested_at")
    )  # fmt: skip
    return asked


def decided(values: Values) -> QuerySet[Any]:
    rows: QuerySet[Any] = CateringRequest.objects.exclude(decided_at=None).order_by()
    return rows.values_list("reception__account", subject_of("catering"), day_of("decided_at"))


register(
    Duty(
        code="visits.catering_decide",
        article="S4-6.4",
        title=_("Catering to decide on"),
        statement=_("Meals for visitors are reported to the leader, who approves or refuses."),
        who=_("the leader whom the policy names"),
        keys=[APPROVE_WITHIN, APPROVER],
        source=to_decide,
        evidence=decided,
        due=lambda values, since: calendar.add_business_days(since, values[APPROVE_WITHIN]),
        opens_before=366,
        act=page("visits:catering_decide"),
        names=names_with(CateringRequest.objects, "reason"),
        act_label=pgettext_lazy("request", "Decide"),
    )
)
