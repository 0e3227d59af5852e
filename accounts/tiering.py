"""What the rule book says about a customer's tier and type (S1 第3–4条), as pure functions.

Nothing here reads the database or decides: `judge` lists every test with its input, threshold and
article, and a person decides. What nobody knows is never taken for zero or for "no": a test whose
input is missing is *not testable*, and a tier that hangs on it is *possible*. Verdicts hold codes
and numbers only, so that a verdict frozen years ago still reads in the reader's language.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal, Self

Result = Literal["pass", "fail", "not_testable"]
PASSED: Result = "pass"
FAILED: Result = "fail"
NOT_TESTABLE: Result = "not_testable"

TIERS = ("A1", "A2", "B1", "B2", "C", "D")
ARTICLES = {tier: f"S1-A3-{tier}" for tier in TIERS}
ANNUAL_VOLUME = "annual_volume"
VOLUME_WORD = "volume_word"

# Why a test came out as it did, where the input alone does not say it.
BY_FIGURE = "by_figure"  # the volume word is taken from the figure (Q06)
STRONGER = "stronger"  # a stronger judgement counts for the weaker one asked for (Q07)

AGREEMENT, MEMBER = "agreement", "member"
ORGANISATION, INDIVIDUAL = "organisation", "individual"


# --- The volume axis --------------------------------------------------------------------------


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
            "lower": _text(self.lower),
            "upper": _text(self.upper),
            "lower_inclusive": self.lower_inclusive,
            "upper_inclusive": self.upper_inclusive,
        }

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> Self:
        return cls(
            _decimal(json["lower"]),
            _decimal(json["upper"]),
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


# --- Policy and facts -------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class Source:
    """Who or what said so, and on which day."""

    label: str = ""
    on: date | None = None

    def to_json(self) -> dict[str, Any]:
        return {"label": self.label, "on": _text(self.on)}

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> Self:
        return cls(json["label"], _date(json["on"]))


@dataclass(frozen=True, slots=True)
class Volume:
    """An annual volume with what it means: basis and period are not settled by the text (Q12)."""

    amount: Decimal
    basis: str = ""
    period_from: date | None = None
    period_to: date | None = None
    source: str = ""
    as_of: date | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "amount": _text(self.amount),
            "basis": self.basis,
            "period_from": _text(self.period_from),
            "period_to": _text(self.period_to),
            "source": self.source,
            "as_of": _text(self.as_of),
        }

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> Self:
        return cls(
            Decimal(json["amount"]),
            json["basis"],
            _date(json["period_from"]),
            _date(json["period_to"]),
            json["source"],
            _date(json["as_of"]),
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one customer. A missing, None or empty judgement is *not judged*."""

    volume: Volume | None = None
    judgements: Mapping[str, str | None] = field(default_factory=dict)
    judged: Mapping[str, Source] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "volume": self.volume.to_json() if self.volume else None,
            "judgements": dict(self.judgements),
            "judged": {kind: source.to_json() for kind, source in self.judged.items()},
        }

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> Self:
        return cls(
            Volume.from_json(json["volume"]) if json["volume"] else None,
            json["judgements"],
            {kind: Source.from_json(source) for kind, source in json["judged"].items()},
        )


# --- Verdict ----------------------------------------------------------------------------------


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
            "figure": _text(self.value) if is_figure else None,
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
        return tuple(t for t, checks in self.by_tier.items() if _all_pass(checks))

    @cached_property
    def possible(self) -> tuple[str, ...]:
        """Tiers that would pass if what is missing were known and favourable."""
        return tuple(t for t, checks in self.by_tier.items() if _is_open(checks))

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


def judge(policy: Policy, facts: Facts) -> Verdict:
    """Test the facts against every tier of the policy (S1 第3条)."""
    amount = facts.volume.amount if facts.volume else None
    checks = tuple(check for band in policy.bands for check in _checks(policy, band, facts))
    gap = None
    if amount is not None:
        gap = next((hole for hole in policy.axis.holes() if amount in hole.span), None)
    return Verdict(policy.version, facts.volume, checks, gap)


def _checks(policy: Policy, band: Band, facts: Facts) -> list[Check]:
    checks: list[Check] = []
    by_volume: Result | None = None
    if band.span.is_bounded:
        checks.append(_check_volume(band, facts.volume))
        by_volume = checks[0].result
    for requirement in band.requirements:
        is_word = requirement.kind == VOLUME_WORD and not policy.volume_word_separate
        follows = by_volume if is_word else None
        checks.append(_check_judgement(policy, band, requirement, facts, follows))
    return checks


def _check_volume(band: Band, volume: Volume | None) -> Check:
    result = NOT_TESTABLE
    if volume is not None:
        result = PASSED if volume.amount in band.span else FAILED
    return Check(
        tier=band.tier,
        kind=ANNUAL_VOLUME,
        result=result,
        article=band.article,
        value=volume.amount if volume else None,
        source=Source(volume.source, volume.as_of) if volume else None,
        span=band.span,
    )


def _check_judgement(
    policy: Policy, band: Band, requirement: Requirement, facts: Facts, follows: Result | None
) -> Check:
    """`follows` is the result of the volume test where the volume word is read off the figure."""
    value = facts.judgements.get(requirement.kind) or None
    note = ""
    if follows is not None:
        result, note = follows, BY_FIGURE
    elif value is None:
        result = NOT_TESTABLE
    elif value in requirement.accepted:
        result = PASSED
    elif policy.counts_as(requirement.kind, value, requirement.accepted):
        result, note = PASSED, STRONGER
    else:
        result = FAILED
    return Check(
        tier=band.tier,
        kind=requirement.kind,
        result=result,
        article=band.article,
        value=value,
        source=facts.judged.get(requirement.kind) if value else None,
        accepted=requirement.accepted,
        note=note,
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


def _all_pass(checks: Iterable[Check]) -> bool:
    return all(check.result == PASSED for check in checks)


def _is_open(checks: Iterable[Check]) -> bool:
    results = {check.result for check in checks}
    return NOT_TESTABLE in results and FAILED not in results


# --- Many customers at once -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """The short form of a verdict, for counting."""

    passing: tuple[str, ...]
    possible: tuple[str, ...]
    missing: tuple[str, ...]
    is_gap: bool

    @property
    def settled_tier(self) -> str:
        return self.passing[0] if len(self.passing) == 1 and not self.possible else ""

    @property
    def state(self) -> str:
        """What the verdict comes to, as one word: settled, choose, gap, open or none."""
        if self.settled_tier:
            return "settled"
        if self.passing:
            return "choose"
        if self.is_gap:
            return "gap"
        return "open" if self.possible else "none"

    @property
    def stands_at(self) -> str:
        """Where the rules alone put the customer: a tier, or why they do not."""
        if len(self.passing) == 1:
            return self.passing[0]
        return "several" if self.passing else self.state


class BulkJudge:
    """Judges each distinct pattern of facts once: the piece of the axis and the judgements asked
    for stand for a customer, and a company has far fewer patterns than customers."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._outcomes: dict[tuple[int, tuple[str | None, ...]], Outcome] = {}

    def outcome(self, amount: Decimal | None, values: tuple[str | None, ...]) -> Outcome:
        """`values` are the judgements in the order of `policy.kinds`."""
        piece = -1 if amount is None else self.policy.axis.piece(amount)
        key = (piece, values)
        found = self._outcomes.get(key)
        if found is None:
            volume = None if amount is None else Volume(amount)
            judgements = dict(zip(self.policy.kinds, values, strict=True))
            verdict = judge(self.policy, Facts(volume, judgements))
            found = Outcome(
                verdict.passing, verdict.possible, verdict.missing, verdict.gap is not None
            )
            self._outcomes[key] = found
        return found

    @property
    def pattern_count(self) -> int:
        return len(self._outcomes)


# --- The policy itself ------------------------------------------------------------------------


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


# --- Business type (S1 第4条) -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TypeFacts:
    """What the two business types are judged on; None is *not known*."""

    account_kind: str | None = None  # organisation or individual
    is_end_customer: bool | None = None
    long_term_intention: bool | None = None
    vip_agreement_in_force: bool | None = None
    judgements: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class TypeVerdict:
    """The tests of both types; `none` is a proper answer, with the failed condition named (Q17)."""

    checks: tuple[Check, ...]

    @property
    def passing(self) -> tuple[str, ...]:
        return tuple(t for t in (AGREEMENT, MEMBER) if _all_pass(self.of(t)))

    @property
    def possible(self) -> tuple[str, ...]:
        return tuple(t for t in (AGREEMENT, MEMBER) if _is_open(self.of(t)))

    @property
    def missing(self) -> tuple[str, ...]:
        open_checks = (check for business_type in self.possible for check in self.of(business_type))
        return tuple(dict.fromkeys(c.kind for c in open_checks if c.result == NOT_TESTABLE))

    @property
    def is_settled(self) -> bool:
        return len(self.passing) == 1 and not self.possible

    def of(self, business_type: str) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.tier == business_type)

    def to_json(self) -> dict[str, Any]:
        return {"checks": [check.to_json() for check in self.checks]}

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> Self:
        return cls(tuple(Check.from_json(check) for check in json["checks"]))


# "较大" and "较高" ask for at least that much: the stronger word counts as well.
MEMBER_REQUIREMENTS = (
    Requirement(VOLUME_WORD, ("large", "fairly_large")),
    Requirement("purchase_frequency", ("high", "fairly_high")),
    Requirement("loyalty", ("loyal",)),
)


def judge_type(facts: TypeFacts) -> TypeVerdict:
    """Test the facts against both business types (S1 第4条)."""
    agreement: dict[str, tuple[str | None, str]] = {
        "account_kind": (facts.account_kind, ORGANISATION),
        "is_end_customer": (_yes_no(facts.is_end_customer), "yes"),
        "long_term_intention": (_yes_no(facts.long_term_intention), "yes"),
        "vip_agreement_in_force": (_yes_no(facts.vip_agreement_in_force), "yes"),
    }
    checks = [
        _type_check(AGREEMENT, kind, value, (wanted,))
        for kind, (value, wanted) in agreement.items()
    ]
    checks.append(_type_check(MEMBER, "account_kind", facts.account_kind, (INDIVIDUAL,)))
    checks.extend(
        _type_check(MEMBER, r.kind, facts.judgements.get(r.kind), r.accepted)
        for r in MEMBER_REQUIREMENTS
    )
    return TypeVerdict(tuple(checks))


def _type_check(
    business_type: str, kind: str, value: str | None, accepted: tuple[str, ...]
) -> Check:
    result = (PASSED if value in accepted else FAILED) if value else NOT_TESTABLE
    article = "S1-A4-1" if business_type == AGREEMENT else "S1-A4-2"
    return Check(business_type, kind, result, article, value=value or None, accepted=accepted)


# --- The rule book's own bands ----------------------------------------------------------------


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


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else ("yes" if value else "no")


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _date(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)
