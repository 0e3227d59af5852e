"""Where a ledger says a customer stands: by the rules of a single change (S1 第7条).

The column is a manager's; the file is the reason, and stands in the trail.
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
    """Refuse what `Account.standing_blocker` refuses of everybody."""
    if not run.has("standing"):
        return
    said, here = run.staged("standing"), "r.changes->'standing'->>0"
    for code, steps in REFUSED.items():
        mark(run, code, f"r.changes ? 'standing' AND {here} {steps % said}", field="standing")
