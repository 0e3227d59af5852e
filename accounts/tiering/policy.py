"""One version of the tier rules (S1 第3条), and the rule book's own. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from accounts.tiering.bands import Axis, Band, Lint, Overlap, Requirement, Span


@dataclass(frozen=True)
class Policy:
    """One version of the tier rules. The options are readings that the text leaves open."""

    version: int
    bands: tuple[Band, ...]
    good_satisfies_fairly_good: bool = True
    large_satisfies_fairly_large: bool = True
    volume_word_separate: bool = False

    @cached_property
    def axis(self) -> Axis:
        return Axis(self.bands)

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The judgements that any tier asks for, each once."""
        return tuple(dict.fromkeys(r.kind for b in self.bands for r in b.requirements))

    def band(self, tier: str) -> Band | None:
        return next((band for band in self.bands if band.tier == tier), None)

    def counts_as(self, kind: str, value: str, accepted: tuple[str, ...]) -> bool:
        """Whether a stronger judgement counts for the weaker one that the tier asks for."""
        match kind, value:
            case "payment_reputation", "good":
                return self.good_satisfies_fairly_good and "fairly_good" in accepted
            case "volume_word", "large":
                return self.large_satisfies_fairly_large and "fairly_large" in accepted
        return False


def lint(policy: Policy) -> Lint:
    """The holes and overlaps of the volume axis, to be shown and never filled."""
    overlaps = tuple(
        Overlap(span, tiers, _told_apart_by(policy, tiers))
        for span, tiers in policy.axis.runs()
        if len(tiers) > 1
    )
    empty = tuple(band.tier for band in policy.bands if band.span.is_empty)
    return Lint(policy.axis.holes(), overlaps, empty)


def _told_apart_by(policy: Policy, tiers: tuple[str, ...]) -> str:
    bands = [band for band in policy.bands if band.tier in tiers]
    for kind in policy.kinds:
        accepted = [set(r.accepted) for band in bands for r in band.requirements if r.kind == kind]
        together = set().union(*accepted)
        if len(accepted) == len(bands) and len(together) == sum(map(len, accepted)):
            return kind
    return ""


def _asks(**accepted: str) -> tuple[Requirement, ...]:
    return tuple(Requirement(kind, (value,)) for kind, value in accepted.items())


# S1 第3条 as it stands: 以上 / 以下 read as inclusive (Q05), holes and overlaps left as they are.
RULE_BOOK = Policy(
    version=1,
    bands=(
        Band(
            "A1",
            Span(lower=Decimal(500_000)),
            _asks(volume_word="large", payment_reputation="good"),
        ),
        Band(
            "A2",
            Span(Decimal(200_000), Decimal(300_000)),
            _asks(volume_word="fairly_large", payment_reputation="fairly_good"),
        ),
        Band("B1", Span(Decimal(50_000), Decimal(100_000)), _asks(growth_potential="larger")),
        Band("B2", Span(Decimal(20_000), Decimal(50_000)), _asks(growth_potential="smaller")),
        Band("C", requirements=_asks(volume_word="fairly_large", profit_contribution="low")),
        Band(
            "D",
            requirements=_asks(
                volume_word="small", profit_rate="high", development_potential="some"
            ),
        ),
    ),
)
