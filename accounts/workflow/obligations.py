"""What somebody just did shows on the desk at once, not only after the nightly run."""

from __future__ import annotations

from accounts.models import Account
from staff import duties


def follow(account: Account, *codes: str) -> None:
    """Bring these duties (all, if none is named) of one customer in line with the facts.

    Call it last in the transaction that changed them: it takes each duty's lock until the end.
    """
    if not codes:
        duties.synchronise_all(accounts=[account.pk])
    for code in codes:
        duties.synchronise(duties.DUTIES[code], accounts=[account.pk])
