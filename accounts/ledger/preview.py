"""Staged rows and mappings as a page shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from accounts.ledger import reasons
from accounts.ledger.columns import MONEY_FORMAT, Column, Kind
from accounts.ledger.headers import LEAVE_OUT
from accounts.ledger.run import Run
from accounts.models import Account, LedgerImport, RowVerdict, StagedRow
from staff.models import Region, User

TONES = {
    "new": "active",
    "changed": "open",
    "same": "draft",
    "refused": "refused",
    "moved": "sent_back",
    "left_out": "draft",
    "uploaded": "queued",
    "reading": "running",
    "mapping": "pending",
    "ready": "pending",
    "applying": "running",
    "applied": "applied",
    "undone": "undone",
    "failed": "failed",
    "discarded": "void",
}
WARNINGS = ("replaces",)
NAMES = ("name", "customer_name")  # stand in a column of their own
FIRST = ("date", "amount")  # of a line, however many columns it has


@dataclass
class Change:
    label: str
    old: str
    new: str


@dataclass
class ShownRow:
    number: int
    verdict: str
    word: str
    tone: str
    title: str
    account: Account | None = None
    changes: list[Change] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)
    resembles: list[dict[str, Any]] = field(default_factory=list)


class Preview:
    """Renders the rows of one import for one reader."""

    def __init__(self, ledger_import: LedgerImport, reader: User) -> None:
        self.run = Run(ledger_import, ledger_import.uploaded_by)
        self.reader = reader
        self.kind: Kind = self.run.kind

    def shown(self, rows: Iterable[StagedRow]) -> list[ShownRow]:
        rows = list(rows)
        ids = {row.account_id for row in rows}
        ids |= {found["account"] for row in rows for found in row.resembles or []}
        accounts = Account.objects.visible_ever_to(self.reader).in_bulk([pk for pk in ids if pk])
        self.people = self._names(rows, User, "owner") | self._names(rows, User, "person")
        self.regions = self._names(rows, Region, "region")
        return [self._row(row, accounts) for row in rows]

    def _names(self, rows: list[StagedRow], model: Any, name: str) -> dict[str, str]:
        """Names for the ids that stand in one column, old and new."""
        ids: set[str] = set()
        for row in rows:
            ids |= {str(value) for value in (row.changes or {}).get(name, []) if value}
            if self.run.has(name) and row.cells:
                ids.add(row.cells[self.run.place(name) - 1] or "")
        found = [int(value) for value in ids if value.isdigit()]
        if not found:
            return {}
        return {str(pk): str(thing) for pk, thing in model.objects.in_bulk(found).items()}

    def _row(self, row: StagedRow, accounts: dict[int, Account]) -> ShownRow:
        verdict = RowVerdict(row.verdict)
        return ShownRow(
            number=row.number,
            verdict=row.verdict,
            word=str(verdict.label),
            tone=TONES[row.verdict],
            title=row.title,
            account=accounts.get(row.account_id or 0),
            changes=self._changes(row),
            problems=[self._problem(found) for found in row.problems or []],
            resembles=[
                {**found, "account": accounts.get(found["account"] or 0)}
                for found in row.resembles or []
            ],
        )

    def _changes(self, row: StagedRow) -> list[Change]:
        if row.verdict == RowVerdict.NEW:
            given = zip(self.run.fields, row.cells or [], strict=False)
            changes = [
                Change(label_of(column), "", self.text(column, value))
                for column, value in sorted(given, key=lambda pair: pair[0].name not in FIRST)
                if value and not (column.name in NAMES and value == row.title)
            ]
            return changes + [Change(key, "", text) for key, text in (row.extra or {}).items()]
        changes = []
        for name, (old, new) in (row.changes or {}).items():
            if name == "extra":
                changes += [
                    Change(key, str((old or {}).get(key, "")), text)
                    for key, text in new.items()
                    if (old or {}).get(key) != text
                ]
            else:
                column = self.kind.by_name[name]
                changes.append(
                    Change(label_of(column), self.text(column, old), self.text(column, new))
                )
        return changes

    def text(self, column: Column, value: str | None) -> str:
        """A canonical value as a person writes it."""
        if value is None or value in ("", "\x01"):
            return ""
        if column.choices:
            return str(dict(column.choices).get(value, value))
        if column.name in ("owner", "person"):
            return self.people.get(value, value)
        if column.name == "region":
            return self.regions.get(value, value)
        if column.cast.startswith("numeric"):
            return f"{Decimal(value):,.4f}".rstrip("0").rstrip(".")
        return value

    def _problem(self, problem: dict[str, Any]) -> dict[str, str]:
        column = self.kind.by_name.get(problem.get("field", ""))
        return {
            "column": problem.get("column") or (str(column.label) if column else ""),
            "read": str(problem.get("read", "")),
            "expected": reasons.of_cell(problem, self.kind),
        }

    def notes(self) -> list[str]:
        return self._told(lambda code: code not in WARNINGS)

    def warnings(self) -> list[str]:
        """What would be lost by applying, if it is not meant."""
        return self._told(lambda code: code in WARNINGS)

    def _told(self, is_wanted: Callable[[str], bool]) -> list[str]:
        notes = [note for note in self.run.ledger_import.notes if is_wanted(note["code"])]
        return [text for note in notes if (text := reasons.of_note(note, self.kind))]

    def mapped(self) -> list[dict[str, Any]]:
        """Each column of the file with what it was taken for."""
        found = []
        for column in self.run.mapping.columns:
            known = self.kind.by_name.get(column.field)
            meaning = str(known.label) if known else str(self.kind.keeps)
            if column.field == LEAVE_OUT:
                meaning = gettext("left out")
            found.append(
                {
                    "header": column.header,
                    "meaning": meaning,
                    "is_known": known is not None,
                    "unit": unit_text(column.factor, column.currency) if known else "",
                }
            )
        return found


def label_of(column: Column) -> str:
    """With the unit, where it is money."""
    # outside an f-string, where the catalogue's tools do not look for texts
    unit = gettext(" (yuan)") if column.number_format == MONEY_FORMAT else ""
    return f"{column.label}{unit}"


def unit_text(factor: str, currency: str) -> str:
    words = {"10000": "万", "1000": "千", "1000000": "百万", "100000000": "亿"}
    unit = words.get(factor.split(".")[0], "")
    return f"{unit}{currency}" if currency != "CNY" else (f"{unit}元" if unit else "")
