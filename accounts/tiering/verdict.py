"""Every test of every tier with its result, and what follows from them; never a decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal, Self

from accounts.tiering.bands import Hole, Span
from accounts.tiering.facts import Source, Volume
from accounts.tiering.plain import as_text

Result = Literal["pass", "fail", "not_testable"]
PASSED: Result = "pass"
FAILED: Result = "fail"
NOT_TESTABLE: Result = "not_testable"

ANNUAL_VOLUME = "annual_volume"
VOLUME_WORD = "volume_word"

# Why a test came out as it did, where the input alone does not say it.
BY_FIGURE = "by_figure"  # the volume word is taken from the figure (Q06)
STRONGER = "stronger"  # a stronger judgement counts for the weaker one asked for (Q07)


@dataclass(frozen=True, slots=True)
class Check:
    """One test of one tier (or type): its input, where that came from, and what was asked for."""

    tier: str
    kind: str
    result: Result
    article: str
    value: Decimal | str | None = None
    source: Source | None = None
    span: Span | None = None
    accepted: tuple[str, ...] = ()
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        is_figure = isinstance(self.value, Decimal)
        return {
            "tier": self.tier,
            "kind": self.kind,
            "result": self.result,
            "article": self.article,
            "figure": as_text(self.value) if is_figure else None,
            "value": None if is_figure else self.value,
            "source": self.source.to_json() if self.source else None,
            "span": self.span.to_json() if self.span else None,
            "accepted": list(self.accepted),
            "note": self.note,
        }

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> Self:
        return cls(
            tier=json["tier"],
            kind=json["kind"],
            result=json["result"],
            article=json["article"],
            value=json["value"] if json["figure"] is None else Decimal(json["figure"]),
            source=Source.from_json(json["source"]) if json["source"] else None,
            span=Span.from_json(json["span"]) if json["span"] else None,
            accepted=tuple(json["accepted"]),
            note=json["note"],
        )


@dataclass(frozen=True, slots=True)
class Distance:
    """How far the volume is from a tier: `up` is what must be added, `down` what is too much.

    `also` lists the judgements of that tier which do not hold today. Where the bound is not
    inclusive, the amount itself is not enough: it must be exceeded.
    """

    tier: str
    direction: Literal["up", "down"]
    amount: Decimal
    bound: Decimal
    inclusive: bool
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drop:
    """What would take a passing tier away: the volume leaving a bound, or a judgement changing."""

    tier: str
    kind: str
    direction: Literal["below", "above", "judgement"]
    bound: Decimal | None = None
    margin: Decimal | None = None
    inclusive: bool = True
    accepted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """Every test of every tier, and what follows from them; never a decision."""

    policy_version: int
    volume: Volume | None
    checks: tuple[Check, ...]
    gap: Hole | None = None

    @cached_property
    def by_tier(self) -> dict[str, tuple[Check, ...]]:
        grouped: dict[str, list[Check]] = {}
        for check in self.checks:
            grouped.setdefault(check.tier, []).append(check)
        return {tier: tuple(checks) for tier, checks in grouped.items()}

    @cached_property
    def passing(self) -> tuple[str, ...]:
        return tuple(t for t, checks in self.by_tier.items() if all_pass(checks))

    @cached_property
    def possible(self) -> tuple[str, ...]:
        """Tiers that would pass if what is missing were known and favourable."""
        return tuple(t for t, checks in self.by_tier.items() if is_open(checks))

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """What is not known and could still change the outcome."""
        open_checks = (check for tier in self.possible for check in self.by_tier[tier])
        kinds = (c.kind for c in open_checks if c.result == NOT_TESTABLE and c.note != BY_FIGURE)
        return tuple(dict.fromkeys(kinds))

    @property
    def is_settled(self) -> bool:
        """Exactly one tier passes and no other is possible: a person may accept it as it is."""
        return len(self.passing) == 1 and not self.possible

    @property
    def settled_tier(self) -> str:
        return self.passing[0] if self.is_settled else ""

    @cached_property
    def in_band(self) -> tuple[str, ...]:
        """Tiers whose volume bounds are met; two of them are an overlap (Q04)."""
        return tuple(c.tier for c in self.checks if c.kind == ANNUAL_VOLUME and c.result == PASSED)

    @property
    def overlap(self) -> tuple[str, ...]:
        return self.in_band if len(self.in_band) > 1 else ()

    @cached_property
    def half_failed(self) -> tuple[Check, ...]:
        """Judgements that fail where the volume is met: the half that did not hold (Q08)."""
        return tuple(c for c in self.checks if c.tier in self.in_band and c.result == FAILED)

    @cached_property
    def distances(self) -> tuple[Distance, ...]:
        """The way to the next tier up; in a gap also the way back to the tier below."""
        if self.volume is None:
            return ()
        amount = self.volume.amount
        spans = {c.tier: c.span for c in self.checks if c.kind == ANNUAL_VOLUME and c.span}
        above = [s.lower for s in spans.values() if s.is_above(amount) and s.lower is not None]
        below = [s.upper for s in spans.values() if s.is_below(amount) and s.upper is not None]
        found: list[Distance] = []
        for tier, span in spans.items():
            if above and span.lower == min(above) and span.is_above(amount):
                gap, inclusive = min(above) - amount, span.lower_inclusive
                also = self._unmet(tier)
                found.append(Distance(tier, "up", gap, min(above), inclusive, also))
            if self.gap and below and span.upper == max(below) and span.is_below(amount):
                gap, inclusive = amount - max(below), span.upper_inclusive
                also = self._unmet(tier)
                found.append(Distance(tier, "down", gap, max(below), inclusive, also))
        return tuple(found)

    @cached_property
    def drops(self) -> tuple[Drop, ...]:
        passing = (check for tier in self.passing for check in self.by_tier[tier])
        return tuple(drop for check in passing for drop in _drops(check))

    def _unmet(self, tier: str) -> tuple[str, ...]:
        return tuple(
            c.kind
            for c in self.by_tier[tier]
            if c.kind != ANNUAL_VOLUME and c.result != PASSED and c.note != BY_FIGURE
        )

    def to_json(self) -> dict[str, Any]:
        gap = self.gap and {
            "span": self.gap.span.to_json(),
            "below": self.gap.below,
            "above": self.gap.above,
        }
        return {
            "policy_version": self.policy_version,
            "volume": self.volume.to_json() if self.volume else None,
            "checks": [check.to_json() for check in self.checks],
            "gap": gap,
            "passing": list(self.passing),
            "possible": list(self.possible),
            "is_settled": self.is_settled,
        }

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> Self:
        gap = json["gap"]
        return cls(
            policy_version=json["policy_version"],
            volume=Volume.from_json(json["volume"]) if json["volume"] else None,
            checks=tuple(Check.from_json(check) for check in json["checks"]),
            gap=gap and Hole(Span.from_json(gap["span"]), gap["below"], gap["above"]),
        )


def _drops(check: Check) -> list[Drop]:
    if check.kind != ANNUAL_VOLUME or check.span is None or not isinstance(check.value, Decimal):
        if check.note == BY_FIGURE:
            return []
        stronger = (str(check.value),) if check.note == STRONGER else ()
        accepted = (*stronger, *check.accepted)
        return [Drop(check.tier, check.kind, "judgement", accepted=accepted)]
    span, drops = check.span, []
    if span.lower is not None:
        margin = check.value - span.lower
        drops.append(
            Drop(check.tier, check.kind, "below", span.lower, margin, span.lower_inclusive)
        )
    if span.upper is not None:
        margin = span.upper - check.value
        drops.append(
            Drop(check.tier, check.kind, "above", span.upper, margin, span.upper_inclusive)
        )
    return drops


def all_pass(checks: Iterable[Check]) -> bool:
    return all(check.result == PASSED for check in checks)


def is_open(checks: Iterable[Check]) -> bool:
    results = {check.result for check in checks}
    return NOT_TESTABLE in results and FAILED not in results
