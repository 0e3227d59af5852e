"""One import at work: whose it is, which columns it has, and how far it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import pghistory
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.ledger.columns import Column, Kind, kind_named
from accounts.ledger.headers import TableMapping
from accounts.models import Account, ImportProgress, LedgerImport
from staff.models import User

INCOMING = "ledger_incoming"
STAGED = "accounts_stagedrow"


@dataclass
class Run:
    """The import, its columns in the order of the staged cells, and the person behind it."""

    ledger_import: LedgerImport
    actor: User
    progress: Progress = field(default_factory=lambda: Progress(None))
    notes: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, Any] = field(default_factory=dict)

    @property
    def pk(self) -> int:
        return self.ledger_import.pk

    @cached_property
    def kind(self) -> Kind:
        return kind_named(self.ledger_import.kind)

    @cached_property
    def mapping(self) -> TableMapping:
        return TableMapping.from_json(self.ledger_import.mapping)

    @cached_property
    def fields(self) -> list[Column]:
        """The known columns of this file that the person may import, in a fixed order."""
        mapped = {column.field for column in self.mapping.columns}
        return [
            column
            for column in self.kind.columns
            if column.name in mapped and not self.is_withheld(column)
        ]

    def is_withheld(self, column: Column) -> bool:
        """Carrying over decisions of an old ledger is a manager's right."""
        return column.group in ("decision", "agreement") and not self.actor.is_manager

    @cached_property
    def options(self) -> dict[str, Any]:
        return {**self.kind.defaults, **self.ledger_import.options}

    def has(self, name: str) -> bool:
        return name in self._positions

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {column.name: place for place, column in enumerate(self.fields, 1)}

    def place(self, name: str) -> int:
        """The position of a column in the staged cells, counted from 1."""
        return self._positions[name]

    def incoming(self, name: str) -> str:
        """The column in the table of what was read, as SQL; NULL where the file has none."""
        return f"i.c{self.place(name)}" if self.has(name) else "NULL::text"

    def staged(self, name: str) -> str:
        """The column in the staged row, as SQL; NULL where the file has none."""
        return f"r.cells[{self.place(name)}]" if self.has(name) else "NULL::text"

    def of_group(self, group: str) -> list[Column]:
        return [column for column in self.fields if column.group == group]

    @cached_property
    def visible(self) -> tuple[str, Sequence[Any]]:
        """The person's customers as a subquery with its parameters."""
        query = Account.objects.visible_to(self.actor).order_by().values("pk").query
        sql, parameters = query.sql_with_params()
        return sql, parameters


def execute(sql: str, parameters: Sequence[Any] = ()) -> int:
    """Run one statement; the number of rows it touched. `%` in it is always doubled."""
    with connection.cursor() as cursor:
        cursor.execute(sql, tuple(parameters))
        return int(cursor.rowcount)


def rows(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, tuple(parameters))
        return list(cursor.fetchall())


def one(sql: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...]:
    return rows(sql, parameters)[0]


@contextmanager
def trail(ledger_import: LedgerImport, actor: User, **more: Any) -> Iterator[None]:
    """Changes inside stand in the trail under this import and person, COPY included."""
    with pghistory.context(user=actor.pk, ledger_import=ledger_import.pk, **more):
        yield


class Progress:
    """Tells how far an import is, on a connection of its own so that others see it at once."""

    def __init__(self, import_id: int | None) -> None:
        self.import_id = import_id
        self._connection: BaseDatabaseWrapper | None = None

    def __enter__(self) -> Progress:
        if self.import_id is not None:
            self._connection = connection.copy()
        return self

    def __exit__(self, *error: object) -> None:
        if self._connection is not None:
            self.at("done")
            self._connection.close()
            self._connection = None

    def at(self, phase: str, done: int = 0, total: int = 0) -> None:
        if self._connection is None:
            return
        with self._connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {ImportProgress._meta.db_table}"
                " (import_id, phase, done, total, at) VALUES (%s, %s, %s, %s, now())"
                " ON CONFLICT (import_id) DO UPDATE SET phase = excluded.phase,"
                " done = excluded.done, total = excluded.total, at = now()",
                (self.import_id, phase, done, total),
            )


def counts_of(pk: int) -> dict[str, int]:
    """How many staged rows have each verdict, and how many look like somebody known."""
    found = rows(
        f"SELECT verdict, count(*), count(resembles) FROM {STAGED}"
        " WHERE ledger_import_id = %s GROUP BY verdict",
        [pk],
    )
    counts = {str(verdict): int(count) for verdict, count, _ in found}
    counts["rows"] = sum(counts.values())
    counts["resembles"] = sum(int(resembles) for _, _, resembles in found)
    return counts


def given(value: str) -> str:
    """SQL: the cell as text, with an explicitly emptied one (`cells.CLEAR`) as NULL."""
    return f"nullif({value}, E'\\x01')"


MANY_ROWS = 2_000


def expect_many(count: int) -> None:
    """Plan the rest of the transaction for many rows.

    Tables that grew from nothing in this very transaction have no statistics yet; the planner
    would take them for tiny and read them once per row.
    """
    if count > MANY_ROWS:
        execute("SET LOCAL enable_nestloop = off")
        # Triggers keep the plans of their first call: those of a single row would join the rows
        # of a whole import in a loop, and those of an import would read all customers for one.
        execute("DISCARD PLANS")
        transaction.on_commit(partial(execute, "DISCARD PLANS"))


def in_turn() -> None:
    """Only one import is applied or undone at a time; the lock ends with the transaction."""
    rows("SELECT pg_advisory_xact_lock(hashtext('accounts.ledger'))")


def json_object(pairs: Mapping[str, str]) -> str:
    """SQL: an object of the pairs whose value is not NULL; NULL when there is none."""
    if not pairs:
        return "NULL::jsonb"
    # jsonb_build_object takes at most 100 arguments
    items = list(pairs.items())
    parts = [
        "jsonb_build_object("
        + ", ".join(f"'{name}', {value}" for name, value in items[start : start + 40])
        + ")"
        for start in range(0, len(items), 40)
    ]
    return f"nullif(jsonb_strip_nulls({' || '.join(parts)}), '{{}}'::jsonb)"
