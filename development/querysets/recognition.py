from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from staff.models import Role, User

if TYPE_CHECKING:
    from development.models import Deputy  # noqa: F401 (the base class names it)

# Three steps up reach the top from any post (S1 第2条), a manager below a manager included.
ABOVE = tuple(f"applicant{'__reports_to' * steps}" for steps in (1, 2, 3))


class DeputyQuerySet(QuerySet["Deputy"]):
    def visible_to(self, user: User) -> DeputyQuerySet:
        """Those that name the user, and those of the line below; the top manager's are all."""
        if not user.is_active or user.role not in Role.values:
            return self.none()
        if user.is_top_manager:
            return self.all()
        return self.filter(Q(absent__in=user.line_ids) | Q(deputy=user))

    def in_force(self, day: dt.date | None = None) -> DeputyQuerySet:
        day = day or timezone.localdate()
        return self.filter(ended_at=None, starts_on__lte=day, ends_on__gte=day)


class RecognitionQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> RecognitionQuerySet:
        """Whoever sees the customer; while it waits whoever may decide it; and whoever did."""
        accounts = apps.get_model("accounts", "Account").objects.visible_to(user)
        if not user.is_active:
            return self.none()
        return self.filter(
            Q(account__in=accounts) | self._decided_by(user) | Q(Exists(decisions_of(user)))
        )

    def decided_by_person(self, user: User) -> RecognitionQuerySet:
        """Those the user took a decision on, at whatever level, the latest first."""
        last = decisions_of(user).order_by("-at").values("at")[:1]
        rows = self.filter(Exists(decisions_of(user))).annotate(answered_at=Subquery(last))
        found: RecognitionQuerySet = rows.order_by("-answered_at", "-pk")
        return found

    def waiting_for(self, user: User) -> RecognitionQuerySet:
        """What the user may decide today, in their own post or in an absent superior's."""
        if not user.is_active:
            return self.none()
        return self.filter(self._decided_by(user))

    def _decided_by(self, user: User) -> Q:
        """Waiting, at a level whose post the user holds or stands in for, and not barred."""
        turn = Q(pk__in=[])
        for person in represented_by(user):
            above = Q(applicant__in=person.line_ids)
            if person.role == Role.MANAGER:  # a manager's own goes to another manager
                above |= Q(applicant__role=Role.MANAGER)
            turn |= Q(post=person.role) & above & ~Q(applicant=person)
        barred = Exists(barring(user=user.pk))
        return Q(status="submitted") & turn & ~Q(applicant=user) & ~Q(barred)

    def with_decider(self) -> RecognitionQuerySet:
        """Adds `decider_id`: with whom a waiting one lies, the nearest first; None where nobody."""
        managers = User.objects.colleagues().filter(role=Role.MANAGER)
        another = managers.exclude(pk=OuterRef("applicant")).order_by("pk").values("pk")[:1]
        number: dict[str, Any] = {"default": None, "output_field": BigIntegerField()}
        holders = [
            When(**{f"{path}__role": F("post"), f"{path}__is_active": True, "then": F(path)})
            for path in ABOVE
        ]
        of_manager = Q(applicant__role=Role.MANAGER, post=Role.MANAGER)
        holder = Case(*holders, When(of_manager, then=Subquery(another)), **number)
        deputies = apps.get_model("development", "Deputy").objects.in_force()
        named = deputies.filter(absent=OuterRef("holder_id"), deputy__is_active=True)
        deputy = named.order_by("-pk").values("deputy")[:1]
        rows = self.annotate(holder_id=holder)
        rows = rows.annotate(
            person_id=Coalesce(Subquery(deputy), F("holder_id"), output_field=BigIntegerField())
        )
        free = When(
            ~Exists(barring(user=OuterRef("person_id"))) & ~Q(applicant=F("person_id")),
            then=F("person_id"),
        )
        found: RecognitionQuerySet = rows.annotate(decider_id=Case(free, **number))
        return found

    def for_list(self) -> RecognitionQuerySet:
        return self.select_related("account", "applicant", "decided_by")

    def for_detail(self) -> RecognitionQuerySet:
        """With goods and steps: three queries."""
        steps = apps.get_model("development", "RecognitionStep").objects
        related = self.select_related(
            "account", "account__owner", "applicant__reports_to", "decided_by", "tier_decision",
            "tier_policy",
        )  # fmt: skip
        return related.prefetch_related(
            "lines", Prefetch("steps", steps.select_related("actor", "acting_for"))
        )


def represented_by(user: User) -> list[User]:
    """The user, and the superiors they stand in for today."""
    absent = User.objects.filter(
        deputies__in=apps.get_model("development", "Deputy").objects.in_force().filter(deputy=user)
    )
    return [person for person in (user, *absent.distinct()) if person.is_superior]


def decisions_of(user: User) -> QuerySet[Any]:
    """The decisions of one person on the application of the outer row."""
    steps = apps.get_model("development", "RecognitionStep").objects
    found: QuerySet[Any] = steps.filter(
        application=OuterRef("pk"), actor=user, verb__in=("approved", "refused", "sent_back")
    )
    return found


def barring(*, user: Any) -> QuerySet[Any]:
    """Steps by which somebody may not decide: handing it in, editing later, another level."""
    steps = apps.get_model("development", "RecognitionStep").objects.filter(
        application=OuterRef("pk"), actor=user
    )
    other_level = Q(verb="approved") & ~Q(level=OuterRef("level"))
    return steps.filter(Q(verb="submitted") | Q(verb="edited", round__gt=0) | other_level)


class RecognitionPartQuerySet(QuerySet[Any]):
    """What belongs to an application: seen by whoever sees it."""

    def visible_to(self, user: User) -> RecognitionPartQuerySet:
        seen = apps.get_model("development", "RecognitionApplication").objects.visible_to(user)
        return self.filter(application__in=seen)
