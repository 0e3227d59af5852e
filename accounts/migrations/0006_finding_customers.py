import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

# The same as `accounts.search.encode` after `normalise`.
ENCODE = r"""
CREATE FUNCTION search_encode(t text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(
    regexp_replace(lower(normalize(t, NFKC)), '([^\x01-\x7f])', 'X\1', 'g'),
    '([^\x01-\x7f])(?!X)', '\1X', 'g'
)
"""

INITIALS = r"""
CREATE FUNCTION search_initials(t text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN t = '' THEN '' ELSE 'Y' || regexp_replace(t, '(.)', '\1Y', 'g') END
"""

PHONE = r"""
CREATE FUNCTION search_phone(t text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
    WHEN t ~ '^\d*$' THEN t
    ELSE search_encode(t) || E'\n' || regexp_replace(t, '\D', '', 'g')
END
"""

# One line per thing a customer is found by; a line never runs into the next.
TEXT = r"""
CREATE FUNCTION account_search_text(account accounts_account) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT concat_ws(
        E'\n',
        search_encode(account.name),
        account.name_pinyin,
        search_initials(account.name_initials),
        nullif(search_encode(account.short_name), ''),
        nullif(search_encode(array_to_string(account.former_names, E'\n')), ''),
        nullif(search_encode(account.code), ''),
        nullif(search_initials(lower(account.code)), ''),
        nullif(lower(account.credit_code), ''),
        nullif(search_phone(account.phone), ''),
        (
            SELECT string_agg(
                concat_ws(
                    E'\n',
                    search_encode(person.name),
                    person.name_pinyin,
                    search_initials(person.name_initials),
                    nullif(search_phone(person.mobile), ''),
                    nullif(search_phone(person.phone), '')
                ),
                E'\n' ORDER BY person.id
            )
            FROM accounts_contactperson AS person WHERE person.account_id = account.id
        )
    )
$$
"""

# The planner learns from a sample how often a term occurs, and so when to read the list in its
# order and when to go by the index; the default sample of 100 is too coarse for that.
SAMPLE = "ALTER TABLE accounts_account ALTER COLUMN search_text SET STATISTICS 1000"
SAMPLE_AS_BEFORE = "ALTER TABLE accounts_account ALTER COLUMN search_text SET STATISTICS -1"

FILL = """
UPDATE accounts_account AS account
SET search_text = account_search_text(account),
    second_contacts = array(
        SELECT user_id FROM accounts_assignment
        WHERE account_id = account.id AND kind = 'second' AND ended_on IS NULL ORDER BY user_id
    )
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_rule_book_tiers"),
        ("staff", "0002_event_context"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(ENCODE, "DROP FUNCTION search_encode(text)"),
        migrations.RunSQL(INITIALS, "DROP FUNCTION search_initials(text)"),
        migrations.RunSQL(PHONE, "DROP FUNCTION search_phone(text)"),
        migrations.RunSQL(TEXT, "DROP FUNCTION account_search_text(accounts_account)"),
        pgtrigger.migrations.RemoveTrigger(
            model_name="account",
            name="count_version",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="account",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="assignment",
            name="copy_owner_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="assignment",
            name="copy_owner_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="assignment",
            name="copy_owner_delete",
        ),
        migrations.AddField(
            model_name="account",
            name="search_text",
            field=models.TextField(db_default="", default="", editable=False),
        ),
        migrations.AddField(
            model_name="account",
            name="second_contacts",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                db_default=models.Value([]),
                default=list,
                editable=False,
                size=None,
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search_text"], name="account_by_search_text", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["second_contacts"], name="account_by_second_contact"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="account",
            trigger=pgtrigger.compiler.Trigger(
                name="count_version",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."annual_volume" IS DISTINCT FROM (NEW."annual_volume") OR OLD."annual_volume_fact_id" IS DISTINCT FROM (NEW."annual_volume_fact_id") OR OLD."business_type" IS DISTINCT FROM (NEW."business_type") OR OLD."city" IS DISTINCT FROM (NEW."city") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."credit_code" IS DISTINCT FROM (NEW."credit_code") OR OLD."extra" IS DISTINCT FROM (NEW."extra") OR OLD."former_names" IS DISTINCT FROM (NEW."former_names") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."industry" IS DISTINCT FROM (NEW."industry") OR OLD."invoice_address" IS DISTINCT FROM (NEW."invoice_address") OR OLD."invoice_bank" IS DISTINCT FROM (NEW."invoice_bank") OR OLD."invoice_bank_account" IS DISTINCT FROM (NEW."invoice_bank_account") OR OLD."invoice_phone" IS DISTINCT FROM (NEW."invoice_phone") OR OLD."invoice_tax_number" IS DISTINCT FROM (NEW."invoice_tax_number") OR OLD."invoice_title" IS DISTINCT FROM (NEW."invoice_title") OR OLD."is_end_customer" IS DISTINCT FROM (NEW."is_end_customer") OR OLD."is_important_agreement" IS DISTINCT FROM (NEW."is_important_agreement") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."long_term_intention" IS DISTINCT FROM (NEW."long_term_intention") OR OLD."merged_into_id" IS DISTINCT FROM (NEW."merged_into_id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."name_initials" IS DISTINCT FROM (NEW."name_initials") OR OLD."name_pinyin" IS DISTINCT FROM (NEW."name_pinyin") OR OLD."needs_two_contacts" IS DISTINCT FROM (NEW."needs_two_contacts") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."parent_id" IS DISTINCT FROM (NEW."parent_id") OR OLD."payment_days" IS DISTINCT FROM (NEW."payment_days") OR OLD."payment_note" IS DISTINCT FROM (NEW."payment_note") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."province" IS DISTINCT FROM (NEW."province") OR OLD."region_id" IS DISTINCT FROM (NEW."region_id") OR OLD."service_wishes" IS DISTINCT FROM (NEW."service_wishes") OR OLD."short_name" IS DISTINCT FROM (NEW."short_name") OR OLD."standing" IS DISTINCT FROM (NEW."standing") OR OLD."tier" IS DISTINCT FROM (NEW."tier") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."void_reason" IS DISTINCT FROM (NEW."void_reason") OR OLD."voided_at" IS DISTINCT FROM (NEW."voided_at") OR OLD."voided_by_id" IS DISTINCT FROM (NEW."voided_by_id") OR OLD."wechat" IS DISTINCT FROM (NEW."wechat"))',
                    func="NEW.version = OLD.version + 1; NEW.updated_at = now(); RETURN NEW;",
                    hash="cf8a954efaa084a592ddbdfeb32c9521b4e13876",
                    operation="UPDATE",
                    pgid="pgtrigger_count_version_94bc9",
                    table="accounts_account",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="account",
            trigger=pgtrigger.compiler.Trigger(
                name="fill_search_text",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="NEW.search_text := account_search_text(NEW); RETURN NEW;",
                    hash="55aaa734b5074c17fcfb935566fa90f7cfed2af0",
                    operation='INSERT OR UPDATE OF "name", "name_pinyin", "name_initials", "short_name", "former_names", "code", "credit_code", "phone"',
                    pgid="pgtrigger_fill_search_text_063ec",
                    table="accounts_account",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="account",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "accounts_accountevent" ("address", "annual_volume", "annual_volume_fact_id", "business_type", "city", "code", "created_at", "created_by_id", "credit_code", "extra", "former_names", "id", "industry", "invoice_address", "invoice_bank", "invoice_bank_account", "invoice_phone", "invoice_tax_number", "invoice_title", "is_end_customer", "is_important_agreement", "kind", "long_term_intention", "merged_into_id", "name", "name_initials", "name_pinyin", "needs_two_contacts", "owner_id", "parent_id", "payment_days", "payment_note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "province", "region_id", "service_wishes", "short_name", "standing", "tier", "updated_at", "version", "void_reason", "voided_at", "voided_by_id", "wechat") SELECT new_values."address", new_values."annual_volume", new_values."annual_volume_fact_id", new_values."business_type", new_values."city", new_values."code", new_values."created_at", new_values."created_by_id", new_values."credit_code", new_values."extra", new_values."former_names", new_values."id", new_values."industry", new_values."invoice_address", new_values."invoice_bank", new_values."invoice_bank_account", new_values."invoice_phone", new_values."invoice_tax_number", new_values."invoice_title", new_values."is_end_customer", new_values."is_important_agreement", new_values."kind", new_values."long_term_intention", new_values."merged_into_id", new_values."name", new_values."name_initials", new_values."name_pinyin", new_values."needs_two_contacts", new_values."owner_id", new_values."parent_id", new_values."payment_days", new_values."payment_note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."phone", new_values."province", new_values."region_id", new_values."service_wishes", new_values."short_name", new_values."standing", new_values."tier", new_values."updated_at", new_values."version", new_values."void_reason", new_values."voided_at", new_values."voided_by_id", new_values."wechat" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."address" IS DISTINCT FROM (new_values."address") OR old_values."annual_volume" IS DISTINCT FROM (new_values."annual_volume") OR old_values."annual_volume_fact_id" IS DISTINCT FROM (new_values."annual_volume_fact_id") OR old_values."business_type" IS DISTINCT FROM (new_values."business_type") OR old_values."city" IS DISTINCT FROM (new_values."city") OR old_values."code" IS DISTINCT FROM (new_values."code") OR old_values."created_at" IS DISTINCT FROM (new_values."created_at") OR old_values."created_by_id" IS DISTINCT FROM (new_values."created_by_id") OR old_values."credit_code" IS DISTINCT FROM (new_values."credit_code") OR old_values."extra" IS DISTINCT FROM (new_values."extra") OR old_values."former_names" IS DISTINCT FROM (new_values."former_names") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."industry" IS DISTINCT FROM (new_values."industry") OR old_values."invoice_address" IS DISTINCT FROM (new_values."invoice_address") OR old_values."invoice_bank" IS DISTINCT FROM (new_values."invoice_bank") OR old_values."invoice_bank_account" IS DISTINCT FROM (new_values."invoice_bank_account") OR old_values."invoice_phone" IS DISTINCT FROM (new_values."invoice_phone") OR old_values."invoice_tax_number" IS DISTINCT FROM (new_values."invoice_tax_number") OR old_values."invoice_title" IS DISTINCT FROM (new_values."invoice_title") OR old_values."is_end_customer" IS DISTINCT FROM (new_values."is_end_customer") OR old_values."is_important_agreement" IS DISTINCT FROM (new_values."is_important_agreement") OR old_values."kind" IS DISTINCT FROM (new_values."kind") OR old_values."long_term_intention" IS DISTINCT FROM (new_values."long_term_intention") OR old_values."merged_into_id" IS DISTINCT FROM (new_values."merged_into_id") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."name_initials" IS DISTINCT FROM (new_values."name_initials") OR old_values."name_pinyin" IS DISTINCT FROM (new_values."name_pinyin") OR old_values."needs_two_contacts" IS DISTINCT FROM (new_values."needs_two_contacts") OR old_values."owner_id" IS DISTINCT FROM (new_values."owner_id") OR old_values."parent_id" IS DISTINCT FROM (new_values."parent_id") OR old_values."payment_days" IS DISTINCT FROM (new_values."payment_days") OR old_values."payment_note" IS DISTINCT FROM (new_values."payment_note") OR old_values."phone" IS DISTINCT FROM (new_values."phone") OR old_values."province" IS DISTINCT FROM (new_values."province") OR old_values."region_id" IS DISTINCT FROM (new_values."region_id") OR old_values."service_wishes" IS DISTINCT FROM (new_values."service_wishes") OR old_values."short_name" IS DISTINCT FROM (new_values."short_name") OR old_values."standing" IS DISTINCT FROM (new_values."standing") OR old_values."tier" IS DISTINCT FROM (new_values."tier") OR old_values."updated_at" IS DISTINCT FROM (new_values."updated_at") OR old_values."version" IS DISTINCT FROM (new_values."version") OR old_values."void_reason" IS DISTINCT FROM (new_values."void_reason") OR old_values."voided_at" IS DISTINCT FROM (new_values."voided_at") OR old_values."voided_by_id" IS DISTINCT FROM (new_values."voided_by_id") OR old_values."wechat" IS DISTINCT FROM (new_values."wechat")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="f800baa47a814f9474348c4ca006be291b8d2f31",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_834ae",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="accounts_account",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="assignment",
            trigger=pgtrigger.compiler.Trigger(
                name="copy_people_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nPERFORM 1 FROM accounts_account WHERE id IN (SELECT account_id FROM new_rows) ORDER BY id FOR UPDATE;\nUPDATE accounts_account AS account\nSET owner_id = current.owner_id, second_contacts = current.seconds\nFROM (\n    SELECT\n        touched.id,\n        min(assignment.user_id) FILTER (WHERE assignment.kind = 'owner') AS owner_id,\n        coalesce(\n            array_agg(assignment.user_id ORDER BY assignment.user_id)\n            FILTER (WHERE assignment.kind = 'second'),\n            '{}'\n        ) AS seconds\n    FROM accounts_account AS touched\n    LEFT JOIN accounts_assignment AS assignment\n      ON assignment.account_id = touched.id AND assignment.ended_on IS NULL\n    WHERE touched.id IN (SELECT account_id FROM new_rows)\n    GROUP BY touched.id\n) AS current\nWHERE account.id = current.id\n  AND (account.owner_id, account.second_contacts)\n      IS DISTINCT FROM (current.owner_id, current.seconds);\nRETURN NULL;\n",
                    hash="3cb2a96c9f7815ae98f88974814acd39d0f518c0",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_copy_people_insert_d9077",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="accounts_assignment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="assignment",
            trigger=pgtrigger.compiler.Trigger(
                name="copy_people_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nPERFORM 1 FROM accounts_account WHERE id IN (SELECT account_id FROM old_rows UNION SELECT account_id FROM new_rows) ORDER BY id FOR UPDATE;\nUPDATE accounts_account AS account\nSET owner_id = current.owner_id, second_contacts = current.seconds\nFROM (\n    SELECT\n        touched.id,\n        min(assignment.user_id) FILTER (WHERE assignment.kind = 'owner') AS owner_id,\n        coalesce(\n            array_agg(assignment.user_id ORDER BY assignment.user_id)\n            FILTER (WHERE assignment.kind = 'second'),\n            '{}'\n        ) AS seconds\n    FROM accounts_account AS touched\n    LEFT JOIN accounts_assignment AS assignment\n      ON assignment.account_id = touched.id AND assignment.ended_on IS NULL\n    WHERE touched.id IN (SELECT account_id FROM old_rows UNION SELECT account_id FROM new_rows)\n    GROUP BY touched.id\n) AS current\nWHERE account.id = current.id\n  AND (account.owner_id, account.second_contacts)\n      IS DISTINCT FROM (current.owner_id, current.seconds);\nRETURN NULL;\n",
                    hash="01fc1851e3f69a3fc545c9e9081923bd5a8269e4",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_copy_people_update_dd7d5",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="accounts_assignment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="assignment",
            trigger=pgtrigger.compiler.Trigger(
                name="copy_people_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nPERFORM 1 FROM accounts_account WHERE id IN (SELECT account_id FROM old_rows) ORDER BY id FOR UPDATE;\nUPDATE accounts_account AS account\nSET owner_id = current.owner_id, second_contacts = current.seconds\nFROM (\n    SELECT\n        touched.id,\n        min(assignment.user_id) FILTER (WHERE assignment.kind = 'owner') AS owner_id,\n        coalesce(\n            array_agg(assignment.user_id ORDER BY assignment.user_id)\n            FILTER (WHERE assignment.kind = 'second'),\n            '{}'\n        ) AS seconds\n    FROM accounts_account AS touched\n    LEFT JOIN accounts_assignment AS assignment\n      ON assignment.account_id = touched.id AND assignment.ended_on IS NULL\n    WHERE touched.id IN (SELECT account_id FROM old_rows)\n    GROUP BY touched.id\n) AS current\nWHERE account.id = current.id\n  AND (account.owner_id, account.second_contacts)\n      IS DISTINCT FROM (current.owner_id, current.seconds);\nRETURN NULL;\n",
                    hash="1012a1b5b1e835ad2f7ec91fbb1aa7a974d407dd",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_copy_people_delete_e6bc3",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="accounts_assignment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contactperson",
            trigger=pgtrigger.compiler.Trigger(
                name="refill_search_text_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nPERFORM 1 FROM accounts_account WHERE id IN (SELECT account_id FROM new_rows) ORDER BY id FOR UPDATE;\nUPDATE accounts_account AS account SET search_text = fresh.text\nFROM (\n    SELECT touched.id, account_search_text(touched) AS text\n    FROM accounts_account AS touched WHERE touched.id IN (SELECT account_id FROM new_rows)\n) AS fresh\nWHERE account.id = fresh.id AND account.search_text IS DISTINCT FROM fresh.text;\nRETURN NULL;\n",
                    hash="72fbf0b2b3ee550ac12d5e8b9f5a2fd5bfdb76f8",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_refill_search_text_insert_1be58",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="accounts_contactperson",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contactperson",
            trigger=pgtrigger.compiler.Trigger(
                name="refill_search_text_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nPERFORM 1 FROM accounts_account WHERE id IN (SELECT account_id FROM old_rows UNION SELECT account_id FROM new_rows) ORDER BY id FOR UPDATE;\nUPDATE accounts_account AS account SET search_text = fresh.text\nFROM (\n    SELECT touched.id, account_search_text(touched) AS text\n    FROM accounts_account AS touched WHERE touched.id IN (SELECT account_id FROM old_rows UNION SELECT account_id FROM new_rows)\n) AS fresh\nWHERE account.id = fresh.id AND account.search_text IS DISTINCT FROM fresh.text;\nRETURN NULL;\n",
                    hash="1ed39adac4cbd41dc19c43599bfc4ebc709257f3",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_refill_search_text_update_8be0d",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="accounts_contactperson",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contactperson",
            trigger=pgtrigger.compiler.Trigger(
                name="refill_search_text_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nPERFORM 1 FROM accounts_account WHERE id IN (SELECT account_id FROM old_rows) ORDER BY id FOR UPDATE;\nUPDATE accounts_account AS account SET search_text = fresh.text\nFROM (\n    SELECT touched.id, account_search_text(touched) AS text\n    FROM accounts_account AS touched WHERE touched.id IN (SELECT account_id FROM old_rows)\n) AS fresh\nWHERE account.id = fresh.id AND account.search_text IS DISTINCT FROM fresh.text;\nRETURN NULL;\n",
                    hash="28cf5110337f7aa0a4f4e0d82add4428e9da08ce",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_refill_search_text_delete_07243",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="accounts_contactperson",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(SAMPLE, SAMPLE_AS_BEFORE),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
