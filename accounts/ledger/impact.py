"""Whose tier verdict an import would change, before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection

from accounts.ledger.run import STAGED, given, rows
from accounts.models import TierPolicy
from accounts.tiering import BulkJudge, Outcome
from accounts.workflow.volume import a_year_ago

if TYPE_CHECKING:
    from accounts.ledger.run import Run

KEPT = 20_000  # more are counted, not listed

# account, title, amount before and after, judgements before and after, in the policy's order
Case = tuple[int | None, str, Decimal | None, Decimal | None, list[str | None], list[str | None]]


def of_customers(run: Run) -> None:
    """What stated volumes and judgements in a customer ledger would do."""
    if not run.has("annual_volume") and not run.of_group("judgement"):
        return
    judge = BulkJudge(TierPolicy.objects.in_force().rules())
    kinds = judge.policy.kinds
    joins = "".join(
        f" LEFT JOIN accounts_judgement j{n} ON j{n}.account_id = a.id AND j{n}.kind = '{kind}'"
        for n, kind in enumerate(kinds)
    )
    before = ", ".join(f"j{n}.value" for n in range(len(kinds)))
    after = ", ".join(
        f"coalesce({given(run.staged(kind))}, j{n}.value)" for n, kind in enumerate(kinds)
    )
    told = ", ".join(
        f"'{column.name}'" for column in run.fields if column.group in ("volume", "judgement")
    )
    stated = f"{given(run.staged('annual_volume'))}::numeric(18,4)"
    found = rows(
        f"""SELECT r.account_id, r.title, a.annual_volume,
            CASE WHEN f.basis = 'sales' AND f.period_to >= %s THEN a.annual_volume
                ELSE coalesce({stated}, a.annual_volume) END,
            ARRAY[{before}]::text[], ARRAY[{after}]::text[]
        FROM {STAGED} r LEFT JOIN accounts_account a ON a.id = r.account_id
        LEFT JOIN accounts_annualvolume f ON f.id = a.annual_volume_fact_id {joins}
        WHERE r.ledger_import_id = %s AND (r.verdict = 'new'
            OR r.verdict = 'changed' AND r.changes ?| ARRAY[{told}])""",
        [a_year_ago(), run.pk],
    )
    keep(run, judge, found)


def keep(run: Run, judge: BulkJudge, cases: Iterable[Any]) -> None:
    """List the customers whose verdict moves, and count from where to where."""
    moves: Counter[str] = Counter()
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for line, move in moved(run.pk, judge, cases):
            moves[move] += 1
            if sum(moves.values()) <= KEPT:
                copy.write_row(line)
    run.counts["impact"] = dict(moves.most_common())


COPY = (
    "COPY accounts_stagedimpact (ledger_import_id, account_id, title, volume_before,"
    " volume_after, before, after, is_settled) FROM STDIN"
)


def moved(
    pk: int, judge: BulkJudge, cases: Iterable[Case]
) -> Iterator[tuple[tuple[Any, ...], str]]:
    for account, title, old_amount, new_amount, old_values, new_values in cases:
        before = judge.outcome(old_amount, tuple(old_values))
        after = judge.outcome(new_amount, tuple(new_values))
        if account is not None and words(before) == words(after):
            continue
        if account is None and not after.passing and not after.possible:
            continue
        old = words(before) if account is not None else []
        line = (pk, account, title[:200], old_amount, new_amount, as_json(old),
                as_json(words(after)), bool(after.settled_tier))  # fmt: skip
        yield line, f"{'/'.join(old) or '-'} → {'/'.join(words(after)) or '-'}"


def words(outcome: Outcome) -> list[str]:
    """The tiers that pass; those only possible carry a question mark; a gap says so."""
    found = [*outcome.passing, *(f"{tier}?" for tier in outcome.possible)]
    return ["gap"] if outcome.is_gap and not found else found


def as_json(texts: list[str]) -> str:
    return "[" + ", ".join(f'"{text}"' for text in texts) + "]"
