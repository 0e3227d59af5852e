"""What another policy would do to every customer: who moves, why, and whose they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from accounts.tier_facts import Row
from accounts.tiering import (
    BY_FIGURE,
    TIERS,
    BulkJudge,
    Check,
    Facts,
    Outcome,
    Policy,
    Verdict,
    Volume,
    judge,
)

# Where a customer can stand under a policy, in the order of the table.
STANDS = (*TIERS, "several", "gap", "open", "none")


class Why(NamedTuple):
    """One test that comes out otherwise under the other policy."""

    tier: str
    kind: str
    before: Check | None
    after: Check | None

    @property
    def follows_the_figure(self) -> bool:
        """A volume word read off the figure: the figure's own line says it already."""
        return all(check is None or check.note == BY_FIGURE for check in (self.before, self.after))


@dataclass(frozen=True, slots=True)
class Move:
    """A customer whom the two policies put in different places."""

    row: Row
    before: Outcome
    after: Outcome
    why: tuple[Why, ...]


@dataclass
class Simulation:
    """All customers counted under both policies; explanations for those who move only."""

    total: int = 0
    matrix: Counter[tuple[str, str]] = field(default_factory=Counter)
    moves: list[Move] = field(default_factory=list)
    owners: Counter[int | None] = field(default_factory=Counter)
    settled_before: int = 0
    settled_after: int = 0
    decided_no_longer_passing: int = 0
    pattern_count: int = 0


class Pair:
    """Judges each pattern of facts once under two policies, and explains it once if it moves."""

    def __init__(self, before: Policy, after: Policy) -> None:
        self.before, self.after = before, after
        self.kinds = tuple(dict.fromkeys((*before.kinds, *after.kinds)))
        self._judges = BulkJudge(before), BulkJudge(after)
        self._picks = tuple(
            tuple(self.kinds.index(kind) for kind in policy.kinds) for policy in (before, after)
        )
        self._seen: dict[tuple[object, ...], tuple[Outcome, Outcome, tuple[Why, ...]]] = {}

    def outcomes(
        self, amount: Decimal | None, other: Decimal | None, values: tuple[str | None, ...]
    ) -> tuple[Outcome, Outcome, tuple[Why, ...]]:
        """`other` is the amount under the second policy, which may be judged per group."""
        key = (self._piece(self.before, amount), self._piece(self.after, other), values)
        found = self._seen.get(key)
        if found is None:
            picked = [tuple(values[i] for i in pick) for pick in self._picks]
            before = self._judges[0].outcome(amount, picked[0])
            after = self._judges[1].outcome(other, picked[1])
            moved = before.stands_at != after.stands_at
            why = self._why(amount, other, values) if moved else ()
            found = self._seen[key] = before, after, why
        return found

    @property
    def pattern_count(self) -> int:
        return len(self._seen)

    @staticmethod
    def _piece(policy: Policy, amount: Decimal | None) -> int:
        return -1 if amount is None else policy.axis.piece(amount)

    def _why(
        self, amount: Decimal | None, other: Decimal | None, values: tuple[str | None, ...]
    ) -> tuple[Why, ...]:
        judgements = dict(zip(self.kinds, values, strict=True))
        before = _checks(judge(self.before, _facts(amount, judgements)))
        after = _checks(judge(self.after, _facts(other, judgements)))
        return tuple(
            Why(tier, kind, before.get((tier, kind)), after.get((tier, kind)))
            for tier, kind in dict.fromkeys((*before, *after))
            if _result(before.get((tier, kind))) != _result(after.get((tier, kind)))
        )


def simulate(
    rows: Iterable[Row], before: Policy, after: Policy, amounts: dict[int, Decimal | None] | None
) -> Simulation:
    """Count every row under both policies. `amounts` are those of the second policy where it is
    judged on other figures than the first (company against group)."""
    pair, found = Pair(before, after), Simulation()
    for row in rows:
        other = row.amount if amounts is None else amounts.get(row.pk)
        old, new, why = pair.outcomes(row.amount, other, row.values)
        found.total += 1
        stands = old.stands_at, new.stands_at
        found.matrix[stands] += 1
        found.settled_before += bool(old.settled_tier)
        found.settled_after += bool(new.settled_tier)
        if row.tier and row.tier in old.passing and row.tier not in new.passing:
            found.decided_no_longer_passing += 1
        if stands[0] != stands[1]:
            found.moves.append(Move(row, old, new, why))
            found.owners[row.owner_id] += 1
    found.pattern_count = pair.pattern_count
    return found


def _facts(amount: Decimal | None, judgements: dict[str, str | None]) -> Facts:
    return Facts(None if amount is None else Volume(amount), judgements)


def _checks(verdict: Verdict) -> dict[tuple[str, str], Check]:
    return {(check.tier, check.kind): check for check in verdict.checks}


def _result(check: Check | None) -> str:
    return check.result if check else ""
