"""Verdicts and policies in the reader's language: from codes and numbers to sentences.

Pure: no queries. Amounts are exact here, because a cent can decide (499,999.99 is not 50万).
"""

from accounts.tiering_text.policy import (
    band_texts,
    hole_text,
    option_texts,
    overlap_text,
    stand_label,
    why_text,
)
from accounts.tiering_text.verdict import Explanation, TypeText, explain, explain_type, headline
from accounts.tiering_text.words import accepted_text, kind_label, money, span_text, tier_label

__all__ = [
    "Explanation",
    "TypeText",
    "accepted_text",
    "band_texts",
    "explain",
    "explain_type",
    "headline",
    "hole_text",
    "kind_label",
    "money",
    "option_texts",
    "overlap_text",
    "span_text",
    "stand_label",
    "tier_label",
    "why_text",
]
