"""Agreements that a customer ledger carries over: number, kind, signed on, ends on.

A known number is left as it is: what an agreement says is changed on its own page.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.ledger.run import STAGED, Run, execute, given
from accounts.models import Agreement, AgreementStatus

FIELDS = ("agreement_number", "agreement_kind", "agreement_signed_on", "agreement_ends_on")


def join(run: Run) -> str:
    """The agreement of that number, whoever's it is, for the comparison."""
    if not run.of_group("agreement"):
        return ""
    return f"LEFT JOIN accounts_agreement g ON g.number = {run.incoming('agreement_number')}"


def refuse(run: Run) -> None:
    """Refuse what is no whole agreement, another customer's, or differs from the one kept."""
    if not run.of_group("agreement"):
        return
    number, kind, signed, ends = (given(run.staged(name)) for name in FIELDS)
    problem = f"""CASE
        WHEN {number} IS NULL THEN 'agreement_number'
        WHEN g.account_id IS DISTINCT FROM r.account_id AND g.id IS NOT NULL THEN 'agreement_taken'
        WHEN g.id IS NOT NULL AND r.changes ?| %s THEN 'agreement_differs'
        WHEN g.id IS NULL AND ({kind} IS NULL OR {signed} IS NULL) THEN 'agreement_incomplete'
        WHEN {signed}::date > %s OR {ends}::date < {signed}::date THEN 'agreement_dates'
        WHEN row_number() OVER (PARTITION BY {number} ORDER BY r.number) > 1
            THEN 'agreement_repeated' END"""
    execute(
        f"""UPDATE {STAGED} r SET verdict = 'refused', changes = NULL,
            problems = jsonb_build_array(jsonb_build_object('code', p.problem,
                'field', 'agreement_number', 'read', coalesce({number}, '')))
        FROM (SELECT r.id, {problem} AS problem
              FROM {STAGED} r LEFT JOIN accounts_agreement g ON g.number = {number}
              WHERE r.ledger_import_id = %s AND r.verdict <> 'refused'
                AND coalesce({number}, {kind}, {signed}, {ends}) IS NOT NULL) p
        WHERE p.id = r.id AND p.problem IS NOT NULL""",
        [list(FIELDS), timezone.localdate(), run.pk],
    )


def carry_over(run: Run) -> None:
    """Signed agreements of an old ledger; who signed is not known and stays blank."""
    if not run.has("agreement_number"):
        return
    cells = {name: given(run.staged(name)) for name in FIELDS}
    special = {
        "account": "r.account_id",
        "number": cells["agreement_number"],
        "kind": cells["agreement_kind"],
        "status": f"'{AgreementStatus.SIGNED.value}'",
        "signed_on": f"{cells['agreement_signed_on']}::date",
        "starts_on": f"{cells['agreement_signed_on']}::date",
        "ends_on": f"{cells['agreement_ends_on']}::date",
        "drawn_up_by": str(run.actor.pk),
        "drawn_up_at": "now()",
    }
    columns, values, parameters = [], [], list[Any]()
    for field in Agreement._meta.concrete_fields:
        if field.primary_key:
            continue
        columns.append(str(field.column))
        if field.name in special:
            values.append(special[field.name])
            continue
        values.append(f"%s::{field.db_type(connection)}")
        value = run.ledger_import.name if field.name == "carried_from" else field.get_default()
        parameters.append(field.get_db_prep_save(value, connection))
    execute(
        f"""INSERT INTO accounts_agreement ({", ".join(columns)}) SELECT {", ".join(values)}
        FROM {STAGED} r WHERE r.ledger_import_id = %s AND r.verdict IN ('new', 'changed')
            AND {cells["agreement_number"]} IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM accounts_agreement g WHERE g.number = {cells["agreement_number"]})
        ORDER BY r.number""",
        [*parameters, run.pk],
    )
