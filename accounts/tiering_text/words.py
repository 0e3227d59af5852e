"""Amounts, spans, tests and answers in the reader's language.

Amounts are exact here, because a cent can decide (499,999.99 is not 50万).
"""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language, gettext

from accounts import tiering
from accounts.judgements import JudgementKind, answer_label
from accounts.models import Tier
from accounts.tiering import Check, Hole, Span

WAN = Decimal(10_000)


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


def listed(words: tuple[str, ...] | list[str]) -> str:
    """`A2 and C`, `A2, B1 and C`."""
    words = list(words)
    if len(words) < 2:
        return "".join(words)
    return gettext("%(first)s and %(last)s") % {
        "first": gettext(", ").join(words[:-1]),
        "last": words[-1],
    }


def kinds_listed(kinds: tuple[str, ...]) -> str:
    return listed([kind_label(kind) for kind in kinds])


def gap_text(hole: Hole) -> str:
    words = {"span": span_text(hole.span), "below": hole.below, "above": hole.above}
    if hole.below is None:
        return gettext("below %(above)s (%(span)s)") % words
    if hole.above is None:
        return gettext("above %(below)s (%(span)s)") % words
    return gettext("between %(below)s and %(above)s (%(span)s)") % words


def checked_value(check: Check) -> str:
    if check.value is None:
        return ""
    if isinstance(check.value, Decimal):
        return money(check.value)
    return value_label(check.kind, check.value)
