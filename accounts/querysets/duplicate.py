from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import QuerySet

if TYPE_CHECKING:
    from accounts.models import AccountMerge, DuplicatePair  # noqa: F401 (named by the base class)
    from accounts.querysets.account import AccountQuerySet
    from staff.models import User


def _accounts() -> AccountQuerySet:
    queryset: AccountQuerySet = apps.get_model("accounts", "Account").objects.all()
    return queryset


class DuplicatePairQuerySet(QuerySet["DuplicatePair"]):
    def visible_to(self, user: User) -> DuplicatePairQuerySet:
        """Pairs of which the user sees both customers; merged and voided ones are settled."""
        seen = _accounts().visible_to(user)
        return self.filter(first__in=seen, second__in=seen)

    def open(self) -> DuplicatePairQuerySet:
        return self.filter(dismissed_at=None)

    def dismissed(self) -> DuplicatePairQuerySet:
        return self.filter(dismissed_at__isnull=False)

    def for_list(self) -> DuplicatePairQuerySet:
        return self.select_related(
            "first__owner", "first__region", "second__owner", "second__region", "dismissed_by"
        )


class AccountMergeQuerySet(QuerySet["AccountMerge"]):
    def visible_to(self, user: User) -> AccountMergeQuerySet:
        """Merges of which the user sees what was kept, even if that was merged on since."""
        return self.filter(kept__in=_accounts().visible_ever_to(user))
