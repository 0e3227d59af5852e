"""Small words on the pages of the ledger import. Pure: no queries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext

from accounts.ledger.headers import HeaderColumn
from accounts.ledger.preview import unit_text

register = template.Library()


@register.filter
def get(mapping: Mapping[Any, Any], key: Any) -> Any:
    return mapping.get(key, "")


@register.filter
def get_label(kind: Any) -> str:
    return str(getattr(kind, "label", ""))


@register.filter
def phase(code: str) -> str:
    """What the job is doing, in words."""
    words = {
        "reading": gettext("Reading the rows"),
        "comparing": gettext("Comparing with the customers we have"),
        "pinyin": gettext("Making names searchable"),
        "checking": gettext("Checking that nothing moved meanwhile"),
        "writing": gettext("Writing"),
        "volumes": gettext("Adding up volumes"),
        "done": gettext("Finishing"),
    }
    return words.get(code, gettext("Working"))


@register.filter
def verdict_words(tiers: list[str]) -> str:
    """A1, or the several that pass; a question mark stands for "possible"."""
    if tiers == ["gap"]:
        return gettext("gap between tiers")
    return " / ".join(tiers) or gettext("no tier")


@register.filter
def move(text: str) -> str:
    before, _, after = text.partition(" → ")
    parts = [[] if side == "-" else side.split("/") for side in (before, after)]
    return " → ".join(verdict_words(part) for part in parts)


@register.simple_tag
def column_unit(column: HeaderColumn) -> str:
    return unit_text(column.factor, column.currency)
