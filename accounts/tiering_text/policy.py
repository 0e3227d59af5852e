"""A version of the tier policy in words: its bands, holes, overlaps and readings; what it moves."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from accounts import tiering
from accounts.models import TierPolicy
from accounts.simulation import Why
from accounts.tiering import Hole, Overlap, Policy
from accounts.tiering_text.words import (
    accepted_text,
    checked_value,
    gap_text,
    kind_label,
    listed,
    money,
    result_word,
    span_text,
    tier_label,
)
from staff.articles import get_article
from staff.models import Provenance


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
        "tiers": listed(overlap.tiers),
        "kind": kind_label(overlap.told_apart_by) if overlap.told_apart_by else "",
    }
    if overlap.told_apart_by:
        return gettext("%(span)s belongs to %(tiers)s; %(kind)s tells them apart.") % words
    return gettext("%(span)s belongs to %(tiers)s; nothing tells them apart.") % words


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
    value = checked_value(check) if check else ""
    if why.kind == tiering.ANNUAL_VOLUME:
        value = money(amount)
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
