from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, JSONObject
from django.utils import timezone

from accounts import search

if TYPE_CHECKING:
    from accounts.models import Account  # noqa: F401 (the base class names it)
    from staff.models import User


def in_force_on(day: dt.date) -> Q:
    """Agreements signed, begun, and neither run out nor ended by that day."""
    return (
        Q(status__in=("signed", "ended"), starts_on__lte=day)
        & (Q(ends_on=None) | Q(ends_on__gte=day))
        & (Q(ended_on=None) | Q(ended_on__gt=day))
    )


class AccountQuerySet(QuerySet["Account"]):
    def visible_to(self, user: User) -> AccountQuerySet:
        """The only read scope of customers; all else about a customer builds on it.

        The top manager sees all; others what they or the line below them look after (as owner or
        second contact), and a supervisor what nobody owns in their region. A superuser without a
        post sees no customer. Merged and voided customers are left out (`with_ended` keeps them).
        """
        return self.filter(merged_into=None, voided_at=None).visible_ever_to(user)

    def visible_ever_to(self, user: User) -> AccountQuerySet:
        """`visible_to` including merged and voided customers, for redirects and undo."""
        from staff.models import Role

        if not user.is_active or user.role not in Role.values:
            return self.none()
        if user.is_top_manager:
            return self.all()
        return self.filter(self._looked_after_by(user))

    @staticmethod
    def _looked_after_by(user: User) -> Q:
        """Owned in the line; second contact in the line; unowned in the supervisor's region.

        Three indexed columns of one table: the planner may combine them with every other filter.
        """
        scope = Q(owner__in=user.line_ids) | Q(second_contacts__overlap=user.line_ids)
        if user.is_superior and user.region_id:
            scope |= Q(owner=None, region=user.region_id)
        return scope

    def search(self, term: str) -> AccountQuerySet:
        """Whoever holds every word of the term in a name, code, phone, pinyin or initials."""
        return self.filter(search.match(term))

    def with_tier_as_of(self, day: dt.date, known_at: dt.datetime | None = None) -> AccountQuerySet:
        """Adds `tier_then`: the tier in force on a day, as known at a moment (None: as now)."""
        decisions = apps.get_model("accounts", "TierDecision").objects.known_at(known_at)
        latest = decisions.filter(account=OuterRef("pk"), effective_on__lte=day).order_by(
            "-effective_on", "-decided_at", "-pk"
        )
        return self.annotate(tier_then=Coalesce(Subquery(latest.values("tier")[:1]), Value("")))

    def for_detail(self) -> AccountQuerySet:
        """With all that the customer file names of other tables, and judgements: two queries.

        As JSON, `confirmed` lists the confirmations (group, day, name), `monthly` the volumes by
        month (day, amount in words) and `agreed` the agreements (`accounts/agreement_card.py`).
        """
        confirmations = apps.get_model("accounts", "Confirmation").objects
        confirmed = confirmations.filter(account=OuterRef("pk")).values(
            json=JSONObject(group="group", on="confirmed_on", by="confirmed_by__name")
        )
        volumes = apps.get_model("accounts", "MonthlyVolume").objects
        monthly = volumes.filter(account=OuterRef("pk")).values(
            json=JSONObject(month="month", amount=Cast("amount", TextField()))
        )
        related = self.select_related("region", "owner", "annual_volume_fact", "created_by")
        judgements = apps.get_model("accounts", "Judgement").objects.select_related("judged_by")
        judged = related.prefetch_related(Prefetch("judgements", queryset=judgements))
        return judged.annotate(
            confirmed=ArraySubquery(confirmed),
            monthly=ArraySubquery(monthly),
            agreed=ArraySubquery(agreements_as_json()),
        )

    def awaiting_signature(self) -> AccountQuerySet:
        """Recognised and not yet signed (S1 第8条): neither an agreement in force nor a later one.

        A member key account needs none.
        """
        agreements = apps.get_model("accounts", "Agreement").objects.filter(account=OuterRef("pk"))
        lasting = in_force_on(timezone.localdate()) | Q(signed_on__gte=OuterRef("recognised_on"))
        waiting = self.filter(standing="key", recognised_on__isnull=False)
        return waiting.exclude(business_type="member").filter(~Exists(agreements.filter(lasting)))

    def judged(self, kind: str, answer: str | None) -> AccountQuerySet:
        """Those judged so; those not judged at all when `answer` is None."""
        answers = apps.get_model("accounts", "Judgement").objects.filter(account=OuterRef("pk"))
        if answer is None:
            return self.filter(~Exists(answers.filter(kind=kind)))
        return self.filter(Exists(answers.filter(kind=kind, value=answer)))

    def for_list(self) -> AccountQuerySet:
        """What a line of the list shows, without the long texts."""
        return self.select_related("owner", "region").defer(
            "search_text", "extra", "service_wishes", "former_names"
        )

    def with_first_to_call(self) -> AccountQuerySet:
        """Adds `people_to_call`: the contact persons still there, the first to call first."""
        people = apps.get_model("accounts", "ContactPerson").objects.filter(left_on=None)
        return self.prefetch_related(
            Prefetch("contact_people", people.order_by("-is_primary", "pk"), "people_to_call")
        )

    def editable_by(self, user: User) -> AccountQuerySet:
        """Whom the user may change: everyone they see, so far."""
        return self.visible_to(user)


def agreements_as_json() -> QuerySet[Any]:
    """The agreements of the account of the outer row, for one column of it."""
    agreements = apps.get_model("accounts", "Agreement").objects.filter(account=OuterRef("pk"))
    columns = ("kind", "number", "status", "signed_on", "starts_on", "ends_on", "ended_on")
    named = {name: name for name in ("account_id", *columns, "end_reason", "no_renewal_reason")}
    return agreements.values(json=JSONObject(id="pk", **named))


class ThroughAccountQuerySet(QuerySet[Any]):
    """Rows that belong to a customer: seen by whoever sees the customer."""

    def visible_to(self, user: User) -> Self:
        accounts = apps.get_model("accounts", "Account").objects.visible_to(user)
        return self.filter(account__in=accounts)


class InteractionQuerySet(ThroughAccountQuerySet):
    def for_timeline(self) -> InteractionQuerySet:
        """With author, contact person and corrections: two queries."""
        related = self.select_related("author", "contact_person")
        corrections = apps.get_model("accounts", "Correction").objects.select_related("author")
        return related.prefetch_related(Prefetch("corrections", queryset=corrections))


class FeedbackQuerySet(ThroughAccountQuerySet):
    def visible_to(self, user: User) -> Self:
        """Of the customers one sees; the service centre also what it wrote down itself."""
        accounts = apps.get_model("accounts", "Account").objects.visible_to(user)
        seen = Q(account__in=accounts)
        if user.is_active and user.is_service_centre:
            seen |= Q(raised_by=user)
        return self.filter(seen)

    def asked_of(self, user: User) -> Self:
        """Passed on to `user` or to a department they answer for; the file stays out of sight."""
        if not user.is_active:
            return self.none()
        mine = Q(passed_to=user) | Q(department__in=user.departments.all())
        return self.filter(mine, account__merged_into=None, account__voided_at=None)

    def untold(self) -> Self:
        """The customer waits to hear of it."""
        return self.filter(told_at=None)

    def for_list(self) -> Self:
        return self.select_related("account", "raised_by", "passed_to", "department")
