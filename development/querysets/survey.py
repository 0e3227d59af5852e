from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Prefetch, QuerySet

from accounts.querysets.account import ThroughAccountQuerySet

if TYPE_CHECKING:
    from staff.models import User


class SurveyQuerySet(ThroughAccountQuerySet):
    """Surveys are seen by whoever sees their customer (`visible_to`)."""

    def judged(self, kind: str) -> SurveyQuerySet:
        """Finished ones of a kind, the latest first."""
        found = self.filter(kind=kind, status="judged")
        return found.order_by("-judged_at", "-pk")

    def for_list(self) -> SurveyQuerySet:
        return self.select_related("account", "lead")

    def for_detail(self) -> SurveyQuerySet:
        """With documents, principles, files and who took part: five queries."""
        documents = apps.get_model("development", "SurveyDocument").objects
        files = apps.get_model("development", "SurveyFile").objects
        related = self.select_related("account", "account__owner", "lead", "judged_by", "based_on")
        return related.prefetch_related(
            Prefetch("documents", documents.select_related("attachment")),
            Prefetch("files", files.select_related("attachment", "attachment__uploaded_by")),
            "principles",
            "colleagues",
        )


class SurveyPartQuerySet(QuerySet[Any]):
    """What belongs to a survey: seen by whoever sees its customer."""

    def visible_to(self, user: User) -> SurveyPartQuerySet:
        surveys = apps.get_model("development", "Survey").objects.visible_to(user)
        return self.filter(survey__in=surveys)
