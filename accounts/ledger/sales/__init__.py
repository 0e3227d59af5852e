"""The sales ledger: lines with date, customer and amount, from which volumes are added up.

A line's identity is (source, document, line number) where the workbook has a line column: such a
line is replaced when it comes again. Without one, the file replaces or joins that source's lines
of the days it covers, as the person chooses; lines are never deduplicated by content.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.ledger import undo, volumes
from accounts.ledger.columns import Kind
from accounts.ledger.run import Run, execute, rows
from accounts.ledger.sales.apply import apply
from accounts.ledger.sales.columns import COLUMNS, row_rule
from accounts.ledger.sales.compare import compare, find_customers
from accounts.models import SalesLine

__all__ = ["KIND", "find_customers"]


def take_back(run: Run) -> list[dict[str, Any]]:
    """Undo: the lines go, those they replaced return, volumes are added up again."""
    gone = rows(
        "DELETE FROM accounts_salesline WHERE ledger_import_id = %s RETURNING account_id", [run.pk]
    )
    accounts = {row[0] for row in gone}
    accounts |= restore_lines(run)
    execute("DELETE FROM accounts_salescoverage WHERE ledger_import_id = %s", [run.pk])
    kept = undo.take_back(run, recomputed=True)
    volumes.add_up(sorted(accounts), run.ledger_import.name, run.actor.pk)
    return kept


def restore_lines(run: Run) -> set[int]:
    """Lines that this import replaced, from the trail; not where a later file brought them again."""  # noqa: E501
    span = run.ledger_import.trail.get("accounts.SalesLine")
    if not span:
        return set()
    trail = undo.Trail(SalesLine)
    columns = ", ".join(f'"{column}"' for column in ["id", *trail.columns()])
    picked = ", ".join(f'e."{column}"' for column in trail.columns())
    back = rows(
        f"""INSERT INTO accounts_salesline ({columns})
        SELECT e.pgh_obj_id, {picked} FROM {trail.event_table} e
        WHERE e.pgh_id BETWEEN %s AND %s AND e.pgh_label = 'delete'
            AND (e.pgh_context->>'ledger_import')::bigint = %s
            AND e.pgh_context->>'undo' IS NULL
        ON CONFLICT DO NOTHING RETURNING account_id""",
        [*span, run.pk],
    )
    return {row[0] for row in back}


KIND = Kind(
    name="sales",
    label=_("Sales lines"),
    hint=_("One row per line: date, customer by code or name, product, quantity, amount."),
    keeps=_("kept with the line"),
    columns=COLUMNS,
    compare=compare,
    apply=apply,
    undo=take_back,
    row_rule=row_rule,
    defaults={"unknown_customers": "create", "source": "", "overlap": "replace", "rates": {}},
    needs=(("date",), ("customer_code", "customer_name"), ("amount", "unit_price")),
)
