from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

if TYPE_CHECKING:
    from staff.models import Meeting, User  # noqa: F401 (the base class names it)


class MeetingQuerySet(QuerySet["Meeting"]):
    def visible_to(self, user: User) -> MeetingQuerySet:
        """Those that somebody of one's own line called or is invited to. Ends in `none()`."""
        if not user.is_active or not user.role:
            return self.none()
        if user.is_top_manager:
            return self.all()
        invited = apps.get_model("staff", "MeetingAttendance").objects.filter(
            meeting=OuterRef("pk"), user__in=user.line_ids
        )
        return self.filter(Q(convener__in=user.line_ids) | Exists(invited))

    def for_list(self) -> MeetingQuerySet:
        return self.select_related("convener")


class OfAMeetingQuerySet(QuerySet[Any]):
    """What hangs on a meeting: seen by whoever sees it."""

    def visible_to(self, user: User) -> Self:
        meetings = apps.get_model("staff", "Meeting").objects.visible_to(user)
        return self.filter(meeting__in=meetings)
