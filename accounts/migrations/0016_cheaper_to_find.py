"""The functions behind search and likeness, at a fraction of the cost.

An import spent more time in them than in writing the rows. PL/pgSQL keeps its plans, where a
function in SQL that cannot be inlined is planned at every call; names that are wholly Chinese and
telephones written the usual way take a short cut past the regular expressions. The search text
leaves out what no term can ask for (figures of a code between Ys, a telephone's punctuation, which
terms drop as well), because each trigram costs an index entry.
"""

from django.db import migrations

from accounts.places import CITIES, PROVINCES

ENCODE = r"""
CREATE OR REPLACE FUNCTION search_encode(t text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF octet_length(t) = length(t) THEN
        RETURN lower(t);
    ELSIF t ~ '^[\u4e00-\u9fff]+$' THEN
        RETURN 'X' || array_to_string(string_to_array(t, NULL), 'X') || 'X';
    END IF;
    RETURN replace(
        regexp_replace(lower(normalize(t, NFKC)), '([^\x01-\x7f])', 'X\1X', 'g'), 'XX', 'X'
    );
END $$
"""

INITIALS = r"""
CREATE OR REPLACE FUNCTION search_initials(t text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN CASE
        WHEN t = '' THEN '' ELSE 'Y' || array_to_string(string_to_array(t, NULL), 'Y') || 'Y'
    END;
END $$
"""

PHONE = r"""
CREATE OR REPLACE FUNCTION search_phone(t text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF t ~ '^\d*$' THEN
        RETURN t;
    ELSIF t ~ '^[\d+() \-]+$' THEN
        RETURN regexp_replace(t, '\D', '', 'g');
    END IF;
    RETURN search_encode(t) || E'\n' || regexp_replace(t, '\D', '', 'g');
END $$
"""

TEXT = r"""

CREATE OR REPLACE FUNCTION account_search_text(account accounts_account) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    people text := (
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
    );
BEGIN
    RETURN concat_ws(
        E'\n',
        search_encode(account.name),
        account.name_pinyin,
        search_initials(account.name_initials),
        nullif(search_encode(account.short_name), ''),
        nullif(search_encode(array_to_string(account.former_names, E'\n')), ''),
        nullif(search_encode(account.code), ''),
        nullif(search_initials(btrim(regexp_replace(lower(account.code), '[^a-z]+', ' ', 'g'))), ''),
        nullif(lower(account.credit_code), ''),
        nullif(search_phone(account.phone), ''),
        people
    );
END $$
"""

NAME_CORE = r"""
CREATE OR REPLACE FUNCTION name_core(t text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    plain text := t;
    core text;
BEGIN
    IF t !~ '^[\u4e00-\u9fff]+$' THEN
        plain := regexp_replace(
            lower(normalize(t, NFKC)), '[\s[:punct:]·。、，；：“”‘’《》〈〉【】「」—…]+', '', 'g'
        );
    END IF;
    core := regexp_replace(
        plain,
        '股份有限责任公司|股份有限公司|有限责任公司|有限公司|股份公司|集团公司|总公司'
        '|(?<!分)公司|集团|控股|股份|(?:coltd|ltd|limited|inc|llc|corp|corporation)$',
        '', 'g'
    );
    IF strpos(core, '省') > 0 THEN
        core := regexp_replace(core, '^(.{2,3})省', '\1');
    END IF;
    IF strpos(core, '市') > 0 THEN
        core := regexp_replace(core, '^(.{2,6}?)市(?![场政])', '\1');
    END IF;
    IF left(core, 2) = ANY ('{PROVINCE_STARTS}') THEN
        core := regexp_replace(core, '^(?:PROVINCES)(?=CITIES)', '');
    END IF;
    RETURN CASE WHEN length(core) < 2 THEN plain ELSE core END;
END $$
"""

PHONE_KEYS = r"""
CREATE OR REPLACE FUNCTION phone_keys(a text, b text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    part text;
    found text[] := '{}';
BEGIN
    IF a = '' AND b = '' THEN
        RETURN found;
    ELSIF b = '' AND a ~ '^(1[3-9]\d{9}|0[1-9]\d{1,2}-?[1-9]\d{6,7})$' THEN
        RETURN ARRAY[replace(a, '-', '')];
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
CREATE OR REPLACE FUNCTION account_keys(
    name text, short_name text, former_names text[],
    credit_code text, tax_number text, phone text, invoice_phone text
) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    keys text[] := ARRAY['n:' || public.name_core(name)];
    part text;
BEGIN
    FOREACH part IN ARRAY former_names || short_name LOOP
        IF part <> '' THEN
            part := public.name_core(part);
            IF length(part) > 2 THEN
                keys := keys || ('s:' || part);
            END IF;
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
    starts = sorted({province[:2] for province in PROVINCES})
    return (
        function.replace("PROVINCE_STARTS", ",".join(starts))
        .replace("PROVINCES", "|".join(PROVINCES))
        .replace("CITIES", "|".join(CITIES))
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0015_handover")]

    operations = [
        migrations.RunSQL(function, migrations.RunSQL.noop)
        for function in (
            ENCODE,
            INITIALS,
            PHONE,
            TEXT,
            with_places(NAME_CORE),
            PHONE_KEYS,
            ACCOUNT_KEYS,
        )
    ] + [
        # Names that sound alike are found by the trigrams of the search text.
        migrations.RemoveIndex(model_name="account", name="account_name_pairs"),
    ]
