from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

if TYPE_CHECKING:
    from accounts.models import TierPolicy
    from staff.models import User


class TierPolicyQuerySet(QuerySet["TierPolicy"]):
    def visible_to(self, user: User) -> TierPolicyQuerySet:
        """Everyone reads the rules they are judged by; drafts are for those who may draft."""
        if not user.is_active:
            return self.none()
        return self if user.is_superior else self.exclude(status="draft")

    def in_force(self, day: dt.date | None = None) -> TierPolicy:
        """The one version in force on a day, with its bands; one query and one for the bands."""
        day = day or timezone.localdate()
        return self.exclude(status="draft").prefetch_related("bands").get(effective__contains=day)


class TierDecisionQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> TierDecisionQuerySet:
        accounts = apps.get_model("accounts", "Account").objects.visible_to(user)
        return self.filter(account__in=accounts)

    def known_at(self, moment: dt.datetime | None) -> TierDecisionQuerySet:
        """Decisions made by then and not yet corrected by then (None: as known now)."""
        if moment is None:
            return self.filter(corrected_by=None)
        corrections = self.model._base_manager.filter(corrects=OuterRef("pk"))
        return self.filter(
            ~Exists(corrections.filter(decided_at__lte=moment)), decided_at__lte=moment
        )

    def as_of(self, day: dt.date, known_at: dt.datetime | None = None) -> TierDecisionQuerySet:
        """The decision in force for each customer on a day, as known at a moment or now."""
        return (
            self.known_at(known_at)
            .filter(effective_on__lte=day)
            .order_by("account_id", "-effective_on", "-decided_at", "-pk")
            .distinct("account_id")
        )

    def current(self) -> TierDecisionQuerySet:
        """Decisions that no later one has replaced, in a form that filters and counts."""
        later = self.model._base_manager.filter(
            account=OuterRef("account"), corrected_by=None
        ).filter(
            Q(effective_on__gt=OuterRef("effective_on"))
            | Q(effective_on=OuterRef("effective_on"), decided_at__gt=OuterRef("decided_at"))
            | Q(
                effective_on=OuterRef("effective_on"),
                decided_at=OuterRef("decided_at"),
                pk__gt=OuterRef("pk"),
            )
        )
        return self.filter(~Exists(later), corrected_by=None)

    def carried_over(self) -> TierDecisionQuerySet:
        return self.filter(origin="carried_over")

    def for_list(self) -> TierDecisionQuerySet:
        return self.select_related("account", "decided_by", "policy").order_by("account", "pk")


class TierProposalQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> TierProposalQuerySet:
        accounts = apps.get_model("accounts", "Account").objects.visible_to(user)
        return self.filter(account__in=accounts)

    def waiting(self) -> TierProposalQuerySet:
        return self.filter(status="proposed")

    def answered(self) -> TierProposalQuerySet:
        return self.exclude(status="proposed")

    def for_list(self) -> TierProposalQuerySet:
        """Oldest first, with whose they are."""
        return self.select_related("account", "proposed_by").order_by("proposed_at", "pk")


class TierRoundQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> TierRoundQuerySet:
        """Rounds of one's own and of the line below; specialists see none (they see decisions)."""
        if not user.is_active or not user.is_superior:
            return self.none()
        if user.is_top_manager:
            return self.all()
        return self.filter(opened_by__in=user.line_ids)


class TierRoundLineQuerySet(QuerySet[Any]):
    def changed(self) -> TierRoundLineQuerySet:
        """Lines that would give a customer another tier."""
        return self.exclude(tier=F("tier_before"))
