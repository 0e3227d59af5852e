"""The parent company in a customer ledger: named by code or name, also one of the same file."""

from __future__ import annotations

from typing import Any

from accounts.ledger.cells import CLEAR
from accounts.ledger.run import STAGED, Run, execute, rows

LIVING = "o.merged_into_id IS NULL AND o.voided_at IS NULL"
SAID = "coalesce(nullif({0}.code, ''), {0}.name)"

# Every parent that the file names, with whom that is: by code, else by a name that is unique.
FIND = f"""
    CREATE TEMP TABLE ledger_parents ON COMMIT DROP AS
    SELECT named.given, found.id AS account_id, {SAID.format("found")} AS said
    FROM (SELECT DISTINCT {{given}} AS given FROM ledger_incoming i) named
    LEFT JOIN (
        SELECT o.code AS given, o.id FROM accounts_account o
        WHERE o.code <> '' AND {LIVING} AND {{visible}}
    ) by_code ON by_code.given = named.given
    LEFT JOIN (
        SELECT o.name AS given, min(o.id) AS id FROM accounts_account o
        WHERE {LIVING} AND {{visible}} GROUP BY o.name HAVING count(*) = 1
    ) by_name ON by_name.given = named.given
    LEFT JOIN accounts_account found ON found.id = coalesce(by_code.id, by_name.id)
    WHERE named.given IS NOT NULL
"""


def scope(run: Run, column: str) -> tuple[str, list[Any]]:
    """SQL for "the person sees this customer"."""
    if run.actor.is_top_manager:
        return "true", []
    sql, parameters = run.visible
    return f"{column} IN ({sql})", list(parameters)


def find(run: Run) -> tuple[str, list[Any]]:
    """Find the parents; the joins that the comparison needs for them, with parameters.

    SECURITY: a parent outside the person's scope (`pa` is NULL then) is neither named nor replaced.
    """
    if not run.has("parent"):
        return "", []
    execute("DROP TABLE IF EXISTS ledger_parents")
    visible, parameters = scope(run, "o.id")
    execute(FIND.format(given=run.incoming("parent"), visible=visible), parameters * 2)
    execute("ANALYZE ledger_parents")
    condition, parameters = scope(run, "pa.id")
    return (
        f"""LEFT JOIN ledger_parents par ON par.given = {run.incoming("parent")}
        LEFT JOIN accounts_account pa ON pa.id = a.parent_id AND {condition}""",
        parameters,
    )


def incoming(run: Run) -> str:
    """What the file says, as the customer's page would; NULL where the parent is not to be seen."""
    return (
        "CASE WHEN a.parent_id IS NULL OR pa.id IS NOT NULL"
        f" THEN coalesce(par.said, {run.incoming('parent')}) END"
    )


def refuse(run: Run) -> None:
    """Refuse rows whose parent nobody knows, or whose line of parents would lead back to them."""
    if not run.has("parent"):
        return
    given = run.staged("parent")
    in_file = " OR ".join(
        f"EXISTS (SELECT 1 FROM {STAGED} o WHERE o.ledger_import_id = r.ledger_import_id"
        f" AND o.verdict <> 'refused' AND {run.staged(name).replace('r.', 'o.')} = {given})"
        for name in ("code", "name")
        if run.has(name)
    )
    mark(
        run,
        "unknown_parent",
        f"{given} <> '{CLEAR}' AND NOT EXISTS (SELECT 1 FROM ledger_parents par"
        f" WHERE par.given = {given} AND par.account_id IS NOT NULL) AND NOT ({in_file})",
    )
    if circles := circles_of(run):
        mark(run, "parent_circle", "r.number = ANY(%s)", [circles])


def mark(
    run: Run,
    code: str,
    condition: str,
    parameters: list[Any] | None = None,
    *,
    field: str = "parent",
    read: str = "",
) -> None:
    """Refuse rows by what a column says; `read` is SQL for its words where the cell has none."""
    execute(
        f"""UPDATE {STAGED} r SET verdict = 'refused', changes = NULL,
            problems = jsonb_build_array(jsonb_build_object('code', '{code}', 'field', '{field}',
                'read', {read or run.staged(field)}))
        WHERE r.ledger_import_id = %s AND r.verdict <> 'refused'
            AND {run.staged(field)} IS NOT NULL AND {condition}""",
        [run.pk, *(parameters or [])],
    )


def circles_of(run: Run) -> list[int]:
    """Rows that would be their own parent, at whatever remove."""
    code = run.staged("code")
    found = rows(
        f"""SELECT r.number, coalesce('a' || r.account_id, 'r' || r.number),
            coalesce('a' || par.account_id, 'r' || (
                SELECT min(o.number) FROM {STAGED} o WHERE o.ledger_import_id = r.ledger_import_id
                    AND o.verdict = 'new' AND {run.staged("parent")} IN
                        ({code.replace("r.", "o.")}, {run.staged("name").replace("r.", "o.")})))
        FROM {STAGED} r LEFT JOIN ledger_parents par ON par.given = {run.staged("parent")}
        WHERE r.ledger_import_id = %s AND r.verdict IN ('new', 'changed')
            AND {run.staged("parent")} IS NOT NULL""",
        [run.pk],
    )
    above = dict(
        rows("SELECT 'a' || id, 'a' || parent_id FROM accounts_account WHERE parent_id IS NOT NULL")
    )
    above.update({child: parent for _, child, parent in found})
    circles = []
    for number, child, parent in found:
        seen = set()
        while parent and parent not in seen and parent != child:
            seen.add(parent)
            parent = above.get(parent)
        if parent == child:
            circles.append(number)
    return circles


def write(run: Run) -> None:
    """Give the written customers their parents, those of the same file among them."""
    if not run.has("parent"):
        return
    given = run.staged("parent")
    visible, parameters = scope(run, "o.id")
    execute(
        f"""UPDATE accounts_account a SET parent_id = coalesce(by_code.id, by_name.id)
        FROM {STAGED} r
        LEFT JOIN accounts_account by_code ON by_code.code = {given} AND by_code.code <> ''
            AND by_code.merged_into_id IS NULL AND by_code.voided_at IS NULL
        LEFT JOIN (
            SELECT o.name, min(o.id) AS id FROM accounts_account o
            WHERE {LIVING} AND {visible} GROUP BY o.name HAVING count(*) = 1
        ) by_name ON by_name.name = {given}
        WHERE r.ledger_import_id = %s AND a.id = r.account_id AND {given} IS NOT NULL
            AND (r.verdict = 'new' OR r.verdict = 'changed' AND r.changes ? 'parent')
            AND a.parent_id IS DISTINCT FROM coalesce(by_code.id, by_name.id)""",
        [*parameters, run.pk],
    )
