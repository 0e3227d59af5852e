"""Sales lines become monthly and annual volumes; each customer keeps the one it is judged on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from accounts.ledger.run import execute

# Which fact a tier is judged on (Q12, suggested): sales of the last twelve months, else what the
# customer declared, else older sales; what is expected counts for prospects only.
RANK = """
    CASE WHEN f.basis = 'sales' AND f.period_to >= %s THEN 0
        WHEN f.basis = 'declared' THEN 1 WHEN f.basis = 'sales' THEN 2 ELSE 3 END
"""
CHOOSE = f"""
    UPDATE accounts_account a SET annual_volume_fact_id = best.id, annual_volume = best.amount
    FROM (
        SELECT wanted.id AS account_id, chosen.id, chosen.amount
        FROM unnest(%s::bigint[]) AS wanted(id)
        JOIN accounts_account c ON c.id = wanted.id
        LEFT JOIN LATERAL (
            SELECT f.id, f.amount FROM accounts_annualvolume f
            WHERE f.account_id = wanted.id AND (f.basis <> 'expected' OR c.standing = 'prospect')
            ORDER BY {RANK}, f.period_to DESC, f.id DESC LIMIT 1
        ) chosen ON true
    ) best
    WHERE a.id = best.account_id AND (
        a.annual_volume_fact_id IS DISTINCT FROM best.id
        OR a.annual_volume IS DISTINCT FROM best.amount
    )
"""


def a_year_ago() -> dt.date:
    return timezone.localdate() - dt.timedelta(days=366)


def choose(accounts: Sequence[int]) -> None:
    """Copy to each customer the fact that its tier is judged on; one statement."""
    execute(CHOOSE, [list(accounts), a_year_ago()])
