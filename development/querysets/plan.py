from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from development.models import DevelopmentPlan, PlanStep  # noqa: F401 (the bases name them)
    from staff.models import User


class PlanQuerySet(QuerySet["DevelopmentPlan"]):
    def visible_to(self, user: User) -> PlanQuerySet:
        """Plans of one's own and of the line below; those reported to one; a superior's, once
        it is more than a draft, because the line below carries it out. Ends in `none()`.
        """
        from staff.models import Role, User

        if not user.is_active or user.role not in Role.values:
            return self.none()
        if user.is_top_manager:
            return self.all()
        # Three steps up reach the top from any post (S1 第2条).
        above = Q(direct_reports=user) | Q(direct_reports__direct_reports=user)
        above |= Q(direct_reports__direct_reports__direct_reports=user)
        superiors = Q(author__in=User.objects.filter(above).values("pk")) & ~Q(status="draft")
        return self.filter(Q(author__in=user.line_ids) | Q(reported_to=user) | superiors)

    def living(self) -> PlanQuerySet:
        return self.filter(voided_at=None)

    def for_list(self) -> PlanQuerySet:
        return self.select_related("author__reports_to__reports_to", "reported_to", "answered_by")


class PlanStepQuerySet(QuerySet["PlanStep"]):
    def visible_to(self, user: User) -> PlanStepQuerySet:
        plans: QuerySet[Any] = apps.get_model("development", "DevelopmentPlan").objects.all()
        return self.filter(plan__in=plans.visible_to(user))  # type: ignore[attr-defined]
