"""The refused rows of an import as a workbook: correct them there and upload it again."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import xlsxwriter
from django.utils.translation import gettext

from accounts.ledger import reader
from accounts.ledger.headers import TableMapping
from accounts.ledger.preview import Preview
from accounts.ledger.reader import Cell
from accounts.ledger.staging import local_copy
from accounts.ledger.table import extra_keys
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
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, SAFE) as book, local_copy(ledger_import) as path:
        page = book.add_worksheet(mapping.sheet[:31] or "Sheet1")
        bold = book.add_format({"bold": True, "bg_color": "#F0F1F3", "border": 1})
        red = book.add_format({"font_color": "#B3261E", "text_wrap": True})
        page.set_column(0, 0, 50)
        page.set_column(1, len(mapping.columns), 16)
        page.freeze_panes(1, 1)
        page.write_string(0, 0, gettext("Why this row was refused"), bold)
        for place, key in enumerate(extra_keys(mapping), 1):
            page.write_string(0, place, key, bold)
        with reader.opened(path) as opened:
            line = 0
            for number, row in opened.rows(mapping.sheet):
                if number not in reasons:
                    continue
                line += 1
                page.write_string(line, 0, reasons[number], red)
                bad = opened.bad_cells.get(number, {})
                for place, column in enumerate(mapping.columns, 1):
                    value = row[column.index] if column.index < len(row) else ""
                    write(page, line, place, bad.get(column.index, value))
    out.seek(0)
    return out


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
