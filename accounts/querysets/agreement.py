from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from accounts.querysets.account import ThroughAccountQuerySet, in_force_on

if TYPE_CHECKING:
    from staff.models import User


class AgreementQuerySet(ThroughAccountQuerySet):
    """Agreements are seen by whoever sees their customer."""

    def visible_to(self, user: User) -> AgreementQuerySet:
        found: AgreementQuerySet = super().visible_to(user)
        return found

    def in_force(self, day: dt.date) -> AgreementQuerySet:
        return self.filter(in_force_on(day))

    def running_out(self, day: dt.date, days: int) -> AgreementQuerySet:
        """In force, at their end within so many days, and nobody has settled what follows."""
        last = day + dt.timedelta(days=days)
        return self.in_force(day).filter(ended_on=None, ends_on__lte=last).unsettled()

    def expired(self, day: dt.date) -> AgreementQuerySet:
        """Run out: their term is over, whatever followed."""
        return self.filter(status="signed", ends_on__lt=day)

    def unsettled(self) -> AgreementQuerySet:
        """Neither renewed by a signed agreement nor left to end with a reason."""
        renewed = self.model._default_manager.filter(renews=OuterRef("pk"), signed_on__isnull=False)
        return self.filter(~Exists(renewed), no_renewal_reason="")

    def for_list(self) -> AgreementQuerySet:
        return self.select_related("account", "account__owner", "our_signer")

    def for_detail(self) -> AgreementQuerySet:
        """With obligations, notes and files: six queries."""
        people = ("account__owner", "our_signer", "renews", "drawn_up_by")
        obligations = apps.get_model("accounts", "AgreementObligation").objects
        notes = apps.get_model("accounts", "AgreementNote").objects
        files = apps.get_model("accounts", "AgreementFile").objects
        return self.select_related("account", *people).prefetch_related(
            Prefetch("obligations", obligations.select_related("responsible", "settled_by")),
            Prefetch("notes", notes.select_related("author", "obligation")),
            Prefetch("files", files.select_related("attachment", "attachment__uploaded_by")),
            "renewals",
        )


class AgreementPartQuerySet(QuerySet[Any]):
    """What belongs to an agreement: seen by whoever sees its customer."""

    def visible_to(self, user: User) -> AgreementPartQuerySet:
        agreements = apps.get_model("accounts", "Agreement").objects.visible_to(user)
        return self.filter(agreement__in=agreements)
