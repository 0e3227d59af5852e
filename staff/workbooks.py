"""Small Excel tables for the admin (regions, people, products): safe to read, harmless to open.

Ledgers have their own door; this one reads a few thousand rows of reference data.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

import tablib
import xlsxwriter
from django.utils.translation import gettext
from import_export.formats.base_formats import XLSX
from openpyxl.reader.excel import load_workbook

MAX_ROWS, MAX_COLUMNS = 2_000, 50
MAX_UNPACKED = 30 * 1024 * 1024


class UnreadableWorkbook(ValueError):
    """Why the file is not read, in words for the page."""


def _text(value: Any) -> str:
    """A cell as people see it: a mobile is not 13800138000.0."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def read(content: bytes) -> tablib.Dataset:
    """The first sheet as text. SECURITY: the archive's size is judged before it is unpacked, and
    no more rows and columns are walked than a reference table has.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > MAX_UNPACKED:
            raise UnreadableWorkbook(gettext("This workbook is too large for a reference table."))
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).active
        rows = [
            [_text(value) for value in row]
            for row in sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS, values_only=True)
        ]
    except (zipfile.BadZipFile, KeyError, AttributeError, TypeError, ValueError) as error:
        if isinstance(error, UnreadableWorkbook):
            raise
        raise UnreadableWorkbook(gettext("This is not an Excel workbook (.xlsx).")) from error
    rows = [row for row in rows if any(row)]
    if len(rows) > MAX_ROWS + 1:
        raise UnreadableWorkbook(gettext("Split the table: at most %d rows at once.") % MAX_ROWS)
    if not rows:
        raise UnreadableWorkbook(gettext("The first sheet is empty."))
    width = max(n for n, title in enumerate(rows[0], 1) if title)
    dataset = tablib.Dataset(headers=rows[0][:width])
    for row in rows[1:]:
        dataset.append((row + [""] * width)[:width])
    return dataset


def write(headers: list[str], rows: list[list[Any]]) -> bytes:
    """Every cell as text, so that nothing a person typed becomes a formula or a link."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet, bold = book.add_worksheet(), book.add_format({"bold": True, "bottom": 1})
    sheet.freeze_panes(1, 0)
    for column, title in enumerate(headers):
        sheet.write_string(0, column, title, bold)
        longest = max([len(title), *(len(_text(row[column])) for row in rows)])
        sheet.set_column(column, column, min(40, 4 + 2 * longest))
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            sheet.write_string(number, column, _text(value))
    book.close()
    return out.getvalue()


class ReferenceWorkbook(XLSX):
    """django-import-export's Excel, read and written by the functions above."""

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        return read(in_stream)

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        return write(list(dataset.headers or []), [list(row) for row in dataset])
