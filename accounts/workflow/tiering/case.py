"""What a decision about one customer rests on, and who may decide or propose."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import (
    Account,
    TierDecision,
    TierPolicy,
)
from accounts.models.tiering import decide_tier_blocker
from accounts.tier_facts import NOT_TIERED, facts_of_many
from accounts.tiering import Facts, Verdict, judge
from staff.models import User


@dataclass(frozen=True)
class Case:
    """Everything a decision about one customer rests on, as read at one moment."""

    account: Account
    policy: TierPolicy
    facts: Facts
    verdict: Verdict
    latest: TierDecision | None

    @property
    def token(self) -> str:
        """Changes whenever what the person looked at has changed."""
        seen = [
            self.policy.pk,
            self.facts.to_json(),
            self.account.tier,
            self.latest.pk if self.latest else None,
        ]
        text = json.dumps(seen, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:24]


@dataclass(frozen=True)
class Choice:
    """What a person chose for one customer, and how it is recorded."""

    tier: str
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


def open_case(account: Account, policy: TierPolicy | None = None) -> Case:
    policy = policy or TierPolicy.objects.in_force()
    facts = facts_of_many([account], policy)[account.pk]
    return Case(account, policy, facts, judge(policy.rules(), facts), latest_decision(account))


def latest_decision(account: Account) -> TierDecision | None:
    decisions = TierDecision.objects.filter(account=account).as_of(timezone.localdate())
    return decisions.select_related("decided_by", "policy").first()


def needs_reason(verdict: Verdict, tier: str) -> bool:
    """Whether choosing this tier must be explained: the rules alone do not say it."""
    return not tier or tier != verdict.settled_tier


def decide_blocker(account: Account, user: User) -> str:
    """Why `user` may not decide this customer's tier now; "" if they may."""
    return propose_blocker(account, user) or decide_tier_blocker(user)


def propose_blocker(account: Account, user: User) -> str:
    """Why `user` may not propose a tier for this customer now; "" if they may."""
    if account.standing in NOT_TIERED:
        return gettext("Prospects and former customers have no tier.")
    return account.edit_blocker(user)
