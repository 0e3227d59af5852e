"""Where a ledger says a customer stands and whose it is: by the rules of a single change.

The standing (S1 第7条) is a manager's column; the file is the reason, and stands in the trail.
"""

from __future__ import annotations

from accounts.ledger.belonging import mark
from accounts.ledger.run import Run
from accounts.models import Standing

# From what it is here; to what the file says.
REFUSED = {
    "standing_prospect": f"<> '{Standing.PROSPECT}' AND %s = '{Standing.PROSPECT}'",
    "standing_former": f"= '{Standing.FORMER}' AND %s = '{Standing.KEY}'",
}


def refuse(run: Run) -> None:
    """Refuse what `standing_blocker` refuses of everybody, and of a specialist a new owner."""
    if run.has("owner") and not run.actor.is_superior:
        name = f"(SELECT u.name FROM staff_user u WHERE u.id::text = {run.staged('owner')})"
        mark(run, "owner_change", "r.changes ? 'owner'", field="owner", read=name)
    if not run.has("standing"):
        return
    said, here = run.staged("standing"), "r.changes->'standing'->>0"
    for code, steps in REFUSED.items():
        mark(run, code, f"r.changes ? 'standing' AND {here} {steps % said}", field="standing")
