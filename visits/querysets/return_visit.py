from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import F, QuerySet

from accounts.querysets.account import ThroughAccountQuerySet

if TYPE_CHECKING:
    from accounts.models import Account
    from staff.models import User
    from visits.models import QuestionSet


class QuestionSetQuerySet(QuerySet["QuestionSet"]):
    def visible_to(self, user: User) -> QuestionSetQuerySet:
        """Everybody here may read what is asked on return visits."""
        return self.all() if user.is_active else self.none()

    def in_force_for(self, account: Account) -> QuestionSet:
        """The set of the customer's kind where there is one, else the one for all."""
        sets = self.filter(retired_at=None, account_kind__in=["", account.kind])
        return sets.order_by(F("account_kind").desc())[0]

    def for_list(self) -> QuestionSetQuerySet:
        return self.select_related("published_by").prefetch_related("questions")


class ReturnVisitQuerySet(ThroughAccountQuerySet):
    def counting(self) -> ReturnVisitQuerySet:
        """Those that were not voided."""
        return self.filter(interaction__voided_at=None)

    def for_list(self) -> ReturnVisitQuerySet:
        return self.select_related("account", "interaction__author", "interaction__contact_person")

    def last_of(self, account: Account) -> Any:
        """The last one that counts, with its answers; None when there was none."""
        rows = self.counting().filter(account=account).select_related("interaction__author")
        return rows.order_by("-interaction__happened_at", "-pk").first()


class AnswerQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> AnswerQuerySet:
        """Of return visits to customers one sees, voided ones left out."""
        visits = apps.get_model("visits", "ReturnVisit").objects.visible_to(user)
        return self.filter(return_visit__in=visits.counting())

    def given_in(self, start: dt.date, end: dt.date) -> AnswerQuerySet:
        """Of calls made from a day until a day, both included."""
        return self.filter(return_visit__interaction__happened_at__date__range=(start, end))

    def dissatisfied(self) -> AnswerQuerySet:
        return self.filter(satisfaction="dissatisfied")
