"""Which customer a complaint is about, for whoever takes it without seeing the customer's file."""

from __future__ import annotations

from accounts.models import Account


def customer_called(name: str) -> Account | None:
    """The one customer of exactly this name.

    SECURITY: nothing is told that was not typed. Whoever takes the complaint may not see the
    file; it gets there all the same.
    """
    name = name.strip()
    if not name:
        return None
    found = list(Account.objects.filter(name=name, merged_into=None, voided_at=None)[:2])
    return found[0] if len(found) == 1 else None
