"""Verdicts and policies in the reader's language: from codes and numbers to sentences.

Pure: no queries. Amounts are exact here, because a cent can decide (499,999.99 is not 50万).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language, gettext

from accounts import tiering
from accounts.judgements import JudgementKind, answer_label
from accounts.models import Tier, TierPolicy, VolumeBasis, VolumeSource
from accounts.simulation import Why
from accounts.tier_facts import GROUP
from accounts.tiering import (
    Check,
    Distance,
    Drop,
    Hole,
    Outcome,
    Overlap,
    Policy,
    Span,
    TypeVerdict,
    Verdict,
)
from staff.articles import get_article
from staff.models import Provenance

WAN = Decimal(10_000)


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


# --- Words ------------------------------------------------------------------------------------


def money(value: Decimal | None) -> str:
    """An amount to the cent, in 万元 where that loses nothing."""
    if value is None:
        return ""
    if not (get_language() or "").startswith("zh"):
        whole = value == value.to_integral_value()
        return f"CNY {value:,.0f}" if whole else f"CNY {value:,.2f}"
    in_wan = value / WAN
    if abs(value) >= WAN and in_wan == in_wan.quantize(Decimal("0.01")):
        return f"{in_wan.normalize():,f}万元"
    return f"{value:,.0f}元" if value == value.to_integral_value() else f"{value:,.2f}元"


def span_text(span: Span) -> str:
    """`20万元 – 30万元`, with what is not included said in words."""
    words = {
        "lower": money(span.lower) if span.lower is not None else "",
        "upper": money(span.upper) if span.upper is not None else "",
    }
    if span.lower is None and span.upper is None:
        return gettext("any volume")
    if span.lower == span.upper:
        return gettext("exactly %(lower)s") % words
    if span.upper is None:
        text = gettext("%(lower)s or more") if span.lower_inclusive else gettext("over %(lower)s")
        return text % words
    if span.lower is None:
        text = gettext("up to %(upper)s") if span.upper_inclusive else gettext("under %(upper)s")
        return text % words
    match span.lower_inclusive, span.upper_inclusive:
        case True, True:
            return gettext("%(lower)s to %(upper)s, both included") % words
        case True, False:
            return gettext("from %(lower)s to under %(upper)s") % words
        case False, True:
            return gettext("over %(lower)s up to %(upper)s") % words
    return gettext("over %(lower)s and under %(upper)s") % words


def kind_label(kind: str) -> str:
    """What is tested, in words."""
    match kind:
        case tiering.ANNUAL_VOLUME:
            return gettext("Annual volume")
        case "account_kind":
            return gettext("Organisation or individual")
        case "is_end_customer":
            return gettext("End customer")
        case "long_term_intention":
            return gettext("Long-term intention")
        case "vip_agreement_in_force":
            return gettext("VIP customer agreement in force")
    return str(JudgementKind(kind).label) if kind in JudgementKind.values else kind


def value_label(kind: str, value: str) -> str:
    match value:
        case "yes":
            return gettext("Yes")
        case "no":
            return gettext("No")
        case tiering.ORGANISATION:
            return gettext("Organisation")
        case tiering.INDIVIDUAL:
            return gettext("Individual")
    return answer_label(kind, value)


def accepted_text(kind: str, accepted: tuple[str, ...]) -> str:
    return gettext(" or ").join(value_label(kind, value) for value in accepted)


def result_word(result: str) -> str:
    match result:
        case tiering.PASSED:
            return gettext("Met")
        case tiering.FAILED:
            return gettext("Not met")
    return gettext("Not testable")


def tier_label(tier: str) -> str:
    return str(Tier(tier).label) if tier in Tier.values else gettext("No tier")


def _all(words: tuple[str, ...] | list[str]) -> str:
    """`A2 and C`, `A2, B1 and C`."""
    words = list(words)
    if len(words) < 2:
        return "".join(words)
    return gettext("%(first)s and %(last)s") % {
        "first": gettext(", ").join(words[:-1]),
        "last": words[-1],
    }


def _kinds(kinds: tuple[str, ...]) -> str:
    return _all([kind_label(kind) for kind in kinds])


# --- A verdict --------------------------------------------------------------------------------


def explain(verdict: Verdict) -> Explanation:
    """The whole verdict in words, for a page or a printout."""
    return Explanation(
        tone=tone(verdict),
        headline=headline(verdict),
        sentences=tuple(_sentences(verdict)),
        volume=money(verdict.volume.amount) if verdict.volume else "",
        volume_source=_volume_source(verdict.volume),
        tiers=tuple(_tier(tier, checks) for tier, checks in verdict.by_tier.items()),
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
    names = {"tiers": _all(verdict.passing), "possible": _all(verdict.possible)}
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
                "tiers": _all(verdict.overlap),
            }
        )
    for check in verdict.half_failed:
        found.append(
            gettext("%(tier)s: the volume fits, but %(kind)s is “%(value)s”, not “%(asked)s”.")
            % {
                "tier": check.tier,
                "kind": kind_label(check.kind),
                "value": _value(check),
                "asked": accepted_text(check.kind, check.accepted),
            }
        )
    if verdict.possible and (verdict.gap is not None or len(verdict.passing) > 1):
        found.append(
            gettext("Not ruled out yet: %(possible)s.") % {"possible": _all(verdict.possible)}
        )
    if verdict.missing:
        found.append(gettext("Not known: %(kinds)s.") % {"kinds": _kinds(verdict.missing)})
    return found


def gap_text(hole: Hole) -> str:
    words = {"span": span_text(hole.span), "below": hole.below, "above": hole.above}
    if hole.below is None:
        return gettext("below %(above)s (%(span)s)") % words
    if hole.above is None:
        return gettext("above %(below)s (%(span)s)") % words
    return gettext("between %(below)s and %(above)s (%(span)s)") % words


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


def _tier(tier: str, checks: tuple[Check, ...]) -> TierText:
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
        value=_value(check),
        source=_source(check),
        asked=asked,
        result=check.result,
        result_word=result_word(check.result),
        note=_note(check),
    )


def _value(check: Check) -> str:
    if check.value is None:
        return ""
    if isinstance(check.value, Decimal):
        return money(check.value)
    return value_label(check.kind, check.value)


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


# --- The business type (S1 第4条) -------------------------------------------------------------


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
        headline_ = text % {"types": _all([names[t] for t in verdict.passing])}
    elif verdict.possible:
        headline_ = gettext("Still possible: %(types)s. Not known: %(kinds)s.") % {
            "types": _all([names[t] for t in verdict.possible]),
            "kinds": _kinds(verdict.missing),
        }
    else:
        headline_ = gettext("Neither type: a condition of each is not met.")
    types = []
    for name, label in names.items():
        checks = verdict.of(name)
        block = _tier(name, checks)
        types.append(
            TierText(name, label, checks[0].article, block.result, block.result_word, block.rows)
        )
    return TypeText(headline_, tuple(types))


# --- A policy ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class BandText:
    tier: str
    label: str
    article: str
    volume: str
    asked: tuple[tuple[str, str], ...]  # (judgement, accepted answers)

    @property
    def article_code(self) -> str:
        return get_article(self.article).code

    @property
    def article_number(self) -> str:
        return str(get_article(self.article).number)


def band_texts(policy: Policy) -> list[BandText]:
    return [
        BandText(
            band.tier,
            tier_label(band.tier),
            band.article,
            span_text(band.span) if band.span.is_bounded else "",
            tuple(
                (kind_label(r.kind), accepted_text(r.kind, r.accepted)) for r in band.requirements
            ),
        )
        for band in policy.bands
    ]


def hole_text(hole: Hole) -> str:
    return gettext("No tier %(gap)s.") % {"gap": gap_text(hole)}


def overlap_text(overlap: Overlap) -> str:
    words = {
        "span": span_text(overlap.span),
        "tiers": _all(overlap.tiers),
        "kind": kind_label(overlap.told_apart_by) if overlap.told_apart_by else "",
    }
    if overlap.told_apart_by:
        return gettext("%(span)s belongs to %(tiers)s; %(kind)s tells them apart.") % words
    return gettext("%(span)s belongs to %(tiers)s; nothing tells them apart.") % words


# --- A simulation -----------------------------------------------------------------------------


def stand_label(stands: str) -> str:
    match stands:
        case "several":
            return gettext("Several tiers")
        case "gap":
            return gettext("In a gap")
        case "open":
            return gettext("Not all known")
        case "none":
            return gettext("None passes")
    return stands


def why_text(why: Why, amount: Decimal | None) -> str:
    """One changed test of a mover: what it comes to, what was asked and is asked now."""
    asked = [
        gettext("not asked")
        if check is None
        else span_text(check.span)
        if check.span is not None
        else accepted_text(check.kind, check.accepted)
        for check in (why.before, why.after)
    ]
    check = why.after or why.before
    value = money(amount) if why.kind == tiering.ANNUAL_VOLUME else _value(check) if check else ""
    words = {
        "tier": why.tier,
        "kind": kind_label(why.kind),
        "value": value or gettext("not known"),
        "before": asked[0],
        "after": asked[1],
        "result": result_word(why.after.result) if why.after else gettext("Not tested"),
    }
    if asked[0] == asked[1]:  # the same words, read otherwise by an option
        return gettext("%(tier)s, %(kind)s (%(value)s): now “%(result)s” (%(after)s)") % words
    return (
        gettext("%(tier)s, %(kind)s (%(value)s): %(before)s → %(after)s, now “%(result)s”") % words
    )


@dataclass(frozen=True)
class OptionText:
    """One reading that the text leaves open: what it says, what is set, how sure it is."""

    name: str
    label: str
    value: str
    provenance: Provenance
    question: str


def option_texts(policy: TierPolicy) -> list[OptionText]:
    """Every reading of a policy version, whether still open or decided (`policy.bands` read)."""
    questions = {
        "bounds_inclusive": gettext(
            "The text says 以上 and 以下; by common use both include the bound itself, so that"
            " 50,000 yuan lies in two tiers. Is that meant?"
        ),
        "good_satisfies_fairly_good": gettext(
            "A2 asks for 较好. Does a customer judged 好 pass as well?"
        ),
        "large_satisfies_fairly_large": gettext(
            "A2 and C ask for 较大. Does a customer judged 大 pass as well?"
        ),
        "volume_word_separate": gettext(
            "Do 用量大 and 用量较大 follow the annual volume, or does a person judge them?"
        ),
        "judged_per": gettext("Is a group judged as a whole, or each of its companies?"),
    }
    return [
        OptionText(
            name,
            _option_label(name),
            _option_value(policy, name),
            Provenance(policy.provenance.get(name, Provenance.SUGGESTED)),
            question,
        )
        for name, question in questions.items()
    ]


def _option_label(name: str) -> str:
    if name == "bounds_inclusive":
        return gettext("All bounds (以上, 以下) are included")
    text = str(TierPolicy._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return text[:1].upper() + text[1:]


def _option_value(policy: TierPolicy, name: str) -> str:
    if name == "judged_per":
        return str(policy.get_judged_per_display())
    if name == "bounds_inclusive":
        is_set = all(b.lower_inclusive and b.upper_inclusive for b in policy.bands.all())
    else:
        is_set = getattr(policy, name)
    return gettext("Yes") if is_set else gettext("No")
