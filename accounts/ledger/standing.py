"""Where a ledger says a customer stands and whose it is: by the rules of a single change.

The standing (S1 第7条) is a manager's column; the file is the reason, and stands in the trail.
"""

from __future__ import annotations

from accounts.ledger.belonging import mark
from accounts.ledger.people import assignable
from accounts.ledger.run import Run
from accounts.models import Standing

# From what it is here; to what the file says.
REFUSED = {
    "standing_prospect": f"<> '{Standing.PROSPECT}' AND %s = '{Standing.PROSPECT}'",
    "standing_former": f"= '{Standing.FORMER}' AND %s = '{Standing.KEY}'",
}


def refuse(run: Run) -> None:
    """Refuse what `standing_blocker` refuses of everybody, owners one may not appoint, and tiers
    of prospects, who have none."""
    name = f"(SELECT u.name FROM staff_user u WHERE u.id::text = {run.staged('owner')})"
    if run.has("owner") and not run.actor.is_superior:
        mark(run, "owner_change", "r.changes ? 'owner'", field="owner", read=name)
    if run.has("owner"):
        mark(
            run,
            "owner_beyond",
            "(r.verdict = 'new' OR r.changes ? 'owner')"
            f" AND {run.staged('owner')} ~ '^[0-9]+$' AND {run.staged('owner')} <> ALL(%s)",
            [[str(person.pk) for person in assignable(run.actor)]],
            field="owner",
            read=name,
        )
    if run.has("tier"):
        here = "(SELECT a.standing FROM accounts_account a WHERE a.id = r.account_id)"
        mark(
            run,
            "prospect_tier",
            "(r.verdict = 'new' OR r.changes ? 'tier')"
            f" AND coalesce({run.staged('standing')}, {here}) = '{Standing.PROSPECT}'",
            field="tier",
        )
    if not run.has("standing"):
        return
    said, here = run.staged("standing"), "r.changes->'standing'->>0"
    for code, steps in REFUSED.items():
        mark(run, code, f"r.changes ? 'standing' AND {here} {steps % said}", field="standing")
