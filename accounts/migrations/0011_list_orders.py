import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_covered_for_all"),
        ("staff", "0006_notices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="account",
            name="account_by_name",
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                condition=models.Q(("merged_into", None), ("voided_at", None)),
                fields=["name_pinyin", "id"],
                include=("owner", "second_contacts", "region", "tier", "standing", "business_type"),
                name="account_by_name",
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                models.OrderBy(models.F("annual_volume"), descending=True, nulls_last=True),
                models.OrderBy(models.F("id"), descending=True),
                name="account_by_largest_volume",
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                django.db.models.functions.comparison.NullIf("tier", models.Value("")),
                models.F("name_pinyin"),
                models.F("id"),
                name="account_tiers_sort",
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                django.db.models.functions.comparison.NullIf("code", models.Value("")),
                models.F("id"),
                name="account_by_code",
            ),
        ),
    ]
