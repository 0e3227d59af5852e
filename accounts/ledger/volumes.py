"""Sales lines become monthly and annual volumes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from accounts.ledger.run import execute, rows
from accounts.models import SalesCoverage
from accounts.workflow.volume import choose_for, first_of

# Every whole month that the sources tell about a customer, from its first line on: a covered month
# without a line is zero, a month without coverage is not known.
MONTHS = """
    CREATE TEMP TABLE ledger_months ON COMMIT DROP AS
    WITH covered AS (
        SELECT * FROM unnest(%s::bigint[], %s::boolean[], %s::date[], %s::date[])
            AS c(ledger_import_id, is_complete, period_from, period_to)
    ),
    bought AS (
        SELECT account_id, date_trunc('month', sold_on)::date AS month, sum(amount) AS amount
        FROM accounts_salesline GROUP BY 1, 2
    ),
    firsts AS (SELECT account_id, min(month) AS first FROM bought GROUP BY 1),
    told AS (
        SELECT DISTINCT f.account_id, m.month FROM firsts f JOIN (
            SELECT DISTINCT generate_series(date_trunc('month', period_from), period_to,
                '1 month')::date AS month
            FROM covered WHERE is_complete
        ) m ON m.month >= f.first
        UNION
        SELECT f.account_id, generate_series(date_trunc('month', greatest(c.period_from, f.first)),
            c.period_to, '1 month')::date
        FROM (SELECT DISTINCT account_id, ledger_import_id FROM accounts_salesline) s
        JOIN covered c USING (ledger_import_id) JOIN firsts f USING (account_id)
        WHERE NOT c.is_complete
    )
    SELECT t.account_id, t.month, coalesce(b.amount, 0) AS amount
    FROM told t LEFT JOIN bought b USING (account_id, month)
"""

# Calendar years of which every month is known, and the twelve months up to the last one.
YEARS = """
    CREATE TEMP TABLE ledger_years ON COMMIT DROP AS
    WITH lasts AS (SELECT account_id, max(month) AS last FROM ledger_months GROUP BY 1),
    spans AS (
        SELECT DISTINCT account_id, date_trunc('year', month)::date AS first FROM ledger_months
        UNION
        SELECT account_id, (last - interval '11 months')::date FROM lasts
    )
    SELECT s.account_id, s.first AS period_from,
        (s.first + interval '1 year' - interval '1 day')::date AS period_to, sum(m.amount) AS amount
    FROM spans s JOIN ledger_months m ON m.account_id = s.account_id
        AND m.month >= s.first AND m.month < s.first + interval '1 year'
    GROUP BY 1, 2 HAVING count(*) = 12
"""


def whole_until(last: dt.date, told_on: dt.date) -> dt.date:
    """The end of the last whole month of a ledger that reaches to `last`.

    A month is whole when the ledger came after its end, although its last days have no line; one
    that was still running would pass for a month of few sales.
    """
    next_day = last + dt.timedelta(days=1)
    return min(first_of(last, 1), first_of(max(next_day, told_on))) - dt.timedelta(days=1)


def covered() -> list[tuple[int, bool, dt.date, dt.date]]:
    """The imports, whether they tell of all customers, and from when to when in whole months."""
    now = timezone.now()
    return [
        (
            row.ledger_import_id,
            row.is_complete,
            row.period_from,
            whole_until(row.period_to, timezone.localdate(row.ledger_import.applied_at or now)),
        )
        for row in SalesCoverage.objects.select_related("ledger_import")
    ]


def add_up(accounts: Iterable[int], note: str, user: int) -> None:
    """Bring the volumes of all customers with sales lines up to date.

    All of them, because a newly covered month moves the last twelve months of customers who
    bought nothing in it, too. `accounts` are those whose lines were taken out.
    """
    for table in ("ledger_months", "ledger_years"):
        execute(f"DROP TABLE IF EXISTS {table}")
    execute(MONTHS, [list(column) for column in zip(*covered(), strict=True)] or [[]] * 4)
    execute("ANALYZE ledger_months")
    execute(YEARS)
    execute("ANALYZE ledger_years")
    moved = set(accounts)
    _write_months(list(moved))
    moved |= _write_years(list(moved), note, user)
    choose_for(sorted(moved))


def _write_months(accounts: list[int]) -> None:
    execute(
        """DELETE FROM accounts_monthlyvolume v WHERE v.source = 'ledger'
        AND (v.account_id = ANY(%s) OR v.account_id IN (SELECT account_id FROM ledger_months))
        AND NOT EXISTS (SELECT 1 FROM ledger_months m
            WHERE m.account_id = v.account_id AND m.month = v.month)""",
        [accounts],
    )
    execute(
        """INSERT INTO accounts_monthlyvolume (account_id, month, amount, source)
        SELECT m.account_id, m.month, m.amount, 'ledger' FROM ledger_months m
        LEFT JOIN accounts_monthlyvolume v ON v.account_id = m.account_id AND v.month = m.month
        WHERE v.id IS NULL OR v.amount <> m.amount OR v.source <> 'ledger'
        ON CONFLICT (account_id, month) DO UPDATE
            SET amount = excluded.amount, source = excluded.source"""
    )


def _write_years(accounts: list[int], note: str, user: int) -> set[int]:
    """The customers whose years changed."""
    gone = rows(
        """DELETE FROM accounts_annualvolume v WHERE v.source = 'ledger' AND v.basis = 'sales'
        AND (v.account_id = ANY(%s) OR v.account_id IN (SELECT account_id FROM ledger_months))
        AND NOT EXISTS (SELECT 1 FROM ledger_years y WHERE y.account_id = v.account_id
            AND y.period_from = v.period_from AND y.period_to = v.period_to)
        RETURNING v.account_id""",
        [accounts],
    )
    written = rows(
        """INSERT INTO accounts_annualvolume (account_id, basis, period_from, period_to, amount,
            source, source_note, as_of, entered_by_id, entered_at)
        SELECT y.account_id, 'sales', y.period_from, y.period_to, y.amount, 'ledger', %s,
            least(y.period_to, c.last), %s, now()
        FROM ledger_years y
        CROSS JOIN (SELECT max(period_to) AS last FROM accounts_salescoverage) c
        LEFT JOIN accounts_annualvolume v ON v.account_id = y.account_id AND v.basis = 'sales'
            AND v.period_from = y.period_from AND v.period_to = y.period_to
        WHERE v.id IS NULL OR v.amount <> y.amount OR v.source <> 'ledger'
            OR v.as_of <> least(y.period_to, c.last)
        ON CONFLICT (account_id, basis, period_from, period_to) DO UPDATE SET
            amount = excluded.amount, source = excluded.source,
            source_note = excluded.source_note, as_of = excluded.as_of,
            entered_by_id = excluded.entered_by_id, entered_at = excluded.entered_at
        RETURNING account_id""",
        [note[:200], user],
    )
    return {row[0] for row in gone} | {row[0] for row in written}
