from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.querysets.account import ThroughAccountQuerySet

if TYPE_CHECKING:
    from staff.models import User
    from visits.models import CalendarFeed


class VisitQuerySet(ThroughAccountQuerySet):
    """Seen by whoever sees the customer (`visible_to`)."""

    def of(self, user: User) -> VisitQuerySet:
        """Those somebody goes on, as visitor or along with one."""
        from visits.models import VisitColleague

        along = VisitColleague.objects.filter(visit=OuterRef("pk"), user=user)
        return self.filter(Q(visitor=user) | Exists(along))

    def between(self, start: dt.datetime, end: dt.datetime) -> VisitQuerySet:
        return self.filter(planned_at__gte=start, planned_at__lt=end)

    def planned(self) -> VisitQuerySet:
        return self.filter(status="planned")

    def for_list(self) -> VisitQuerySet:
        return self.select_related("account", "visitor", "interaction")

    def for_detail(self) -> VisitQuerySet:
        related = self.select_related("account", "visitor", "interaction__author", "created_by")
        return related.prefetch_related(
            "contact_people", "colleagues", "follow_ups__task__assignee"
        )


class CalendarFeedQuerySet(QuerySet["CalendarFeed"]):
    def live_of(self, user: User) -> CalendarFeed | None:
        """One's own address that still works."""
        return self.filter(user=user, revoked_at=None).first()
