from __future__ import annotations

from typing import Self

from accounts.querysets.account import ThroughAccountQuerySet


class HandoverQuerySet(ThroughAccountQuerySet):
    """Seen by whoever sees the customer."""

    def open(self) -> Self:
        return self.filter(done_at=None, voided_at=None)

    def untold(self) -> Self:
        """Customers who do not know yet that somebody else looks after them."""
        return self.open().filter(told_on=None)

    def for_list(self) -> Self:
        return self.select_related(
            "account", "predecessor", "successor", "told_by", "first_contact"
        )
