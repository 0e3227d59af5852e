from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import Count, Q, QuerySet

if TYPE_CHECKING:
    from staff.models import User


class MonthlyFeedbackQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """The service centre and the top manager see all; others what was sent to them."""
        if not user.is_active:
            return self.none()
        if user.is_service_centre or user.is_top_manager:
            return self.all()
        sent = apps.get_model("complaints", "MonthlyRecipient")._default_manager
        return self.filter(pk__in=sent.filter(user=user).values("report"))

    def for_list(self) -> Self:
        return self.select_related("drawn_up_by", "sent_by").annotate(
            sent_to=Count("recipients", distinct=True),
            read_by=Count("recipients", filter=Q(recipients__read_at__isnull=False), distinct=True),
        )


class ThroughMonthQuerySet(QuerySet[Any]):
    """Rows that belong to a monthly feedback: seen by whoever sees it."""

    def visible_to(self, user: User) -> Self:
        reports = apps.get_model("complaints", "MonthlyFeedback").objects.visible_to(user)
        return self.filter(report__in=reports)
