"""The refused rows of an import as a workbook: correct them there and upload it again."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext

from accounts.ledger import reader
from accounts.ledger.columns import Kind
from accounts.ledger.headers import LEAVE_OUT, REASON, HeaderColumn, TableMapping
from accounts.ledger.preview import Preview, unit_text
from accounts.ledger.reader import Cell
from accounts.ledger.staging import local_copy
from accounts.ledger.table import extra_keys, letters
from accounts.models import LedgerImport

SAFE = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": True,
    "default_date_format": "yyyy-mm-dd",
    "remove_timezone": True,
}


def workbook(ledger_import: LedgerImport) -> io.BytesIO:
    """Header, the refused rows as they were read, and the reasons in front of them."""
    preview = Preview(ledger_import, ledger_import.uploaded_by)
    refused = ledger_import.rows.filter(verdict__in=["refused", "moved"])
    reasons = {row.number: why(row) for row in preview.shown(refused.iterator())}
    mapping = TableMapping.from_json(ledger_import.mapping)
    columns = wanted(ledger_import, mapping, preview.kind)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, SAFE) as book, local_copy(ledger_import) as path:
        page = book.add_worksheet(mapping.sheet[:31] or "Sheet1")
        bold = book.add_format({"bold": True, "bg_color": "#F0F1F3", "border": 1})
        red = book.add_format({"font_color": "#B3261E", "text_wrap": True})
        page.set_column(0, 0, 50)
        page.set_column(1, len(columns), 16)
        page.freeze_panes(1, 1)
        page.write_string(0, 0, str(REASON), bold)
        for place, (_, header) in enumerate(columns, 1):
            page.write_string(0, place, header, bold)
        with reader.opened(path) as opened:
            line = 0
            for number, row in opened.rows(mapping.sheet):
                if number not in reasons:
                    continue
                line += 1
                page.write_string(line, 0, reasons[number], red)
                bad = opened.bad_cells.get(number, {})
                for place, (index, _) in enumerate(columns, 1):
                    value = row[index] if index < len(row) else ""
                    write(page, line, place, as_error(bad[index]) if index in bad else value)
    out.seek(0)
    return out


def wanted(ledger_import: LedgerImport, mapping: TableMapping, kind: Kind) -> list[tuple[int, str]]:
    """The columns by index, under headers that mean the same when the workbook comes back."""
    finder = kind.finder()
    columns = []
    for column, key in zip(mapping.columns, extra_keys(mapping), strict=True):
        name, *unit = finder.field_of(column.header)
        if known := kind.by_name.get(column.field):
            is_amount = known.cast.startswith("numeric")
            same_unit = unit == [Decimal(column.factor), column.currency]
            if name != column.field or (is_amount and not same_unit):
                key = in_our_words(column, str(known.label), is_amount=is_amount)
        if column.field != LEAVE_OUT or name == LEAVE_OUT:
            columns.append((column.index, key))
    for note in ledger_import.notes:
        if note["code"] == "beyond":
            columns += [(index, letters(index)) for index in note["columns"]]
    return columns


def in_our_words(column: HeaderColumn, label: str, *, is_amount: bool) -> str:
    """What a person, a line above the table or a second header row said of the column."""
    unit = unit_text(column.factor, column.currency) if is_amount else ""
    year = f"{column.year}年" if column.year else ""
    return f"{year}{label}（{unit}）" if unit else f"{year}{label}"


def as_error(text: str) -> str:
    """An error cell as text; a formula without a value has none to show."""
    return "#N/A" if text == "=" else text


def why(row: Any) -> str:
    told = ((p["column"], f"{p['read']} {p['expected']}".strip()) for p in row.problems)
    parts = [gettext(": ").join(pair) for pair in told]
    return "\n".join(parts) or row.word


def write(page: Any, line: int, place: int, value: Cell) -> None:
    """A cell as it was: texts stay texts, whatever they begin with."""
    if value == "":
        return
    if isinstance(value, bool):
        page.write_boolean(line, place, value)
    elif isinstance(value, int | float):
        page.write_number(line, place, value)
    elif isinstance(value, dt.datetime | dt.date):
        page.write_datetime(line, place, value)
    else:
        page.write_string(line, place, str(value))
