"""The tiers exactly as S1 第3条 has them: version 1, in force since ever."""

from decimal import Decimal

from django.db import migrations
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

BANDS = {
    "A1": {
        "lower": Decimal(500_000),
        "volume_word": ["large"],
        "payment_reputation": ["good"],
    },
    "A2": {
        "lower": Decimal(200_000),
        "upper": Decimal(300_000),
        "volume_word": ["fairly_large"],
        "payment_reputation": ["fairly_good"],
    },
    "B1": {
        "lower": Decimal(50_000),
        "upper": Decimal(100_000),
        "growth_potential": ["larger"],
    },
    "B2": {
        "lower": Decimal(20_000),
        "upper": Decimal(50_000),
        "growth_potential": ["smaller"],
    },
    "C": {"volume_word": ["fairly_large"], "profit_contribution": ["low"]},
    # The wording of D's profit rate is broken (Q10): the judgement is asked for as it stands.
    "D": {
        "volume_word": ["small"],
        "profit_rate": ["high"],
        "development_potential": ["some"],
        "provenance": "uncertain",
    },
}
PROVENANCE = {
    "bounds_inclusive": "uncertain",
    "good_satisfies_fairly_good": "suggested",
    "large_satisfies_fairly_large": "suggested",
    "volume_word_separate": "suggested",
    "judged_per": "suggested",
}


def seed(apps, schema_editor):
    policies = apps.get_model("accounts", "TierPolicy").objects
    bands = apps.get_model("accounts", "TierBand").objects
    policy = policies.create(
        version=1, name="大客户管理制度 第3条", status="draft", provenance=PROVENANCE
    )
    for tier, values in BANDS.items():
        bands.create(policy=policy, tier=tier, **values)
    policy.status = "active"
    policy.effective = DateRange(None, None)
    policy.activated_at = timezone.now()
    policy.save()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_tiering")]
    # Left in place when going back: the tables themselves go with the migration before.
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
