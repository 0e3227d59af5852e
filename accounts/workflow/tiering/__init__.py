"""Deciding, proposing, accepting and correcting tiers (S1 第3条). People decide; nothing here
chooses a tier. Every function locks the customer first, then reads the facts again.
"""

from .case import (
    Case,
    Choice,
    decide_blocker,
    needs_reason,
    open_case,
    propose_blocker,
)
from .many import (
    Settled,
    accept_settled,
    carry_over,
    carry_over_blocker,
    decide_round,
    settled,
)
from .one import accept, correct, decide, propose, refuse, withdraw
from .shared import copy_tiers

__all__ = [
    "Case",
    "Choice",
    "Settled",
    "accept",
    "accept_settled",
    "carry_over",
    "carry_over_blocker",
    "copy_tiers",
    "correct",
    "decide",
    "decide_blocker",
    "decide_round",
    "needs_reason",
    "open_case",
    "propose",
    "propose_blocker",
    "refuse",
    "settled",
    "withdraw",
]
