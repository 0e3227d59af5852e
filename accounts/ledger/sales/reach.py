"""How far a sales ledger reaches: the days it is about, and whose verdict it would change."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.ledger import impact
from accounts.ledger.run import STAGED, Run, one, rows
from accounts.ledger.sales.columns import READ, amount_sql, has_identity, source_sql
from accounts.ledger.volumes import covered, whole_until
from accounts.models import TierPolicy
from accounts.tiering import BulkJudge


def coverage(run: Run) -> None:
    """The days the file is about, and the lines of those days that are there already."""
    day = f"{run.staged('date')}::date"
    first, last = one(f"SELECT min({day}), max({day}) FROM {READ}", [run.pk])
    if first is None:
        return
    run.counts["period"] = [first.isoformat(), last.isoformat()]
    if whole_until(last, timezone.localdate()) < last:
        run.notes.append({"code": "running_month", "month": f"{last:%Y-%m}"})
    total = one(f"SELECT sum({amount_sql(run, 'r')}) FROM {READ}", [run.pk])[0]
    run.counts["amount"] = str(total)
    if has_identity(run):
        return
    there = one(
        f"SELECT count(*) FROM ({OVERLAP}) o",
        [run.options["source"], first, last, run.actor.pk, run.actor.pk],
    )[0]
    if there:
        code = "replaces" if run.options["overlap"] == "replace" else "adds"
        run.notes.append(
            {"code": code, "count": there, "from": first.isoformat(), "to": last.isoformat()}
        )


# Lines of the same source and days. A person who does not see everything replaces only lines of
# imports of their own.
OVERLAP = """
    SELECT s.id, s.account_id FROM accounts_salesline s
    JOIN accounts_ledgerimport l ON l.id = s.ledger_import_id
    WHERE s.source = %s AND s.sold_on BETWEEN %s AND %s
        AND (l.uploaded_by_id = %s OR EXISTS (SELECT 1 FROM staff_user u WHERE u.id = %s
            AND u.role = 'manager' AND u.reports_to_id IS NULL))
"""


def volume_window(run: Run) -> tuple[dt.date, dt.date] | None:
    """The twelve months up to the last whole one; None where they are not all covered."""
    if "period" not in run.counts:
        return None
    first, last = map(dt.date.fromisoformat, run.counts["period"])
    spans = [(first, whole_until(last, timezone.localdate()))]
    spans += [(first, last) for *_, first, last in covered()]
    months = {
        n for first, last in spans for n in range(month_number(first), month_number(last) + 1)
    }
    end = max(months, default=0)
    if not all(month in months for month in range(end - 11, end + 1)):
        return None
    return first_day(end - 11), first_day(end + 1) - dt.timedelta(days=1)


def month_number(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def first_day(month: int) -> dt.date:
    return dt.date(month // 12, month % 12 + 1, 1)


def replaced_sql(run: Run) -> tuple[str, list[Any]]:
    """SQL for "this line `s` will be replaced by one of the file", with its parameters."""
    if has_identity(run):
        document, line = run.staged("document"), run.staged("line")
        return (
            f"""EXISTS (SELECT 1 FROM {STAGED} r WHERE r.ledger_import_id = {run.pk:d}
                AND r.verdict IN ('same', 'changed') AND {run.staged("record")} = s.id::text)
            OR s.line <> '' AND EXISTS (SELECT 1 FROM {STAGED} r
                WHERE r.ledger_import_id = {run.pk:d} AND r.verdict IN ('same', 'changed')
                AND {line} = s.line AND coalesce({document}, '') = s.document
                AND {source_sql(run, "r")} = s.source)""",
            [run.options["source"]],
        )
    if run.options["overlap"] != "replace":
        return "false", []
    return "s.source = %s AND s.sold_on BETWEEN %s AND %s", [
        run.options["source"],
        *run.counts["period"],
    ]


def impact_of_sales(run: Run) -> None:
    """The last twelve months of the customers in the file, before and after, judged."""
    if not (window := volume_window(run)):
        return
    judge = BulkJudge(TierPolicy.objects.in_force().rules())
    kinds = judge.policy.kinds
    joins = "".join(
        f" LEFT JOIN accounts_judgement j{n} ON j{n}.account_id = a.id AND j{n}.kind = '{kind}'"
        for n, kind in enumerate(kinds)
    )
    values = "ARRAY[" + ", ".join(f"j{n}.value" for n in range(len(kinds))) + "]::text[]"
    replaced, parameters = replaced_sql(run)
    found = rows(
        f"""WITH added AS (
            SELECT r.account_id, min(r.title) AS title, sum({amount_sql(run, "r")}) AS amount
            FROM {READ} AND {run.staged("date")}::date BETWEEN %s AND %s
            GROUP BY r.account_id
        )
        SELECT a.id, n.title, a.annual_volume, n.amount + coalesce((
            SELECT sum(s.amount) FROM accounts_salesline s
            WHERE s.account_id = n.account_id AND s.sold_on BETWEEN %s AND %s AND NOT ({replaced})
        ), 0), {values}, {values}
        FROM added n LEFT JOIN accounts_account a ON a.id = n.account_id {joins}""",
        [run.pk, *window, *window, *parameters],
    )
    impact.keep(run, judge, found)
