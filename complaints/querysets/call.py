from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils import timezone

if TYPE_CHECKING:
    from complaints.models import CallRecord  # noqa: F401 (the base class names it)
    from staff.models import User

OPEN = ("open", "with_departments")


class CallRecordQuerySet(QuerySet["CallRecord"]):
    def visible_to(self, user: User) -> Self:
        """The only read scope of calls.

        The service centre and the top manager see all; others those of the customers they see,
        and those that they or the line below them took or are to call back.
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
                Q(taken_by__in=line) | Q(responsible__in=line) | Q(account__in=accounts)
            )
        return self.none()

    def waiting(self) -> Self:
        """Not answered yet: the customer waits for a call."""
        return self.filter(status__in=OPEN, voided_at=None)

    def taken_today(self) -> Self:
        return self.filter(received_at__date=timezone.localdate())

    def for_list(self) -> Self:
        return self.select_related("account", "taken_by", "responsible")

    def for_detail(self) -> Self:
        return self.select_related(
            "account__owner", "taken_by", "responsible", "answered_by", "promise_authorised_by"
        )


class ThroughCallQuerySet(QuerySet["CallRecord"]):
    """Rows that belong to a call: seen by whoever sees the call."""

    def visible_to(self, user: User) -> Self:
        return self.filter(
            call__in=apps.get_model("complaints", "CallRecord").objects.visible_to(user)
        )
