from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from accounts.querysets.account import ThroughAccountQuerySet

if TYPE_CHECKING:
    from accounts.models import Account
    from visits.models import QuestionSet


class QuestionSetQuerySet(QuerySet["QuestionSet"]):
    def in_use(self, account: Account, day: dt.date) -> QuestionSet:
        """The newest set begun by `day` that fits the kind of customer; one for all else.

        The product comes with a set for all, so there always is one.
        """
        begun = self.filter(account_kind__in=["", account.kind], begins_on__lte=day)
        return begun.order_by("-account_kind", "-begins_on", "-version")[:1].get()


class ReturnVisitQuerySet(ThroughAccountQuerySet):
    def for_list(self) -> ReturnVisitQuerySet:
        """With all that a line shows: three queries."""
        return self.select_related("account", "caller", "interaction").prefetch_related(
            "answers__question"
        )
