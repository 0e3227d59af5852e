"""Facts held against the bands of a policy (S1 第3条): one customer, or very many. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from accounts.tiering.bands import Band, Requirement
from accounts.tiering.facts import Facts, Source, Volume
from accounts.tiering.policy import Policy
from accounts.tiering.verdict import (
    ANNUAL_VOLUME,
    BY_FIGURE,
    FAILED,
    NOT_TESTABLE,
    PASSED,
    STRONGER,
    VOLUME_WORD,
    Check,
    Result,
    Verdict,
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
