"""Whose line it is, and whether it is new, there already, or refused."""

from __future__ import annotations

from typing import Any

from accounts.ledger.run import Run, execute, one
from accounts.ledger.sales.columns import amount_sql
from accounts.ledger.sales.reach import coverage, impact_of_sales


def compare(run: Run) -> None:
    """Find each line's customer, and say which lines are new, there already, or refused."""
    find_customers(run)
    number_unknown_customers()
    stage_lines(run)
    run.counts["customers"], run.counts["unknown_customers"] = one(
        "SELECT count(DISTINCT coalesce(account_id, fresh_id)), count(DISTINCT fresh_id)"
        " FROM ledger_customers WHERE problem IN ('', 'twin')"
    )
    coverage(run)
    impact_of_sales(run)


def find_customers(run: Run) -> None:
    """A table `ledger_customers`: each customer named in the file once, with whom that is.

    By code where the line has one: names alone would merge people. A line with only a name is the
    one customer of that name.
    """
    execute("DROP TABLE IF EXISTS ledger_customers")
    code, name = run.incoming("customer_code"), run.incoming("customer_name")
    execute(
        f"""CREATE TEMP TABLE ledger_customers ON COMMIT DROP AS
        SELECT code, min(name) AS name, key, NULL::bigint AS account_id, NULL::bigint AS fresh_id,
            ''::text AS problem
        FROM (SELECT {code} AS code, {name} AS name, coalesce('c' || {code}, 'n' || {name}) AS key
              FROM ledger_incoming i WHERE i.problems IS NULL) named
        WHERE key IS NOT NULL GROUP BY key, code"""
    )
    execute("CREATE UNIQUE INDEX ON ledger_customers (key)")
    execute(
        """UPDATE ledger_customers c SET account_id = a.id FROM accounts_account a
        WHERE a.code = c.code AND a.code <> '' AND a.merged_into_id IS NULL
            AND a.voided_at IS NULL"""
    )
    execute(
        """UPDATE ledger_customers c SET
            account_id = CASE WHEN found.count = 1 THEN found.id END,
            problem = CASE WHEN found.count > 1 THEN 'ambiguous' ELSE '' END
        FROM (SELECT a.name, min(a.id) AS id, count(*) AS count FROM accounts_account a
              WHERE a.merged_into_id IS NULL AND a.voided_at IS NULL
                AND a.name IN (SELECT name FROM ledger_customers WHERE code IS NULL)
              GROUP BY a.name) found
        WHERE c.code IS NULL AND c.name = found.name"""
    )
    if not run.actor.is_top_manager:
        scope, parameters = run.visible
        execute(
            f"""UPDATE ledger_customers c SET problem = 'outside'
            WHERE account_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM ({scope}) s(id) WHERE s.id = c.account_id)""",
            parameters,
        )
    # A name that another line of the file gives a code is that customer.
    execute(
        """UPDATE ledger_customers c SET account_id = o.account_id,
            problem = CASE WHEN o.account_id IS NULL THEN 'twin' ELSE c.problem END
        FROM (SELECT name, min(account_id) AS account_id FROM ledger_customers
              WHERE code IS NOT NULL GROUP BY name HAVING count(*) = 1) o
        WHERE c.code IS NULL AND c.account_id IS NULL AND c.problem = '' AND o.name = c.name"""
    )
    if run.options["unknown_customers"] == "leave":
        execute(
            "UPDATE ledger_customers SET problem = 'unknown_customer'"
            " WHERE account_id IS NULL AND problem IN ('', 'twin')"
        )
    execute("ANALYZE ledger_customers")


def number_unknown_customers() -> None:
    """Give each customer that an import would create its number already in the preview.

    So that applying need not write it into every line.
    """
    execute(
        """UPDATE ledger_customers
        SET fresh_id = nextval(pg_get_serial_sequence('accounts_account', 'id'))
        WHERE account_id IS NULL AND problem = ''"""
    )
    execute(
        """UPDATE ledger_customers c SET fresh_id = o.fresh_id FROM ledger_customers o
        WHERE c.problem = 'twin' AND o.code IS NOT NULL AND o.name = c.name"""
    )


# Repeated lines are found in one pass over all: numbering each line's twins would sort the file.
STAGE = """
    WITH keyed AS (
        SELECT i.*, coalesce('c' || {code}, 'n' || {name}) AS key, {amount} AS worked_out
        FROM ledger_incoming i
    ),
    twins AS MATERIALIZED (
        SELECT {document} AS document, {line} AS line, min(number) AS first
        FROM ledger_incoming i WHERE {line} IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1
    ),
    found AS (
        SELECT i.*, coalesce(c.account_id, c.fresh_id) AS account_id,
            coalesce(c.name, {name}, c.code) AS customer, s.id AS line_id,
            coalesce(nullif(c.problem, 'twin'), '') AS customer_problem,
            CASE WHEN i.number > t.first THEN t.first END AS repeats,
            {is_same} AS is_same
        FROM keyed i LEFT JOIN ledger_customers c ON c.key = i.key
        LEFT JOIN twins t ON t.document = {document} AND t.line = {line}
        LEFT JOIN accounts_salesline s ON {identity}
    )
    INSERT INTO accounts_stagedrow (ledger_import_id, number, verdict, title, account_id, version,
        cells, extra, changes, problems, pinyin, initials)
    SELECT %s, i.number,
        CASE WHEN i.problems IS NOT NULL OR i.customer_problem <> '' OR i.repeats > 0
                THEN 'refused'
            WHEN i.line_id IS NULL THEN 'new' WHEN i.is_same THEN 'same' ELSE 'changed' END,
        left(coalesce(i.customer, ''), 200),
        CASE WHEN i.customer_problem <> 'outside' THEN i.account_id END,
        NULL, {cells}, i.extra,
        CASE WHEN i.line_id IS NOT NULL AND NOT i.is_same AND i.problems IS NULL
            THEN {changes} END,
        CASE WHEN i.problems IS NOT NULL THEN i.problems
            WHEN i.customer_problem <> '' THEN jsonb_build_array(jsonb_build_object(
                'code', i.customer_problem, 'field', 'customer_name', 'read', i.customer))
            WHEN i.repeats > 0 THEN jsonb_build_array(jsonb_build_object(
                'code', 'repeated', 'field', 'line', 'read', {line}, 'row', i.repeats)) END,
        coalesce(i.key, ''), ''
    FROM found i
"""

# Fields of a line as (column of the file, column of the table).
LINE_FIELDS = (
    ("date", "sold_on"), ("product_code", "product_code"), ("product", "product"),
    ("quantity", "quantity"), ("unit_price", "unit_price"), ("cost", "cost"),
    ("profit", "profit"),
)  # fmt: skip


def stage_lines(run: Run) -> None:
    has_identity = run.has("line")
    line = run.incoming("line")
    document = f"coalesce({run.incoming('document')}, '')"
    identity = "false"
    parameters: list[Any] = []
    if has_identity:
        identity = f"s.source = %s AND s.document = {document} AND s.line = {line} AND s.line <> ''"
        parameters.append(run.options["source"])
    compared = [
        f"s.{column} IS NOT DISTINCT FROM {stored(run, name)}" for name, column in LINE_FIELDS
    ]
    compared += [
        "s.amount = i.worked_out",
        "s.account_id = c.account_id",
        "s.extra = coalesce(i.extra, '{}')",
    ]
    execute(
        STAGE.format(
            code=run.incoming("customer_code"),
            name=run.incoming("customer_name"),
            amount=amount_sql(run, "i"),
            identity=identity,
            is_same=" AND ".join(compared) if has_identity else "false",
            cells=f"ARRAY[{', '.join(f'i.c{n}' for n in range(1, len(run.fields) + 1))}]",
            document=document,
            line=line,
            changes="jsonb_build_object('amount', jsonb_build_array("
            "(SELECT o.amount::text FROM accounts_salesline o WHERE o.id = i.line_id),"
            " i.worked_out::text))",
        ),
        [*parameters, run.pk],
    )


def stored(run: Run, name: str) -> str:
    """A read cell as the table of lines would hold it."""
    column = run.kind.by_name[name]
    if column.cast == "text":
        return f"coalesce({run.incoming(name)}, '')"
    return f"{run.incoming(name)}::{column.cast}"
