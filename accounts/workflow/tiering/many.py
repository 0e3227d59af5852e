"""Many customers at once: settled verdicts, old ledgers, a signed round."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import (
    DecisionOrigin,
    Standing,
    TierPolicy,
    TierRound,
)
from accounts.models.tiering import decide_tier_blocker
from accounts.querysets.account import AccountQuerySet
from accounts.tier_facts import rows, tiered
from accounts.tiering import BulkJudge
from staff.models import User
from staff.transitions import TransitionDenied

from .case import Choice
from .shared import future_blocker, lock_many, record_many, refuse_for

# What one person signs at once; the rest waits for the next signature.
BULK_LIMIT = 5000


@dataclass(frozen=True)
class Settled:
    """Customers whose verdict leaves one tier that is not theirs yet."""

    tiers: dict[int, str]  # customer → the settled tier
    total: int  # with those beyond what one signature takes

    @property
    def token(self) -> str:
        text = json.dumps(sorted(self.tiers.items()))
        return hashlib.sha256(text.encode()).hexdigest()[:24]


def settled(accounts: AccountQuerySet, *, tier: str = "", carried_over: bool = False) -> Settled:
    """Which customers of the queryset a person may accept at once, by customer number.

    Normally those whose tier would change; with `carried_over` those whose tier came from an old
    ledger and is what the rules say, so that accepting turns it into a decision of today.
    """
    policy = TierPolicy.objects.in_force()
    judges = BulkJudge(policy.rules())
    found: dict[int, str] = {}
    total = 0
    for row in rows(tiered(accounts), judges.policy.kinds, policy.judged_per):
        settled_tier = judges.outcome(row.amount, row.values).settled_tier
        if settled_tier and (settled_tier == row.tier) is carried_over:
            if tier and settled_tier != tier:
                continue
            total += 1
            if len(found) < BULK_LIMIT:
                found[row.pk] = settled_tier
    return Settled(found, total)


@transaction.atomic
def accept_settled(
    accounts: AccountQuerySet,
    *,
    actor: User,
    effective_on: dt.date,
    seen: str,
    tier: str = "",
    carried_over: bool = False,
) -> int:
    """Accept every settled verdict of the queryset, if it is still the list the person saw."""
    refuse_for(decide_tier_blocker(actor))
    refuse_for(future_blocker(effective_on))
    now = settled(accounts, tier=tier, carried_over=carried_over)
    locked = lock_many(now.tiers)
    if settled(accounts, tier=tier, carried_over=carried_over).token != seen or now.token != seen:
        raise TransitionDenied(gettext("The list has changed since you opened it. Look again."))
    choices = {pk: Choice(settled_tier) for pk, settled_tier in now.tiers.items()}
    return record_many(locked, choices, actor, DecisionOrigin.ACCEPTED, effective_on)


@transaction.atomic
def carry_over(
    choices: Mapping[int, Choice],
    *,
    actor: User,
    effective_on: dt.date,
    file_name: str,
    dated: dt.date,
) -> int:
    """Record what an old ledger says, by customer, as the manager's decisions.

    They stand in the list of carried-over decisions until somebody reviews them.
    """
    refuse_for(carry_over_blocker(actor))
    refuse_for(future_blocker(effective_on))
    locked = lock_many(choices)
    # Whoever was a customer once keeps the history of then.
    if any(row.standing == Standing.PROSPECT and choices[row.pk].tier for row in locked):
        raise TransitionDenied(gettext("Prospects and former customers have no tier."))
    details = {"carried_from": file_name, "carried_on": dated}
    told = {pk: replace(choice, details=details) for pk, choice in choices.items()}
    return record_many(locked, told, actor, DecisionOrigin.CARRIED_OVER, effective_on)


def carry_over_blocker(user: User) -> str:
    """Why `user` may not carry over tiers from an old ledger; "" if they may."""
    if user.is_active and user.is_manager:
        return ""
    return gettext("Only the key account manager can carry over tiers from an old ledger.")


def decide_round(round_: TierRound, choices: Mapping[int, Choice], *, actor: User) -> int:
    """Record the signed lines of a round; inside the transaction that signs it."""
    locked = lock_many(choices)
    return record_many(locked, choices, actor, DecisionOrigin.ROUND, round_.effective_on)
