"""How verdicts look: one colour and one word for each thing they come to. Pure."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accounts.tiering_text import money, stand_label

register = template.Library()

TONES = {"settled": "green", "choose": "orange", "gap": "amber", "open": "blue", "none": "slate"}


@register.simple_tag
def verdict_badge(tone: str) -> SafeString:
    """What a verdict comes to: settled, for a person to choose, in a gap, not known, none."""
    words = {
        "settled": gettext("Settled"),
        "choose": gettext("To be decided"),
        "gap": gettext("Gap"),
        "open": gettext("Not all known"),
        "none": gettext("No tier"),
    }
    colour = TONES.get(tone, "slate")
    return format_html('<span class="status status-{}">{}</span>', colour, words.get(tone, tone))


@register.filter
def stand(value: str) -> str:
    """Where a customer stands under a policy: a tier's code, or several, gap, open, none."""
    return stand_label(value)


@register.filter
def exact_money(value: Decimal) -> str:
    """An amount to the cent, in 万元 where that loses nothing."""
    return money(value)
