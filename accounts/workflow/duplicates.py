"""The list of possible duplicates: found at night for all customers at once, settled by people."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import DuplicatePair
from staff.duties import DUTIES, synchronise, synchronise_all
from staff.models import User
from staff.transitions import TransitionDenied

# A key that more customers share says nothing: a switchboard, 中国石化.
LARGEST_BLOCK = 20
ALIKE = 0.6
# How much of the name without its place two customers must begin with to be compared.
BLOCK_LENGTH = 4

KEYS = """
CREATE TEMP TABLE duplicate_key ON COMMIT DROP AS
SELECT id, left(key, 2) AS kind, substr(key, 3) AS value
FROM accounts_account AS account, unnest(account_keys(
    name, short_name, former_names, credit_code, invoice_tax_number, phone, invoice_phone
)) AS key
WHERE merged_into_id IS NULL AND voided_at IS NULL
UNION
SELECT account_id, 'q:', key
FROM accounts_contactperson AS person
JOIN accounts_account AS account ON account.id = account_id
    AND merged_into_id IS NULL AND voided_at IS NULL,
    unnest(phone_keys(person.mobile, person.phone)) AS key
"""

# Short and former names are compared with names only: 苏州恒达 may be short for many.
SHARED = """
CREATE TEMP TABLE duplicate_found ON COMMIT DROP AS
WITH rare AS (
    SELECT * FROM (
        SELECT key.*, count(*) OVER (PARTITION BY left(translate(kind, 'sq', 'np'), 1), value) AS n
        FROM duplicate_key AS key
    ) AS counted WHERE n BETWEEN 2 AND %(largest)s
)
SELECT least(a.id, b.id) AS first, greatest(a.id, b.id) AS second,
    CASE
        WHEN a.kind = 'c:' THEN 'credit_code'
        WHEN a.kind = 'n:' AND b.kind = 'n:' THEN 'name'
        WHEN a.kind = 'n:' THEN 'other_name'
        WHEN a.kind = 'p:' AND b.kind = 'p:' THEN 'phone'
        ELSE 'contact_phone'
    END AS reason
FROM rare AS a JOIN rare AS b ON a.value = b.value AND a.id <> b.id AND (
    (a.kind = b.kind AND a.kind <> 's:' AND a.id < b.id)
    OR (a.kind = 'n:' AND b.kind = 's:')
    OR (a.kind = 'p:' AND b.kind = 'q:')
)
"""

# Names alike: the same beginning after the place, and no two different places before it.
SIMILAR = """
INSERT INTO duplicate_found
WITH named AS (
    SELECT id, value AS core, name_rest(value) AS rest FROM duplicate_key WHERE kind = 'n:'
), placed AS (
    SELECT *, left(core, length(core) - length(rest)) AS place,
        count(*) OVER (PARTITION BY left(rest, %(length)s)) AS n
    FROM named WHERE length(rest) >= %(length)s
)
SELECT a.id, b.id, 'similar_name'
FROM placed AS a
JOIN placed AS b ON left(a.rest, %(length)s) = left(b.rest, %(length)s) AND a.id < b.id
WHERE a.n BETWEEN 2 AND %(largest)s AND b.n <= %(largest)s AND a.core <> b.core
  AND (a.place = b.place OR a.place = '' OR b.place = '')
  AND name_likeness(a.core, b.core) >= %(alike)s
"""

# A parent and its subsidiary, or two of one parent, share a switchboard without being one.
KEEP = """
INSERT INTO accounts_duplicatepair
    (first_id, second_id, reasons, found_on, dismiss_reason)
SELECT first, second, array_agg(DISTINCT reason ORDER BY reason), %(today)s::date, ''
FROM duplicate_found
JOIN accounts_account AS a ON a.id = first
JOIN accounts_account AS b ON b.id = second
WHERE NOT (
    reason IN ('phone', 'contact_phone', 'similar_name', 'other_name')
    AND (a.parent_id = b.id OR b.parent_id = a.id OR a.parent_id = b.parent_id) IS TRUE
)
GROUP BY first, second
ON CONFLICT (first_id, second_id) DO UPDATE SET reasons = excluded.reasons
WHERE accounts_duplicatepair.dismissed_at IS NULL
  AND accounts_duplicatepair.reasons IS DISTINCT FROM excluded.reasons
"""

# What nobody settled and is no longer found was corrected meanwhile.
FORGET = """
DELETE FROM accounts_duplicatepair AS pair
WHERE dismissed_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM duplicate_found WHERE first = pair.first_id AND second = pair.second_id
)
"""


@transaction.atomic
def find_duplicates() -> int:
    """Compare all customers, in a handful of statements; returns how many pairs are open."""
    values: dict[str, str | int | float] = {
        "largest": LARGEST_BLOCK,
        "length": BLOCK_LENGTH,
        "alike": ALIKE,
        "today": timezone.localdate().isoformat(),
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        for statement in (KEYS, "ANALYZE duplicate_key", SHARED, SIMILAR, KEEP, FORGET):
            cursor.execute(statement, values if "%(" in statement else None)
    synchronise(DUTIES["account.duplicate"])
    return DuplicatePair.objects.open().count()


@transaction.atomic
def dismiss(pair: DuplicatePair, *, actor: User, reason: str) -> DuplicatePair:
    """These are two different customers: not listed again."""
    pair = DuplicatePair.objects.select_for_update().get(pk=pair.pk)
    denied = pair.dismiss_blocker(actor)
    if not denied and not reason.strip():
        denied = gettext("Please say how you know that these are two customers.")
    if denied:
        raise TransitionDenied(denied)
    pair.dismissed_at, pair.dismissed_by = timezone.now(), actor
    pair.dismiss_reason = reason.strip()[:200]
    pair.save(update_fields=["dismissed_at", "dismissed_by", "dismiss_reason"])
    synchronise_all(accounts=[pair.first_id])
    return pair


@transaction.atomic
def reopen(pair: DuplicatePair, *, actor: User) -> DuplicatePair:
    pair = DuplicatePair.objects.select_for_update().get(pk=pair.pk)
    if denied := pair.reopen_blocker(actor):
        raise TransitionDenied(denied)
    pair.dismissed_at, pair.dismissed_by, pair.dismiss_reason = None, None, ""
    pair.save(update_fields=["dismissed_at", "dismissed_by", "dismiss_reason"])
    synchronise_all(accounts=[pair.first_id])
    return pair
