"""The customer ledger: customers with their contact person, judgements, volume and owner."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.ledger import undo
from accounts.ledger.columns import Kind
from accounts.ledger.customers.apply import apply
from accounts.ledger.customers.columns import COLUMNS, INFORMING
from accounts.ledger.customers.compare import compare
from accounts.ledger.run import Run, rows
from accounts.models import Account, TierDecision, VolumeBasis
from accounts.workflow import tiering


def take_back(run: Run) -> list[dict[str, Any]]:
    """Undo; a carried-over decision is never deleted but corrected back."""
    carried = rows(
        """SELECT d.id, d.account_id, d.previous_tier FROM accounts_tierdecision d
        WHERE d.origin = 'carried_over' AND d.id IN (
            SELECT e.pgh_obj_id FROM accounts_tierdecisionevent e WHERE e.pgh_id BETWEEN %s AND %s
                AND (e.pgh_context->>'ledger_import')::bigint = %s)""",
        [*run.ledger_import.trail.get("accounts.TierDecision", [0, -1]), run.pk],
    )
    kept = undo.take_back(run)
    named = {line["account"] for line in kept}
    live = Account.objects.filter(voided_at=None).in_bulk([row[1] for row in carried])
    decisions = TierDecision.objects.in_bulk([row[0] for row in carried])
    for pk, account, previous in carried:
        if account in live and account not in named:
            tiering.correct(
                decisions[pk],
                actor=run.actor,
                tier=previous,
                effective_on=decisions[pk].effective_on,
                reason=gettext("The import that carried it over was undone."),
            )
    return kept


KIND = Kind(
    name="customers",
    label=_("Customers"),
    hint=_("One row per customer: name, code, address, contact person, owner, annual volume."),
    keeps=_("kept with the customer"),
    columns=COLUMNS,
    compare=compare,
    apply=apply,
    undo=take_back,
    defaults={"volume_year": "", "volume_basis": VolumeBasis.DECLARED.value, "rates": {}},
    needs=(("name",),),
    informing=INFORMING,
)
