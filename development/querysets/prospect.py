from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Max, Min, OuterRef, Q, QuerySet, Subquery

from accounts.querysets.account import ThroughAccountQuerySet

if TYPE_CHECKING:
    from development.models import ProspectStep  # noqa: F401 (the base class names it)
    from staff.models import User


class ProspectQuerySet(ThroughAccountQuerySet):
    def visible_to(self, user: User) -> ProspectQuerySet:
        """Those of plans one sees whose customer one sees."""
        plans = apps.get_model("development", "DevelopmentPlan").objects.visible_to(user)
        return super().visible_to(user).filter(plan__in=plans.living())

    def open(self) -> ProspectQuerySet:
        """Still to be worked on: neither dropped nor a customer by now."""
        return self.filter(account__standing="prospect").exclude(stage="dropped")

    def without_owner(self) -> ProspectQuerySet:
        return self.open().filter(account__owner=None)

    def without_channel(self) -> ProspectQuerySet:
        return self.open().filter(channel="")

    def with_contacts(self) -> ProspectQuerySet:
        """Adds `first_contact` and `last_contact`: moments of the customer's contact records."""
        talks = apps.get_model("accounts", "Interaction").objects.filter(voided_at=None)
        made: QuerySet[Any, Any] = (
            talks.filter(account=OuterRef("account")).order_by().values("account")
        )
        with_them: ProspectQuerySet = self.annotate(
            first_contact=Subquery(made.annotate(n=Min("happened_at")).values("n")),
            last_contact=Subquery(made.annotate(n=Max("happened_at")).values("n")),
        )
        return with_them

    def quiet_since(self, day: dt.date) -> ProspectQuerySet:
        """Nobody has been in contact since that day, nor was it listed after it."""
        quiet = Q(last_contact=None) | Q(last_contact__date__lt=day)
        return self.open().with_contacts().filter(quiet, added_at__date__lt=day)

    def still_since(self, day: dt.date) -> ProspectQuerySet:
        """In the same stage since before that day."""
        return self.open().filter(stage_since__date__lt=day)

    def for_list(self) -> ProspectQuerySet:
        return self.select_related("account__owner", "plan__author", "contact_by")

    def for_detail(self) -> ProspectQuerySet:
        return self.for_list().select_related("plan__author__reports_to", "verdict_by", "added_by")


class ProspectStepQuerySet(QuerySet["ProspectStep"]):
    def visible_to(self, user: User) -> ProspectStepQuerySet:
        prospects = apps.get_model("development", "Prospect").objects.visible_to(user)
        return self.filter(prospect__in=prospects)
