"""What triggers keep on a customer's row: its search text, and copies of who looks after it."""

import pgtrigger

FOUND_BY = [
    "name", "name_pinyin", "name_initials", "short_name", "former_names", "code", "credit_code",
    "phone",
]  # fmt: skip

# Body of the row trigger on the customer. An import writes every column it has, changed or not:
# the text is made anew only where one of these really changed.
FILL_SEARCH_TEXT = f"""
IF TG_OP = 'INSERT' OR ({", ".join(f"NEW.{name}" for name in FOUND_BY)})
    IS DISTINCT FROM ({", ".join(f"OLD.{name}" for name in FOUND_BY)})
THEN
    NEW.search_text := account_search_text(NEW);
END IF;
RETURN NEW;
"""

# A statement that found no row wakes its triggers all the same.
NOBODY = """
IF NOT EXISTS ({touched}) THEN
    RETURN NULL;
END IF;
"""

# Body of the statement triggers on contact persons. The lock comes first, so that two people added
# at once are both found.
REFILL_SEARCH_TEXT = """
PERFORM 1 FROM accounts_account WHERE id IN ({touched}) ORDER BY id FOR UPDATE;
UPDATE accounts_account AS account SET search_text = fresh.text
FROM (
    SELECT touched.id, account_search_text(touched) AS text
    FROM accounts_account AS touched WHERE touched.id IN ({touched})
) AS fresh
WHERE account.id = fresh.id AND account.search_text IS DISTINCT FROM fresh.text;
RETURN NULL;
"""


def after_statement(name: str, operation: pgtrigger.Operation, func: str) -> pgtrigger.Trigger:
    """Runs `func` once per statement; {touched} in it selects the customers of its rows."""
    sides = {"INSERT": ["new"], "UPDATE": ["old", "new"], "DELETE": ["old"]}[str(operation)]
    touched = " UNION ".join(f"SELECT account_id FROM {side}_rows" for side in sides)  # noqa: S608
    return pgtrigger.Trigger(
        name=f"{name}_{operation}".lower(),
        level=pgtrigger.Statement,
        operation=operation,
        when=pgtrigger.After,
        referencing=pgtrigger.Referencing(**{side: f"{side}_rows" for side in sides}),
        func=(NOBODY + func).format(touched=touched),
    )
