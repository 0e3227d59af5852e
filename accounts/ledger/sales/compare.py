"""Whose line it is, and whether it is new, there already, or refused."""

from __future__ import annotations

from typing import Any

from accounts.ledger.run import Run, execute, json_object, one
from accounts.ledger.sales.columns import amount_sql, has_identity, source_sql
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
    WITH keyed AS NOT MATERIALIZED (
        SELECT i.*, coalesce('c' || {code}, 'n' || {name}) AS key, {amount} AS worked_out,
            {source} AS its_source
        FROM ledger_incoming i
    ),
    twins AS MATERIALIZED (
        SELECT its_source, {document} AS document, {line} AS line, min(number) AS first
        FROM keyed i WHERE {line} IS NOT NULL GROUP BY 1, 2, 3 HAVING count(*) > 1
    ),
    found AS (
        SELECT i.*, coalesce(c.account_id, c.fresh_id) AS account_id,
            coalesce(c.name, {name}, c.code) AS customer, s.id AS line_id,
            coalesce(nullif(c.problem, 'twin'), '') AS customer_problem,
            CASE WHEN i.number > t.first THEN t.first END AS repeats,
            {line_problem} AS line_problem,
            {is_same} AS is_same,
            CASE WHEN s.id IS NOT NULL THEN {changes} END AS changes
        FROM keyed i LEFT JOIN ledger_customers c ON c.key = i.key
        LEFT JOIN twins t ON t.its_source = i.its_source
            AND t.document = {document} AND t.line = {line}
        {known}
    )
    INSERT INTO accounts_stagedrow (ledger_import_id, number, verdict, title, account_id, version,
        cells, extra, changes, problems, pinyin, initials)
    SELECT %s, i.number,
        CASE WHEN i.problems IS NOT NULL OR i.customer_problem <> '' OR i.repeats > 0
                OR i.line_problem IS NOT NULL
                THEN 'refused'
            WHEN i.line_id IS NULL THEN 'new' WHEN i.is_same THEN 'same' ELSE 'changed' END,
        left(coalesce(i.customer, ''), 200),
        CASE WHEN i.customer_problem <> 'outside' THEN i.account_id END,
        NULL, {cells}, i.extra,
        CASE WHEN NOT i.is_same AND i.problems IS NULL AND i.line_problem IS NULL
            THEN i.changes END,
        CASE WHEN i.problems IS NOT NULL THEN i.problems
            WHEN i.customer_problem <> '' THEN jsonb_build_array(jsonb_build_object(
                'code', i.customer_problem, 'field', 'customer_name', 'read', i.customer))
            WHEN i.repeats > 0 THEN jsonb_build_array(jsonb_build_object(
                'code', 'repeated', 'field', 'line', 'read', {line}, 'row', i.repeats))
            WHEN i.line_problem IS NOT NULL THEN jsonb_build_array(jsonb_build_object(
                'code', i.line_problem, 'field', 'line', 'read', coalesce({line}, ''))) END,
        coalesce(i.key, ''), ''
    FROM found i
"""
# Fields of a line as (column of the file, column of the table).
LINE_FIELDS = (
    ("date", "sold_on"), ("document", "document"), ("line", "line"),
    ("product_code", "product_code"), ("product", "product"), ("quantity", "quantity"),
    ("unit_price", "unit_price"), ("cost", "cost"), ("profit", "profit"),
)  # fmt: skip


def stage_lines(run: Run) -> None:
    document, line = f"coalesce({run.incoming('document')}, '')", run.incoming("line")
    known, problem, parameters = known_lines(run, document, line)
    figures = [(name, f"s.{column}", stored(run, name)) for name, column in LINE_FIELDS]
    figures.append(("amount", "s.amount", "i.worked_out"))
    changes = {
        name: f"CASE WHEN {old} IS DISTINCT FROM {new}"
        f" THEN jsonb_build_array({old}::text, ({new})::text) END"
        for name, old, new in figures
    }
    changes["customer_name"] = (
        "CASE WHEN s.account_id <> c.account_id THEN jsonb_build_array("
        "(SELECT a.name FROM accounts_account a WHERE a.id = s.account_id), c.name) END"
    )
    changes["extra"] = (
        "CASE WHEN s.extra <> coalesce(i.extra, '{}')"
        " THEN jsonb_build_array(s.extra, coalesce(i.extra, '{}')) END"
    )
    same = [f"{old} IS NOT DISTINCT FROM {new}" for _, old, new in figures]
    same += ["s.account_id = c.account_id", "s.extra = coalesce(i.extra, '{}')"]
    execute(
        STAGE.format(
            code=run.incoming("customer_code"),
            name=run.incoming("customer_name"),
            amount=amount_sql(run, "i"),
            source=source_sql(run, "i"),
            document=document,
            line=line,
            known=known,
            line_problem=problem,
            is_same=" AND ".join(same) if has_identity(run) else "false",
            changes=json_object(changes),
            cells=f"ARRAY[{', '.join(f'i.c{n}' for n in range(1, len(run.fields) + 1))}]",
        ),
        [run.options["source"], *parameters, run.pk],
    )


def known_lines(run: Run, document: str, line: str) -> tuple[str, str, list[Any]]:
    """SQL that joins the line `s` which a row of the file is, and says why it may not be that one.

    By the mark that our own export gave it, else by source, document and line number. Nobody
    replaces a line of a customer outside their line.
    """

    def by_number(alias: str) -> str:
        if not run.has("line"):
            return "false"
        return (
            f"{alias}.source = i.its_source AND {alias}.document = {document}"
            f" AND {alias}.line = {line} AND {alias}.line <> ''"
        )

    record = run.incoming("record")
    joins, problems, parameters = [], [], list[Any]()
    if run.has("record"):
        joins += [
            f"LEFT JOIN accounts_salesline o ON {by_number('o')}",
            f"LEFT JOIN accounts_salesline s ON s.id = coalesce({record}::bigint, o.id)",
            f"LEFT JOIN (SELECT {record} AS record, min(number) AS first FROM ledger_incoming i"
            f" GROUP BY 1 HAVING count(*) > 1) d ON d.record = {record} AND d.first < i.number",
        ]
        problems += [
            f"WHEN {record} IS NOT NULL AND s.id IS NULL THEN 'line_gone'",
            "WHEN o.id <> s.id THEN 'line_taken'",
            "WHEN d.first IS NOT NULL THEN 'line_twice'",
        ]
    else:
        joins.append(f"LEFT JOIN accounts_salesline s ON {by_number('s')}")
    if not run.actor.is_top_manager and has_identity(run):
        scope, of_scope = run.visible
        joins.append(f"LEFT JOIN ({scope}) v(id) ON v.id = s.account_id")
        problems.append("WHEN s.id IS NOT NULL AND v.id IS NULL THEN 'line_outside'")
        parameters += of_scope
    problem = f"CASE {' '.join(problems)} END" if problems else "NULL::text"
    return "\n".join(joins), problem, parameters


def stored(run: Run, name: str) -> str:
    """A read cell as the table of lines would hold it."""
    column = run.kind.by_name[name]
    if column.cast == "text":
        return f"coalesce({run.incoming(name)}, '')"
    return f"{run.incoming(name)}::{column.cast}"
