"""The staged lines become sales lines, and volumes are added up again."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection
from django.utils import timezone

from accounts.ledger import volumes
from accounts.ledger.names import fill_names
from accounts.ledger.run import STAGED, Run, execute, one, rows
from accounts.ledger.sales.columns import GOOD, amount_sql, has_identity, source_sql
from accounts.ledger.sales.reach import OVERLAP
from accounts.models import Account, Standing
from staff.models import Role


def apply(run: Run) -> Mapping[str, int]:
    """Create unknown customers, replace what is replaced, add the lines, add up the volumes."""
    list_unknown_customers(run)
    mark_moved(run)
    run.progress.at("writing")
    run.counts["created_customers"] = create_customers(run)
    touched = replaced_accounts(run)
    updated = int(one(f"SELECT count(*) FROM {GOOD} AND r.verdict = 'changed'", [run.pk])[0])
    inserted = insert_lines(run)
    cover(run)
    run.progress.at("volumes")
    accounts = {row[0] for row in rows(f"SELECT DISTINCT r.account_id FROM {GOOD}", [run.pk])}
    volumes.add_up(sorted(accounts | touched), run.ledger_import.name, run.actor.pk)
    return {
        "created": inserted - updated,
        "updated": updated,
        "created_customers": run.counts["created_customers"],
    }


def list_unknown_customers(run: Run) -> None:
    """A table `ledger_fresh`: the customers to be created, by the numbers the preview gave them."""
    execute("DROP TABLE IF EXISTS ledger_fresh")
    code, name = run.staged("customer_code"), run.staged("customer_name")
    execute(
        f"""CREATE TEMP TABLE ledger_fresh ON COMMIT DROP AS
        SELECT r.account_id AS id, coalesce(min({code}), '') AS code,
            coalesce(min({name}), min({code})) AS name
        FROM {STAGED} r WHERE r.ledger_import_id = {run.pk:d} AND r.verdict = 'new'
            AND NOT EXISTS (SELECT 1 FROM accounts_account a WHERE a.id = r.account_id)
        GROUP BY r.account_id ORDER BY min(r.number)"""
    )


def mark_moved(run: Run) -> None:
    """Customers merged, voided or newly known since the preview, and lines replaced since."""
    execute(
        f"""UPDATE {STAGED} r SET verdict = 'moved' FROM accounts_account a
        WHERE r.ledger_import_id = %s AND r.verdict IN ('new', 'changed')
            AND a.id = r.account_id AND (a.merged_into_id IS NOT NULL OR a.voided_at IS NOT NULL)
        """,
        [run.pk],
    )
    if run.has("record"):
        execute(
            f"UPDATE {STAGED} r SET verdict = 'moved' WHERE r.ledger_import_id = %s"
            f" AND r.verdict = 'changed' AND {run.staged('record')} IS NOT NULL AND NOT EXISTS ("
            f"SELECT 1 FROM accounts_salesline s WHERE s.id = {run.staged('record')}::bigint)",
            [run.pk],
        )
    known = rows(
        """DELETE FROM ledger_fresh f USING accounts_account a
        WHERE f.code <> '' AND a.code = f.code AND a.merged_into_id IS NULL AND a.voided_at IS NULL
        RETURNING f.id"""
    )
    if known:
        execute(
            f"UPDATE {STAGED} SET verdict = 'moved' WHERE ledger_import_id = %s"
            " AND verdict = 'new' AND account_id = ANY(%s)",
            [run.pk, [row[0] for row in known]],
        )


def create_customers(run: Run) -> int:
    """Customers we do not know, as *customer (not classified)*; a specialist's are theirs."""
    execute("ANALYZE ledger_fresh")
    fill_names(run, names="SELECT DISTINCT name FROM ledger_fresh")
    columns, values, parameters = [], [], []
    special = {
        "id": "f.id", "code": "f.code", "name": "f.name", "name_pinyin": "left(n.pinyin, 600)",
        "name_initials": "left(n.initials, 200)", "created_at": "now()", "updated_at": "now()",
        "standing": f"'{Standing.UNCLASSIFIED.value}'", "created_by": str(run.actor.pk),
    }  # fmt: skip
    if not run.actor.is_manager and run.actor.region_id:
        special["region"] = str(run.actor.region_id)
    for field in Account._meta.concrete_fields:
        if field.generated:
            continue
        columns.append(str(field.column))
        if field.name in special:
            values.append(special[field.name])
        else:
            values.append(f"%s::{field.db_type(connection)}")
            parameters.append(field.get_db_prep_save(field.get_default(), connection))
    created = execute(
        f"INSERT INTO accounts_account ({', '.join(columns)}) SELECT {', '.join(values)}"
        " FROM ledger_fresh f LEFT JOIN ledger_names n ON n.name = f.name ORDER BY f.id",
        parameters,
    )
    if run.actor.role == Role.SPECIALIST or not (run.actor.is_manager or run.actor.region_id):
        execute(
            """INSERT INTO accounts_assignment (account_id, user_id, kind, started_on, reason,
                assigned_by_id) SELECT id, %s, 'owner', %s, %s, %s FROM ledger_fresh""",
            [run.actor.pk, timezone.localdate(), run.ledger_import.name[:200], run.actor.pk],
        )
    return created


def replaced_accounts(run: Run) -> set[int]:
    """Take out the lines that this file replaces; whose they were."""
    if has_identity(run):
        line, document = run.staged("line"), run.staged("document")
        gone = rows(
            f"""DELETE FROM accounts_salesline s USING {STAGED} r
            WHERE r.ledger_import_id = %s AND r.verdict = 'changed'
                AND {run.staged("record")} IS NULL AND s.source = {source_sql(run, "r")}
                AND s.document = coalesce({document}, '') AND s.line = {line}
                AND s.line <> '' RETURNING s.account_id""",
            [run.pk, run.options["source"]],
        )
        if run.has("record"):
            gone += rows(
                f"""DELETE FROM accounts_salesline s USING {STAGED} r
                WHERE r.ledger_import_id = %s AND r.verdict = 'changed'
                    AND s.id = {run.staged("record")}::bigint RETURNING s.account_id""",
                [run.pk],
            )
        return {row[0] for row in gone}
    if run.options["overlap"] != "replace" or "period" not in run.ledger_import.counts:
        return set()
    first, last = run.ledger_import.counts["period"]
    gone = rows(
        f"DELETE FROM accounts_salesline WHERE id IN (SELECT o.id FROM ({OVERLAP}) o)"
        " RETURNING account_id",
        [run.options["source"], first, last, run.actor.pk, run.actor.pk],
    )
    return {row[0] for row in gone}


def insert_lines(run: Run) -> int:
    def text(name: str) -> str:
        return f"coalesce({run.staged(name)}, '')"

    def figure(name: str) -> str:
        return f"{run.staged(name)}::numeric(18,4)"

    return execute(
        f"""INSERT INTO accounts_salesline (ledger_import_id, "row", account_id, source, document,
            line, sold_on, product_code, product, quantity, unit_price, amount, cost, profit, extra)
        SELECT r.ledger_import_id, r.number, r.account_id, {source_sql(run, "r")},
            {text("document")}, {text("line")},
            {run.staged("date")}::date, {text("product_code")}, {text("product")},
            {figure("quantity")}, {figure("unit_price")}, {amount_sql(run, "r")},
            {figure("cost")}, {figure("profit")}, coalesce(r.extra, '{{}}'::jsonb)
        FROM {GOOD} ORDER BY r.number""",
        [run.options["source"], run.pk],
    )


def cover(run: Run) -> None:
    """This source has told everything about these days (of whom the person may import)."""
    if period := run.ledger_import.counts.get("period"):
        execute(
            """INSERT INTO accounts_salescoverage (ledger_import_id, source, period_from, period_to,
                is_complete) VALUES (%s, %s, %s, %s, %s)""",
            [run.pk, run.options["source"], *period, run.actor.is_top_manager],
        )
