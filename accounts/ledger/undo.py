"""Takes an applied import back from the audit events, customer by customer.

Everything the import changed returns to what the trail says it was before; customers that it
created are voided with the reason. A customer that anybody has changed since stays as it is and
is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from accounts.ledger.run import execute, one, rows
from accounts.models import (
    Account,
    Agreement,
    AnnualVolume,
    Assignment,
    ContactPerson,
    HandoverLine,
    Judgement,
    MonthlyVolume,
    SalesLine,
    TierDecision,
)
from accounts.workflow.volume import choose_for

if TYPE_CHECKING:
    from accounts.ledger.run import Run

# Not restored and no change by anybody: counted, stamped or copied by triggers and by `volumes`.
KEPT_ELSEWHERE = {
    "id", "version", "updated_at", "annual_volume", "annual_volume_fact_id", "search_text",
}  # fmt: skip
# In the order in which changes are taken back.
MODELS: tuple[type[models.Model], ...] = (
    HandoverLine,
    Agreement,
    Assignment,
    Judgement,
    ContactPerson,
    MonthlyVolume,
    AnnualVolume,
    Account,
)

MARKED: tuple[type[models.Model], ...] = (*MODELS, SalesLine, TierDecision)


@dataclass(frozen=True)
class Trail:
    """The event table of one model and where an import's events stand in it."""

    model: type[models.Model]

    @property
    def events(self) -> type[models.Model]:
        return cast("type[models.Model]", self.model._meta.get_field("events").related_model)

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def event_table(self) -> str:
        return self.events._meta.db_table

    @property
    def account(self) -> str:
        """The column that names the customer."""
        return "pgh_obj_id" if self.model is Account else "account_id"

    def last_event(self) -> int:
        return int(one(f"SELECT coalesce(max(pgh_id), 0) FROM {self.event_table}")[0])

    def columns(self) -> list[str]:
        own = {field.column for field in self.events._meta.concrete_fields}
        return [
            str(field.column)
            for field in self.model._meta.concrete_fields
            if field.column in own and field.column not in KEPT_ELSEWHERE
        ]


def marks() -> dict[str, int]:
    """The last event of each model now: an import's own events lie between two of these."""
    return {model._meta.label: Trail(model).last_event() for model in MARKED}


def between(before: dict[str, int], after: dict[str, int]) -> dict[str, list[int]]:
    return {
        label: [mark + 1, after[label]] for label, mark in before.items() if after[label] > mark
    }


def take_back(
    run: Run, *, recomputed: bool = False, staying: Sequence[dict[str, Any]] = ()
) -> list[dict[str, Any]]:
    """Undo what can be undone; the customers that stay, each with why. Holds the caller's lock.

    `staying`: customers that stay whatever their own trail says, because of what hangs on them.
    `recomputed`: volumes and their copies follow from sales lines and are added up again by the
    caller; only figures that people had entered come back from the trail.
    """
    trails = collect(run)
    if recomputed:
        restore_entered(trails)
        execute("DELETE FROM ledger_touched WHERE model = ANY(%s)", [list(DERIVED)])
        execute("DELETE FROM ledger_touched WHERE model = 'accounts.Account' AND NOT is_created")
    named = {line["account"] for line in staying}
    others = kept_customers(run, trails, recomputed)
    kept = [*staying, *(line for line in others if line["account"] not in named)]
    execute("ALTER TABLE ledger_touched ADD COLUMN keep boolean NOT NULL DEFAULT false")
    execute(
        "UPDATE ledger_touched SET keep = true WHERE account_id = ANY(%s::bigint[])",
        [[line["account"] for line in kept]],
    )
    for trail in trails:
        if trail.model is not Account:
            delete_created(trail)
    for trail in trails:
        restore(trail)
    void_created(run)
    touched = rows("SELECT DISTINCT account_id FROM ledger_touched WHERE NOT keep")
    choose_for([row[0] for row in touched])
    return kept


DERIVED = ("accounts.MonthlyVolume", "accounts.AnnualVolume")


def restore_entered(trails: Sequence[Trail]) -> None:
    """Figures that people had entered and the import had replaced."""
    for trail in trails:
        if trail.model._meta.label not in DERIVED:
            continue
        sets = ", ".join(f"{column} = e.{column}" for column in trail.columns())
        execute(
            f"""UPDATE {trail.table} m SET {sets}
            FROM ledger_touched t JOIN LATERAL (
                SELECT * FROM {trail.event_table} e
                WHERE e.pgh_obj_id = t.obj_id AND e.pgh_id < t.first_event
                ORDER BY e.pgh_id DESC LIMIT 1
            ) e ON e.source = 'entered'
            WHERE t.model = %s AND t.obj_id = m.id AND NOT t.is_created AND m.source = 'ledger'""",
            [trail.model._meta.label],
        )


def collect(run: Run) -> list[Trail]:
    """A table of every object the import touched: first and last event, whether it made it."""
    execute("DROP TABLE IF EXISTS ledger_touched")
    execute(
        "CREATE TEMP TABLE ledger_touched (model text, obj_id bigint, account_id bigint,"
        " first_event bigint, last_event bigint, is_created boolean) ON COMMIT DROP"
    )
    trails = []
    for label, (first, last) in run.ledger_import.trail.items():
        trail = Trail(apps.get_model(label))
        if trail.model not in MODELS:
            continue
        trails.append(trail)
        execute(
            f"""INSERT INTO ledger_touched
            SELECT %s, pgh_obj_id, min({trail.account}), min(pgh_id), max(pgh_id),
                bool_or(pgh_label = 'insert')
            FROM {trail.event_table}
            WHERE pgh_id BETWEEN %s AND %s AND (pgh_context->>'ledger_import')::bigint = %s
            GROUP BY pgh_obj_id""",
            [label, first, last, run.pk],
        )
    execute("CREATE INDEX ON ledger_touched (model, obj_id)")
    execute("ANALYZE ledger_touched")
    return sorted(trails, key=lambda trail: MODELS.index(trail.model))


def kept_customers(run: Run, trails: Sequence[Trail], recomputed: bool) -> list[dict[str, Any]]:
    """Customers with a later change of what the import wrote, or with new things of their own."""
    reasons: dict[int, dict[str, Any]] = {}
    for trail in trails:
        ours = ", ".join(f"o.{column}" for column in trail.columns())
        theirs = ", ".join(f"e.{column}" for column in trail.columns())
        later = rows(
            f"""SELECT DISTINCT ON (t.account_id) t.account_id, e.pgh_created_at,
                (e.pgh_context->>'user')::bigint
            FROM ledger_touched t
            JOIN {trail.event_table} o ON o.pgh_id = t.last_event
            JOIN {trail.event_table} e ON e.pgh_obj_id = t.obj_id AND e.pgh_id > t.last_event
            WHERE t.model = %s
                AND (e.pgh_label = 'delete' OR ROW({ours}) IS DISTINCT FROM ROW({theirs}))
            ORDER BY t.account_id, e.pgh_id DESC""",
            [trail.model._meta.label],
        )
        for account, at, user in later:
            reasons.setdefault(account, {"why": "changed", "at": at.isoformat(), "user": user})
    for account, what in used_since(run, trails, recomputed):
        reasons.setdefault(account, {"why": "used", "what": what})
    names = dict(rows("SELECT id, name FROM accounts_account WHERE id = ANY(%s)", [list(reasons)]))
    return [
        {"account": account, "name": names.get(account, ""), **reason}
        for account, reason in sorted(reasons.items())
    ]


def used_since(run: Run, trails: Sequence[Trail], recomputed: bool) -> list[tuple[int, str]]:
    """Customers where others refer by now to the customer, or to what the import added to it."""
    found: list[tuple[int, str]] = []
    for trail in trails:
        for user, column in users_of(trail.model):
            own = (
                "AND NOT EXISTS (SELECT 1 FROM ledger_touched o"
                f" WHERE o.model = '{user._meta.label}' AND o.obj_id = x.id)"
            )
            if user is TierDecision:  # corrected by the caller, or left with a voided customer
                own = "AND x.origin <> 'carried_over'"
            if recomputed and user._meta.label in DERIVED:
                own = "AND x.source <> 'ledger'"
            if user is SalesLine:
                own = f"AND x.ledger_import_id <> {run.pk:d}"
            found += [
                (int(account), str(user._meta.verbose_name))
                for (account,) in rows(
                    f"SELECT DISTINCT t.account_id FROM {user._meta.db_table} x"
                    f" JOIN ledger_touched t ON t.obj_id = x.{column}"
                    f" WHERE t.model = %s AND t.is_created {own}",
                    [trail.model._meta.label],
                )
            ]
    return found


def users_of(model: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    """Who may refer to a row of a model, and by which column; its events and copies left out."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        field = relation.field
        if getattr(field, "db_constraint", False) and relation.on_delete is not models.SET_NULL:
            yield field.model, field.column


def delete_created(trail: Trail) -> None:
    """What the import added to customers that go on living; and its agreements from all.

    Nobody else could ever have a number that a voided customer keeps.
    """
    execute(
        f"""DELETE FROM {trail.table} m USING ledger_touched t
        WHERE t.model = %s AND t.obj_id = m.id AND t.is_created AND NOT t.keep
            AND (t.model = %s OR NOT EXISTS (
                SELECT 1 FROM ledger_touched a WHERE a.model = 'accounts.Account'
                AND a.obj_id = t.account_id AND a.is_created))""",
        [trail.model._meta.label, Agreement._meta.label],
    )


def restore(trail: Trail) -> None:
    """Rows that were there before get back every column as the trail has it."""
    columns = trail.columns()
    sets = ", ".join(f"{column} = e.{column}" for column in columns)
    execute(
        f"""UPDATE {trail.table} m SET {sets}
        FROM ledger_touched t JOIN LATERAL (
            SELECT * FROM {trail.event_table} e
            WHERE e.pgh_obj_id = t.obj_id AND e.pgh_id < t.first_event
            ORDER BY e.pgh_id DESC LIMIT 1
        ) e ON true
        WHERE t.model = %s AND t.obj_id = m.id AND NOT t.is_created AND NOT t.keep""",
        [trail.model._meta.label],
    )


def void_created(run: Run) -> None:
    reason = gettext("Import %(number)d (%(name)s) was undone.") % {
        "number": run.pk,
        "name": run.ledger_import.name,
    }
    execute(
        """UPDATE accounts_account a SET voided_at = %s, voided_by_id = %s, void_reason = %s
        FROM ledger_touched t WHERE t.model = 'accounts.Account' AND t.obj_id = a.id
            AND t.is_created AND NOT t.keep""",
        [timezone.now(), run.actor.pk, reason[:200]],
    )
