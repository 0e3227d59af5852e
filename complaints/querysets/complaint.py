from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import (
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.expressions import Combinable
from django.utils import timezone

if TYPE_CHECKING:
    from complaints.models import Complaint
    from staff.models import User

OPEN = (
    "received",
    "acknowledged",
    "classified",
    "investigating",
    "handled",
    "replied",
    "to_approve",
)
UNANSWERED = OPEN[:5]


def months_before(moment: Combinable, months: int) -> ExpressionWrapper[Any]:
    """The same moment so many months earlier, clamped to the month's end."""
    span = Func(Value(0), Value(months), function="make_interval", output_field=DurationField())
    return ExpressionWrapper(moment - span, output_field=DateTimeField())


class ComplaintQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """The only read scope of complaints.

        The service centre and the top manager see all; others those of the customers they see,
        and those that they or the line below them took or handle.
        """
        from staff.models import Role

        if not user.is_active:
            return self.none()
        if user.is_service_centre or user.is_top_manager:
            return self.all()
        if user.role in Role.values:
            accounts = apps.get_model("accounts", "Account").objects.visible_to(user)
            line = user.line_ids
            return self.filter(
                Q(received_by__in=line) | Q(handler__in=line) | Q(account__in=accounts)
            )
        return self.none()

    def counting(self) -> Self:
        """Those nobody has voided."""
        return self.filter(voided_at=None)

    def open(self) -> Self:
        return self.filter(status__in=OPEN, voided_at=None)

    def late(self, now: dt.datetime | None = None) -> Self:
        """Open, and past the time of its next step."""
        now = now or timezone.now()
        unacknowledged = Q(acknowledged_at=None, acknowledge_due_at__lt=now)
        unanswered = Q(status__in=UNANSWERED, reply_due_at__lt=now)
        return self.open().filter(unacknowledged | unanswered)

    def crises(self) -> Self:
        return self.filter(grade="crisis", voided_at=None)

    def closed_without_satisfaction(self) -> Self:
        """Closed although the customer was dissatisfied, or said nothing (listed, Q57)."""
        return self.filter(status="closed", voided_at=None).exclude(verdict="satisfied")

    def repeats_of(self, complaint: Complaint, months: int) -> Self:
        """Earlier ones of the same customer, or telephone, about the same cause."""
        if not complaint.cause:
            return self.none()
        same = Q(account=complaint.account_id) if complaint.account_id else Q(pk__in=[])
        if not complaint.account_id and complaint.phone:
            same = Q(account=None, phone=complaint.phone)
        moment = Value(complaint.received_at, DateTimeField())
        earlier = self.counting().filter(
            same,
            cause=complaint.cause,
            received_at__gte=months_before(moment, months),
            received_at__lte=complaint.received_at,
        )
        return earlier.exclude(pk=complaint.pk)

    def with_repeat(self, months: int) -> Self:
        """Adds `is_repeat`: the same customer had the same cause in the months before."""
        model = apps.get_model("complaints", "Complaint")
        earlier = model.objects.filter(
            voided_at=None,
            account=OuterRef("account"),
            cause=OuterRef("cause"),
            received_at__lt=OuterRef("received_at"),
            received_at__gte=months_before(OuterRef("received_at"), months),
        ).exclude(cause="")
        return self.annotate(is_repeat=Exists(earlier))

    def for_list(self) -> Self:
        return self.select_related("account", "handler", "received_by").order_by(
            F("received_at").desc(), "-pk"
        )

    def for_detail(self) -> Self:
        people = (
            "received_by",
            "handler",
            "classified_by",
            "crisis_by",
            "downgraded_by",
            "replied_by",
            "close_asked_by",
            "closed_by",
        )
        return self.select_related("account__owner", "feedback", *people)


class ThroughComplaintQuerySet(QuerySet[Any]):
    """Rows that belong to a complaint: seen by whoever sees the complaint."""

    def visible_to(self, user: User) -> Self:
        complaints = apps.get_model("complaints", "Complaint").objects.visible_to(user)
        return self.filter(complaint__in=complaints)


class ComplaintLinkQuerySet(QuerySet[Any]):
    def of(self, complaint: Complaint) -> Self:
        """Those with one complaint on either side."""
        return self.filter(Q(first=complaint) | Q(second=complaint))
