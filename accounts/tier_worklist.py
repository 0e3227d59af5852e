"""What waits for a person, counted and listed from verdicts over many customers. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils.translation import gettext

from accounts.models import Account, TierPolicy
from accounts.querysets.account import AccountQuerySet
from accounts.tier_facts import Row, facts_of_many, rows, tiered
from accounts.tiering import TIERS, BulkJudge, Outcome, judge
from accounts.tiering_text import Explanation, explain
from accounts.workflow.tiering import Settled

TIERS_AND_NONE = (*TIERS, "")
# What a customer may wait for; the order of the tabs.
STATES = ("differs", "choose", "gap", "none", "open")


@dataclass
class Survey:
    """Verdicts of all customers of a queryset, counted."""

    total: int = 0
    decided: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    acceptable: int = 0
    differs: int = 0


@dataclass(frozen=True)
class Line:
    """One customer of a list with its verdict in words."""

    account: Account
    text: Explanation
    amount: Decimal | None  # the annual volume that was judged
    settled_tier: str = ""


def survey(accounts: AccountQuerySet) -> Survey:
    found = Survey()
    for row, outcome in _judged(accounts):
        found.total += 1
        found.decided[row.tier] += 1
        found.states[outcome.state] += 1
        found.missing.update(outcome.missing)
        found.differs += _differs(row, outcome)
        found.acceptable += bool(outcome.settled_tier) and outcome.settled_tier != row.tier
    return found


def in_state(accounts: AccountQuerySet, state: str) -> list[int]:
    """Customer numbers whose verdict is in a state, or whose decided tier no longer passes."""
    return [
        row.pk
        for row, outcome in _judged(accounts)
        if (_differs(row, outcome) if state == "differs" else outcome.state == state)
    ]


def state_labels() -> list[tuple[str, str]]:
    words = {
        "differs": gettext("Decided tier no longer passes"),
        "choose": gettext("More than one possible"),
        "gap": gettext("In a gap"),
        "none": gettext("None passes"),
        "open": gettext("Not all known"),
    }
    return [(state, words[state]) for state in STATES]


def explained(accounts: AccountQuerySet, pks: Sequence[int]) -> list[Line]:
    """The verdicts of one page of customers, in the order given."""
    policy = TierPolicy.objects.in_force()
    rules = policy.rules()
    found = accounts.select_related("annual_volume_fact", "owner").in_bulk(list(pks))
    facts = facts_of_many(found.values(), policy)
    verdicts = [(found[pk], judge(rules, facts[pk])) for pk in pks if pk in found]
    return [
        Line(account, explain(verdict), verdict.volume.amount if verdict.volume else None)
        for account, verdict in verdicts
    ]


def settled_lines(accounts: AccountQuerySet, found: Settled, pks: Sequence[int]) -> list[Line]:
    return [
        replace(line, settled_tier=found.tiers[line.account.pk])
        for line in explained(accounts, pks)
    ]


def _judged(accounts: AccountQuerySet) -> list[tuple[Row, Outcome]]:
    policy = TierPolicy.objects.in_force()
    judges = BulkJudge(policy.rules())
    return [
        (row, judges.outcome(row.amount, row.values))
        for row in rows(tiered(accounts), judges.policy.kinds, policy.judged_per)
    ]


def _differs(row: Row, outcome: Outcome) -> bool:
    return bool(row.tier) and row.tier not in outcome.passing and row.tier not in outcome.possible
