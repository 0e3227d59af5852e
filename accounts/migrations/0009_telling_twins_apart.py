import django.contrib.postgres.indexes
import django.core.serializers.json
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import accounts.likeness
from accounts.places import CITIES, PROVINCES

# Names are qualified, because a restore builds the indexes with an empty search path.
NAME_CORE = r"""
CREATE FUNCTION name_core(t text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    plain text := regexp_replace(
        lower(normalize(t, NFKC)), '[\s[:punct:]·。、，；：“”‘’《》〈〉【】「」—…]+', '', 'g'
    );
    core text := regexp_replace(
        plain,
        '股份有限责任公司|股份有限公司|有限责任公司|有限公司|股份公司|集团公司|总公司'
        '|(?<!分)公司|集团|控股|股份|(?:coltd|ltd|limited|inc|llc|corp|corporation)$',
        '', 'g'
    );
BEGIN
    core := regexp_replace(core, '^(.{2,3})省', '\1');
    core := regexp_replace(core, '^(.{2,6}?)市(?![场政])', '\1');
    core := regexp_replace(core, '^(?:PROVINCES)(?=CITIES)', '');
    RETURN CASE WHEN length(core) < 2 THEN plain ELSE core END;
END $$
"""

# What is left of a core without the place it begins with: the trade name and the trade.
NAME_REST = r"""
CREATE FUNCTION name_rest(core text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    rest text := regexp_replace(core, '^(?:PROVINCES)?(?:CITIES)?', '');
BEGIN
    RETURN CASE WHEN length(rest) < 2 THEN core ELSE rest END;
END $$
"""

NAME_LIKENESS = """
CREATE FUNCTION name_likeness(a text, b text) RETURNS double precision
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    x text[] := public.bigrams(a);
    y text[] := public.bigrams(b);
    shared integer := (SELECT count(*) FROM unnest(x) AS pair WHERE pair = ANY (y));
    either integer := cardinality(x) + cardinality(y) - shared;
BEGIN
    RETURN CASE WHEN either = 0 THEN 0 ELSE shared::float / either END;
END $$
"""

PHONE_KEYS = r"""
CREATE FUNCTION phone_keys(a text, b text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    part text;
    found text[] := '{}';
BEGIN
    IF a = '' AND b = '' THEN
        RETURN found;
    END IF;
    FOREACH part IN ARRAY
        regexp_split_to_array(lower(normalize(a || ';' || b, NFKC)), '[/、,;|]|或')
    LOOP
        part := regexp_replace(part, '(转|分机|ext|x|#).*$', '');
        part := regexp_replace(part, '(\d{7,8})-\d{1,5}\s*$', '\1');
        part := regexp_replace(part, '\D', '', 'g');
        part := regexp_replace(part, '^(0086|86)(?=0?[1-9]\d{9,11}$)', '');
        IF length(part) BETWEEN 7 AND 15 AND NOT part = ANY (found) THEN
            found := found || part;
        END IF;
    END LOOP;
    RETURN found;
END $$
"""

ACCOUNT_KEYS = """
CREATE FUNCTION account_keys(
    name text, short_name text, former_names text[],
    credit_code text, tax_number text, phone text, invoice_phone text
) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    keys text[] := ARRAY['n:' || public.name_core(name)];
    part text;
BEGIN
    FOREACH part IN ARRAY former_names || short_name LOOP
        part := public.name_core(part);
        IF length(part) > 2 THEN
            keys := keys || ('s:' || part);
        END IF;
    END LOOP;
    IF credit_code <> '' THEN
        keys := keys || ('c:' || upper(credit_code));
    END IF;
    IF tax_number <> '' AND tax_number <> credit_code THEN
        keys := keys || ('c:' || upper(tax_number));
    END IF;
    FOREACH part IN ARRAY public.phone_keys(phone, invoice_phone) LOOP
        keys := keys || ('p:' || part);
    END LOOP;
    RETURN keys;
END $$
"""


def with_places(function: str) -> str:
    return function.replace("PROVINCES", "|".join(PROVINCES)).replace("CITIES", "|".join(CITIES))


TEXTS = "text, text, text[], text, text, text, text"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_ledger_staging"),
        ("staff", "0004_former_passwords"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(with_places(NAME_CORE), "DROP FUNCTION name_core(text)"),
        migrations.RunSQL(with_places(NAME_REST), "DROP FUNCTION name_rest(text)"),
        migrations.RunSQL(NAME_LIKENESS, "DROP FUNCTION name_likeness(text, text)"),
        migrations.RunSQL(PHONE_KEYS, "DROP FUNCTION phone_keys(text, text)"),
        migrations.RunSQL(ACCOUNT_KEYS, f"DROP FUNCTION account_keys({TEXTS})"),
        pgtrigger.migrations.RemoveTrigger(
            model_name="accountmerge",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="accountmerge",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="accountmerge",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="accountmerge",
            name="changed",
            field=models.JSONField(
                default=list, encoder=django.core.serializers.json.DjangoJSONEncoder
            ),
        ),
        migrations.AddField(
            model_name="accountmerge",
            name="kept_after",
            field=models.JSONField(
                default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder
            ),
        ),
        migrations.AddField(
            model_name="accountmergeevent",
            name="changed",
            field=models.JSONField(
                default=list, encoder=django.core.serializers.json.DjangoJSONEncoder
            ),
        ),
        migrations.AddField(
            model_name="accountmergeevent",
            name="kept_after",
            field=models.JSONField(
                default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder
            ),
        ),
        migrations.AlterField(
            model_name="accountmerge",
            name="kept_before",
            field=models.JSONField(
                default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder
            ),
        ),
        migrations.AlterField(
            model_name="accountmergeevent",
            name="kept_before",
            field=models.JSONField(
                default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=django.contrib.postgres.indexes.GinIndex(
                accounts.likeness.Keys(
                    models.F("name"),
                    models.F("short_name"),
                    models.F("former_names"),
                    models.F("credit_code"),
                    models.F("invoice_tax_number"),
                    models.F("phone"),
                    models.F("invoice_phone"),
                    function="account_keys",
                ),
                name="account_same_keys",
            ),
        ),
        migrations.AddIndex(
            model_name="contactperson",
            index=django.contrib.postgres.indexes.GinIndex(
                accounts.likeness.Keys(
                    models.F("mobile"), models.F("phone"), function="phone_keys"
                ),
                name="contact_person_same_phone",
            ),
        ),
        migrations.AddIndex(
            model_name="duplicatepair",
            index=models.Index(
                condition=models.Q(("dismissed_at", None)),
                fields=["-found_on"],
                name="duplicate_pair_open",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accountmerge",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "accounts_accountmergeevent" ("absorbed_id", "changed", "id", "kept_after", "kept_before", "kept_id", "merged_at", "merged_by_id", "moved", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "undone_at", "undone_by_id") SELECT new_values."absorbed_id", new_values."changed", new_values."id", new_values."kept_after", new_values."kept_before", new_values."kept_id", new_values."merged_at", new_values."merged_by_id", new_values."moved", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."reason", new_values."undone_at", new_values."undone_by_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="ca540518b7340bf2e243f871cf21b2d31719ee04",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_1eea4",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="accounts_accountmerge",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accountmerge",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "accounts_accountmergeevent" ("absorbed_id", "changed", "id", "kept_after", "kept_before", "kept_id", "merged_at", "merged_by_id", "moved", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "undone_at", "undone_by_id") SELECT new_values."absorbed_id", new_values."changed", new_values."id", new_values."kept_after", new_values."kept_before", new_values."kept_id", new_values."merged_at", new_values."merged_by_id", new_values."moved", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."reason", new_values."undone_at", new_values."undone_by_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="549a8d118707b73db38d598ba247bb6edc1849e7",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_14025",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="accounts_accountmerge",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accountmerge",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "accounts_accountmergeevent" ("absorbed_id", "changed", "id", "kept_after", "kept_before", "kept_id", "merged_at", "merged_by_id", "moved", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "undone_at", "undone_by_id") SELECT old_values."absorbed_id", old_values."changed", old_values."id", old_values."kept_after", old_values."kept_before", old_values."kept_id", old_values."merged_at", old_values."merged_by_id", old_values."moved", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."reason", old_values."undone_at", old_values."undone_by_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="670bdc2095299ef785914a90aa3857ddf1dfe808",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_e2d9f",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="accounts_accountmerge",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="duplicatepair",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("dismissed_at", None), ("dismissed_by", None)),
                    models.Q(
                        ("dismissed_at__isnull", False),
                        ("dismissed_by__isnull", False),
                        models.Q(("dismiss_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="duplicate_pair_dismissed_with_a_reason",
            ),
        ),
    ]
