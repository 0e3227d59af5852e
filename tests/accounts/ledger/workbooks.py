"""Workbooks made for tests, and the way of one through the import."""

import io

import openpyxl
from django.core.files.base import ContentFile

from accounts.models import ImportStatus
from accounts.workflow import ledger


def xlsx(*rows, sheet="Sheet", dress=None):
    """The bytes of a workbook with these rows; `dress(worksheet)` merges, hides or styles."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(list(row))
    if dress:
        dress(page)
    return saved(book)


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def uploaded(content, *, by, kind="customers", name="台账.xlsx", **fields):
    return ledger.upload(ContentFile(content, name), name=name, kind=kind, actor=by, **fields)


def previewed(content, *, by, **fields):
    row = ledger.read(uploaded(content, by=by, **fields))
    assert row.status in (ImportStatus.READY, ImportStatus.MAPPING, ImportStatus.FAILED), row.status
    return row


def applied(content, *, by, **fields):
    row = previewed(content, by=by, **fields)
    ledger.start_apply(row, actor=by)
    return ledger.apply(row, actor=by)


def problems(row):
    """{row number: [(column, code)]} of the refused rows."""
    return {
        staged.number: [
            (found.get("column", found["field"]), found["code"]) for found in staged.problems
        ]
        for staged in row.rows.filter(verdict="refused")
    }


def verdicts(row):
    return {staged.number: staged.verdict for staged in row.rows.all()}
