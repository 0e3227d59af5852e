"""A verdict, or the one on a business type, as a page shows it: the answer first, then why."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from accounts import tiering
from accounts.models import VolumeBasis, VolumeSource
from accounts.tier_facts import GROUP
from accounts.tiering import Check, Distance, Drop, Outcome, TypeVerdict, Verdict
from accounts.tiering_text.words import (
    accepted_text,
    checked_value,
    gap_text,
    kind_label,
    kinds_listed,
    listed,
    money,
    result_word,
    span_text,
    tier_label,
)
from staff.articles import get_article


@dataclass(frozen=True)
class RowText:
    """One test, ready for a table row."""

    test: str
    value: str  # "" where nothing is known
    source: str
    asked: str
    result: str  # the code: pass, fail, not_testable
    result_word: str
    note: str


@dataclass(frozen=True)
class TierText:
    tier: str
    label: str
    article: str  # a citation, such as S1-A3-A1
    result: str
    result_word: str
    rows: tuple[RowText, ...]

    @property
    def article_code(self) -> str:
        return get_article(self.article).code

    @property
    def article_number(self) -> str:
        return str(get_article(self.article).number)


@dataclass(frozen=True)
class Explanation:
    """A verdict as a page shows it: the answer first, then its reasons."""

    tone: str  # settled, choose, gap, open or none
    headline: str
    sentences: tuple[str, ...]
    volume: str
    volume_source: str
    tiers: tuple[TierText, ...]
    missing: tuple[str, ...]
    distances: tuple[str, ...]
    drops: tuple[str, ...]
    policy_version: int


def explain(verdict: Verdict) -> Explanation:
    """The whole verdict in words, for a page or a printout."""
    return Explanation(
        tone=tone(verdict),
        headline=headline(verdict),
        sentences=tuple(_sentences(verdict)),
        volume=money(verdict.volume.amount) if verdict.volume else "",
        volume_source=_volume_source(verdict.volume),
        tiers=tuple(tier_text(tier, checks) for tier, checks in verdict.by_tier.items()),
        missing=tuple(kind_label(kind) for kind in verdict.missing),
        distances=tuple(_distance(verdict, distance) for distance in verdict.distances),
        drops=tuple(_drop(drop) for drop in verdict.drops),
        policy_version=verdict.policy_version,
    )


def tone(verdict: Verdict) -> str:
    return Outcome(
        verdict.passing, verdict.possible, verdict.missing, verdict.gap is not None
    ).state


def headline(verdict: Verdict) -> str:
    """One sentence: what the rules say, or that they do not say."""
    names = {"tiers": listed(verdict.passing), "possible": listed(verdict.possible)}
    if verdict.is_settled:
        return gettext("The rules settle it: %(tiers)s.") % names
    if len(verdict.passing) > 1:
        return (
            gettext(
                "More than one tier passes: %(tiers)s. The text sets no order: a person decides."
            )
            % names
        )
    if verdict.passing:
        return gettext("%(tiers)s passes. Not ruled out yet: %(possible)s.") % names
    if verdict.gap is not None:
        return gettext("No tier by volume: %(gap)s.") % {"gap": gap_text(verdict.gap)}
    if verdict.volume is None:
        return gettext("Not testable yet: the annual volume is not known.")
    if verdict.possible:
        return gettext("What is known does not settle it. Still possible: %(possible)s.") % names
    return gettext("No tier passes. A person decides, with a reason.")


def _sentences(verdict: Verdict) -> list[str]:
    found = []
    if verdict.gap is not None and verdict.passing:
        found.append(gettext("By volume no tier: %(gap)s.") % {"gap": gap_text(verdict.gap)})
    elif verdict.gap is not None:
        found.append(
            gettext("The rule book leaves this stretch open; it is not filled by the nearest tier.")
        )
    if verdict.overlap:
        found.append(
            gettext("%(volume)s lies within the bounds of %(tiers)s: the figure alone cannot tell.")
            % {
                "volume": money(verdict.volume.amount) if verdict.volume else "",
                "tiers": listed(verdict.overlap),
            }
        )
    for check in verdict.half_failed:
        found.append(
            gettext("%(tier)s: the volume fits, but %(kind)s is “%(value)s”, not “%(asked)s”.")
            % {
                "tier": check.tier,
                "kind": kind_label(check.kind),
                "value": checked_value(check),
                "asked": accepted_text(check.kind, check.accepted),
            }
        )
    if verdict.possible and (verdict.gap is not None or len(verdict.passing) > 1):
        found.append(
            gettext("Not ruled out yet: %(possible)s.") % {"possible": listed(verdict.possible)}
        )
    if verdict.missing:
        found.append(gettext("Not known: %(kinds)s.") % {"kinds": kinds_listed(verdict.missing)})
    return found


def _volume_source(volume: tiering.Volume | None) -> str:
    """Basis, period, source and as-of day of a figure (Q12)."""
    if volume is None:
        return ""
    if volume.basis == GROUP:
        return gettext("Known volumes of the parent company and its subsidiaries, added up")
    parts = [
        _choice(VolumeBasis, volume.basis),
        f"{volume.period_from:%Y-%m-%d} – {volume.period_to:%Y-%m-%d}"
        if volume.period_from and volume.period_to
        else "",
        _choice(VolumeSource, volume.source),
        gettext("as of %(day)s") % {"day": f"{volume.as_of:%Y-%m-%d}"} if volume.as_of else "",
    ]
    known = [part for part in parts if part]
    return " · ".join(known) or gettext("Basis, period and source are not recorded.")


def _choice(choices: type[VolumeBasis] | type[VolumeSource], value: str) -> str:
    return str(choices(value).label) if value in choices.values else value


def tier_text(tier: str, checks: tuple[Check, ...]) -> TierText:
    results = {check.result for check in checks}
    if tiering.FAILED in results:
        result, word = tiering.FAILED, gettext("Does not pass")
    elif tiering.NOT_TESTABLE in results:
        result, word = tiering.NOT_TESTABLE, gettext("Possible")
    else:
        result, word = tiering.PASSED, gettext("Passes")
    rows = tuple(_row(check) for check in checks)
    return TierText(tier, tier_label(tier), checks[0].article, result, word, rows)


def _row(check: Check) -> RowText:
    asked = (
        span_text(check.span)
        if check.span is not None
        else accepted_text(check.kind, check.accepted)
    )
    return RowText(
        test=kind_label(check.kind),
        value=checked_value(check),
        source=_source(check),
        asked=asked,
        result=check.result,
        result_word=result_word(check.result),
        note=_note(check),
    )


def _source(check: Check) -> str:
    if check.source is None:
        return ""
    label = check.source.label
    if check.kind == tiering.ANNUAL_VOLUME:
        label = gettext("Group") if label == GROUP else _choice(VolumeSource, label)
    day = f"{check.source.on:%Y-%m-%d}" if check.source.on else ""
    return " · ".join(part for part in (label, day) if part)


def _note(check: Check) -> str:
    match check.note:
        case tiering.BY_FIGURE:
            return gettext("Read off the annual volume, not a test of its own")
        case tiering.STRONGER:
            return gettext("The stronger answer counts as well")
    return ""


def _distance(verdict: Verdict, distance: Distance) -> str:
    words = {
        "tier": distance.tier,
        "amount": money(distance.amount),
        "bound": money(distance.bound),
    }
    if distance.direction == "down":
        text = gettext("%(tier)s: %(amount)s less a year (down to %(bound)s)") % words
    elif distance.inclusive:
        text = gettext("%(tier)s: %(amount)s more a year (from %(bound)s)") % words
    else:
        text = gettext("%(tier)s: over %(amount)s more a year (above %(bound)s)") % words
    if distance.also:
        checks = {c.kind: c for c in verdict.by_tier[distance.tier]}
        asked = [
            f"{kind_label(kind)}: {accepted_text(kind, checks[kind].accepted)}"
            for kind in distance.also
        ]
        text += gettext("; also needed: %(asked)s") % {"asked": gettext(", ").join(asked)}
    return text


def _drop(drop: Drop) -> str:
    if drop.direction == "judgement":
        return gettext("%(tier)s falls away if %(kind)s is no longer “%(asked)s”") % {
            "tier": drop.tier,
            "kind": kind_label(drop.kind),
            "asked": accepted_text(drop.kind, drop.accepted),
        }
    words = {"tier": drop.tier, "bound": money(drop.bound), "margin": money(drop.margin)}
    if drop.direction == "below":
        return gettext("%(tier)s falls away below %(bound)s (%(margin)s less than now)") % words
    return gettext("%(tier)s falls away above %(bound)s (%(margin)s more than now)") % words


@dataclass(frozen=True)
class TypeText:
    headline: str
    types: tuple[TierText, ...]


def explain_type(verdict: TypeVerdict) -> TypeText:
    names = {
        tiering.AGREEMENT: gettext("Agreement key account"),
        tiering.MEMBER: gettext("Member key account"),
    }
    if verdict.passing:
        text = gettext("%(types)s: every condition is met.")
        headline_ = text % {"types": listed([names[t] for t in verdict.passing])}
    elif verdict.possible:
        headline_ = gettext("Still possible: %(types)s. Not known: %(kinds)s.") % {
            "types": listed([names[t] for t in verdict.possible]),
            "kinds": kinds_listed(verdict.missing),
        }
    else:
        headline_ = gettext("Neither type: a condition of each is not met.")
    types = []
    for name, label in names.items():
        checks = verdict.of(name)
        block = tier_text(name, checks)
        types.append(
            TierText(name, label, checks[0].article, block.result, block.result_word, block.rows)
        )
    return TypeText(headline_, tuple(types))
