from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import F, Prefetch, Q, QuerySet
from django.utils import timezone

if TYPE_CHECKING:
    from complaints.models import AnswerLink  # noqa: F401 (the base class names it)
    from staff.models import User


class DepartmentQuestionQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Asked for calls one sees; whoever answers has `asked_of`, a narrower view."""
        return self.filter(
            call__in=apps.get_model("complaints", "CallRecord").objects.visible_to(user)
        )

    def asked_of(self, user: User) -> Self:
        """Questions to departments that `user` answers for; the call stays out of sight."""
        if not user.is_active:
            return self.none()
        return self.filter(department__people=user, withdrawn_at=None)

    def open(self) -> Self:
        """Neither answered nor withdrawn, of calls that still wait."""
        waiting = apps.get_model("complaints", "CallRecord").objects.waiting()
        return self.filter(answered_at=None, withdrawn_at=None, call__in=waiting)

    def for_list(self) -> Self:
        return self.select_related("department", "asked_by", "answered_by")

    def with_links(self) -> Self:
        """Adds `live_links`: the private link that works, if there is one."""
        links = apps.get_model("complaints", "AnswerLink").objects.live()
        return self.prefetch_related(Prefetch("links", links, "live_links"))


class AnswerLinkQuerySet(QuerySet["AnswerLink"]):
    def live(self) -> Self:
        """Neither revoked nor expired, of what still waits for an answer of the same department."""
        questions = apps.get_model("complaints", "DepartmentQuestion").objects.open()
        waits = Q(question__in=questions) | Q(
            feedback__answered_at=None,
            feedback__told_at=None,
            feedback__department__isnull=False,
            feedback__passed_at__lte=F("made_at"),  # not passed on anew since
            feedback__isnull=False,
        )
        return self.filter(waits, revoked_at=None, expires_at__gt=timezone.now())
