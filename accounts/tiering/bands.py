"""The axis of the annual volume, and what the tiers claim of it. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from accounts.tiering.plain import as_decimal, as_text

TIERS = ("A1", "A2", "B1", "B2", "C", "D")
ARTICLES = {tier: f"S1-A3-{tier}" for tier in TIERS}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the volume axis in yuan; a missing bound is open-ended."""

    lower: Decimal | None = None
    upper: Decimal | None = None
    lower_inclusive: bool = True
    upper_inclusive: bool = True

    @property
    def is_bounded(self) -> bool:
        return self.lower is not None or self.upper is not None

    @property
    def is_empty(self) -> bool:
        if self.lower is None or self.upper is None:
            return False
        is_point = self.lower == self.upper and self.lower_inclusive and self.upper_inclusive
        return not (self.lower < self.upper or is_point)

    def is_above(self, volume: Decimal) -> bool:
        """Whether the whole span lies above `volume`."""
        if self.lower is None:
            return False
        return volume < self.lower or (volume == self.lower and not self.lower_inclusive)

    def is_below(self, volume: Decimal) -> bool:
        if self.upper is None:
            return False
        return volume > self.upper or (volume == self.upper and not self.upper_inclusive)

    def __contains__(self, volume: Decimal) -> bool:
        return not self.is_above(volume) and not self.is_below(volume)

    def to_json(self) -> dict[str, Any]:
        return {
            "lower": as_text(self.lower),
            "upper": as_text(self.upper),
            "lower_inclusive": self.lower_inclusive,
            "upper_inclusive": self.upper_inclusive,
        }

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> Self:
        return cls(
            as_decimal(json["lower"]),
            as_decimal(json["upper"]),
            json["lower_inclusive"],
            json["upper_inclusive"],
        )


@dataclass(frozen=True, slots=True)
class Requirement:
    """A judgement that a tier asks for: one of the accepted values."""

    kind: str
    accepted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """What one tier asks for: a span of the annual volume, judgements, or both."""

    tier: str
    span: Span = Span()
    requirements: tuple[Requirement, ...] = ()

    @property
    def article(self) -> str:
        return ARTICLES[self.tier]


@dataclass(frozen=True, slots=True)
class Hole:
    """A stretch that belongs to no tier, between the tiers below and above it (Q01–Q03)."""

    span: Span
    below: str | None
    above: str | None


@dataclass(frozen=True, slots=True)
class Overlap:
    """A stretch or a single point that several tiers claim (Q04).

    `told_apart_by` names the judgement whose accepted values exclude one another, or is "" where
    nothing in the policy tells the tiers apart.
    """

    span: Span
    tiers: tuple[str, ...]
    told_apart_by: str


@dataclass(frozen=True, slots=True)
class Lint:
    holes: tuple[Hole, ...]
    overlaps: tuple[Overlap, ...]
    empty: tuple[str, ...]  # tiers whose bounds exclude every figure


class Axis:
    """The axis cut at every bound: n bounds give n points and n + 1 open stretches between them.

    Piece 2i is the open stretch before bound i, piece 2i + 1 is bound i itself. Every figure in a
    piece meets the same bounds, so the piece stands for the figure when customers are judged in
    bulk.
    """

    def __init__(self, bands: Iterable[Band]) -> None:
        self.bands = tuple(b for b in bands if b.span.is_bounded and not b.span.is_empty)
        bounds = {bound for b in self.bands for bound in (b.span.lower, b.span.upper)}
        self.bounds = sorted(bound for bound in bounds if bound is not None)
        self.tiers_at = tuple(
            tuple(b.tier for b in self.bands if self._first(b.span) <= piece <= self._last(b.span))
            for piece in range(2 * len(self.bounds) + 1)
        )

    def piece(self, volume: Decimal) -> int:
        index = bisect_left(self.bounds, volume)
        is_bound = index < len(self.bounds) and self.bounds[index] == volume
        return 2 * index + is_bound

    def _first(self, span: Span) -> int:
        if span.lower is None:
            return 0
        return 2 * self.bounds.index(span.lower) + (1 if span.lower_inclusive else 2)

    def _last(self, span: Span) -> int:
        if span.upper is None:
            return 2 * len(self.bounds)
        return 2 * self.bounds.index(span.upper) + (1 if span.upper_inclusive else 0)

    def runs(self) -> list[tuple[Span, tuple[str, ...]]]:
        """The axis from left to right as maximal spans that the same tiers claim."""
        runs: list[tuple[Span, tuple[str, ...]]] = []
        start = 0
        for piece in range(1, len(self.tiers_at) + 1):
            if piece == len(self.tiers_at) or self.tiers_at[piece] != self.tiers_at[start]:
                runs.append((self._span(start, piece - 1), self.tiers_at[start]))
                start = piece
        return runs

    def _span(self, first: int, last: int) -> Span:
        lower = (first - 1) // 2 if first else None
        upper = last // 2 if last < len(self.tiers_at) - 1 else None
        return Span(
            None if lower is None else self.bounds[lower],
            None if upper is None else self.bounds[upper],
            first % 2 == 1,
            last % 2 == 1,
        )

    def holes(self) -> tuple[Hole, ...]:
        runs = self.runs() if self.bounds else []
        return tuple(
            Hole(
                span,
                below=runs[i - 1][1][0] if i else None,
                above=runs[i + 1][1][-1] if i + 1 < len(runs) else None,
            )
            for i, (span, tiers) in enumerate(runs)
            if not tiers
        )
