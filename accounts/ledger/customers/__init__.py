"""The customer ledger: customers with their contact person, judgements, volume and owner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.ledger import undo
from accounts.ledger.columns import Kind
from accounts.ledger.customers.apply import apply
from accounts.ledger.customers.columns import COLUMNS, INFORMING
from accounts.ledger.customers.compare import compare
from accounts.ledger.run import Run, rows
from accounts.models import TierDecision, VolumeBasis
from accounts.workflow import tiering


def take_back(run: Run) -> list[dict[str, Any]]:
    """Undo; a carried-over decision is never deleted but corrected back."""
    carried = [
        row[0]
        for row in rows(
            """SELECT d.id FROM accounts_tierdecision d
            WHERE d.origin = 'carried_over' AND d.id IN (
                SELECT e.pgh_obj_id FROM accounts_tierdecisionevent e
                WHERE e.pgh_id BETWEEN %s AND %s
                    AND (e.pgh_context->>'ledger_import')::bigint = %s)
            ORDER BY d.effective_on, d.id""",
            [*run.ledger_import.trail.get("accounts.TierDecision", [0, -1]), run.pk],
        )
    ]
    kept = undo.take_back(run)
    named = {line["account"] for line in kept}
    decisions = TierDecision.objects.filter(
        pk__in=carried, account__voided_at=None, corrected_by=None
    )
    for decision in decisions.order_by("effective_on", "pk"):
        if decision.account_id not in named:
            tiering.correct(
                decision,
                actor=run.actor,
                tier=tier_without(decision, carried),
                effective_on=decision.effective_on,
                reason=gettext("The import that carried it over was undone."),
            )
    return kept


def tier_without(decision: TierDecision, carried: Sequence[int]) -> str:
    """The customer's tier on the day of a decision as if none of these had been carried over."""
    others = TierDecision.objects.filter(
        account=decision.account_id, effective_on__lte=decision.effective_on, corrected_by=None
    ).exclude(pk__in=carried)
    latest = others.order_by("-effective_on", "-decided_at", "-pk").first()
    return latest.tier if latest else decision.previous_tier


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
