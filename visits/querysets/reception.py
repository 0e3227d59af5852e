from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.querysets.account import ThroughAccountQuerySet

if TYPE_CHECKING:
    from staff.models import User


class ReceptionQuerySet(ThroughAccountQuerySet):
    """Seen by whoever sees the customer (`visible_to`)."""

    def of(self, user: User) -> ReceptionQuerySet:
        """Those somebody hosts or accompanies."""
        colleagues = apps.get_model("visits", "ReceptionColleague").objects
        along = colleagues.filter(reception=OuterRef("pk"), user=user)
        return self.filter(Q(host=user) | Exists(along))

    def between(self, start: dt.datetime, end: dt.datetime) -> ReceptionQuerySet:
        return self.filter(planned_at__gte=start, planned_at__lt=end)

    def planned(self) -> ReceptionQuerySet:
        return self.filter(status="planned")

    def for_list(self) -> ReceptionQuerySet:
        return self.select_related("account", "host").prefetch_related("visitors", "items")

    def for_detail(self) -> ReceptionQuerySet:
        related = self.select_related(
            "account", "host", "interaction__author", "created_by", "thanked_by"
        )
        return related.prefetch_related("visitors", "colleagues", "items__done_by")


class ReceptionPartQuerySet(QuerySet[Any]):
    """What belongs to a reception: seen by whoever sees the reception."""

    def visible_to(self, user: User) -> Self:
        receptions = apps.get_model("visits", "Reception").objects.visible_to(user)
        return self.filter(reception__in=receptions)


class MeasuresQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Everyone in the house may read how visitors are received."""
        return self.all() if user.is_active else self.none()

    def in_force(self, user: User) -> Any:
        return self.visible_to(user).order_by("-uploaded_at", "-pk").first()


class CateringQuerySet(ReceptionPartQuerySet):
    def for_list(self) -> CateringQuerySet:
        return self.select_related("reception__account", "reception__host", "requested_by")

    def for_detail(self) -> CateringQuerySet:
        return self.for_list().select_related("decided_by")
