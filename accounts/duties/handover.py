"""What a handover obliges us to do, and by when (S1 第14条)."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.handover import CONTACT_WITHIN, NOTIFY_WITHIN
from accounts.models import HandoverLine
from accounts.workflow.handover import open_for_departure
from staff import calendar
from staff.duties import Duty, register
from staff.models import Obligation, Role, User
from staff.policy import Values

from .rows import Day, account_names

SUBJECT = Concat(Value("handover:"), Cast("pk", TextField()), output_field=TextField())
OF_LIVING = Q(account__merged_into=None, account__voided_at=None)


def responsible() -> Any:
    """The successor; until there is one, the superior of whoever left, else the manager."""
    people = User.objects.filter(is_active=True).order_by("pk").values("pk")
    superior = people.filter(pk=OuterRef("predecessor__reports_to"))
    manager = people.filter(role=Role.MANAGER, reports_to=None)
    return Coalesce("successor", Subquery(superior[:1]), Subquery(manager[:1]))


def untold(values: Values, today: Day) -> QuerySet[Any]:
    """Customers who do not know yet that somebody else looks after them."""
    rows = HandoverLine.objects.untold().filter(OF_LIVING).order_by()
    return rows.values_list(responsible(), "account", SUBJECT, "opened_on")


def told(values: Values) -> QuerySet[Any]:
    rows = HandoverLine.objects.filter(told_on__isnull=False).order_by()
    return rows.values_list("account", SUBJECT, "told_on")


def without_contact(values: Values, today: Day) -> QuerySet[Any]:
    """Customers whom the successor has not spoken to, or who have no successor."""
    rows = HandoverLine.objects.open().filter(OF_LIVING, first_contact=None).order_by()
    return rows.values_list(responsible(), "account", SUBJECT, "opened_on")


def contacted(values: Values) -> QuerySet[Any]:
    rows = HandoverLine.objects.filter(first_contact__isnull=False).order_by()
    return rows.values_list("account", SUBJECT, "first_contact__happened_at__date")


def handover_page(obligation: Obligation) -> str:
    return reverse("accounts:handover", args=[obligation.subject.split(":")[1]])


register(
    Duty(
        code="handover.tell",
        article="S1-A14",
        title=_("Customers to tell who looks after them now"),
        statement=_("When a colleague leaves, the customers are told in time."),
        who=_("the successor; until there is one, the superior"),
        keys=[NOTIFY_WITHIN],
        source=untold,
        evidence=told,
        due=lambda values, since: calendar.add_business_days(since, values[NOTIFY_WITHIN]),
        opens_before=366,
        act=handover_page,
        names=account_names,
        act_label=_("Customer told"),
        departure=open_for_departure,
    )
)
register(
    Duty(
        code="handover.contact",
        article="S1-A14",
        title=_("Customers taken over, not yet contacted"),
        statement=_("Another colleague is named and quickly gets in touch with the customer."),
        who=_("the successor; until there is one, the superior"),
        keys=[CONTACT_WITHIN],
        source=without_contact,
        evidence=contacted,
        due=lambda values, since: calendar.add_business_days(since, values[CONTACT_WITHIN]),
        opens_before=366,
        act=handover_page,
        names=account_names,
        act_label=_("First contact"),
    )
)
