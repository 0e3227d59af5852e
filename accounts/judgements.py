"""What people judge about a customer where the regulation gives a word and no number (S1-A3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JudgementKind(models.TextChoices):
    """One question about a customer that only a person can answer."""

    PAYMENT_REPUTATION = "payment_reputation", _("Payment reputation")
    VOLUME_WORD = "volume_word", _("Volume in words")
    GROWTH_POTENTIAL = "growth_potential", _("Growth potential")
    DEVELOPMENT_POTENTIAL = "development_potential", _("Development potential")
    PROFIT_CONTRIBUTION = "profit_contribution", _("Profit contribution rate")
    PROFIT_RATE = "profit_rate", _("Profit rate")
    PURCHASE_FREQUENCY = "purchase_frequency", _("Purchase frequency")
    LOYALTY = "loyalty", _("Loyalty")
    EFFECT_ON_RESULTS = "effect_on_results", _("Effect on our results")


# The answers each question allows, best first: code → label.
ANSWERS: dict[str, dict[str, object]] = {
    JudgementKind.PAYMENT_REPUTATION: {
        "good": _("Good"),
        "fairly_good": _("Fairly good"),
        "other": _("Neither"),
    },
    JudgementKind.VOLUME_WORD: {
        "large": _("Large"),
        "fairly_large": _("Fairly large"),
        "small": _("Fairly small"),
    },
    JudgementKind.GROWTH_POTENTIAL: {"larger": _("Fairly large"), "smaller": _("Fairly small")},
    JudgementKind.DEVELOPMENT_POTENTIAL: {"some": _("Some"), "none": _("None")},
    JudgementKind.PROFIT_CONTRIBUTION: {"low": _("Fairly low"), "other": _("Not low")},
    JudgementKind.PROFIT_RATE: {"high": _("Fairly high"), "other": _("Not high")},
    JudgementKind.PURCHASE_FREQUENCY: {
        "high": _("High"),
        "fairly_high": _("Fairly high"),
        "other": _("Not high"),
    },
    JudgementKind.LOYALTY: {"loyal": _("Loyal"), "other": _("Not loyal")},
    JudgementKind.EFFECT_ON_RESULTS: {"some": _("Some effect"), "none": _("No effect")},
}


def answer_label(kind: str, value: str) -> str:
    """The answer in the reader's language; the code itself if it is not known."""
    return str(ANSWERS.get(kind, {}).get(value, value))
