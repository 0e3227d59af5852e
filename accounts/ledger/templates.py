"""Empty workbooks to fill in: the columns of a kind, drop-downs and one example row."""

from __future__ import annotations

import io

from django.utils.translation import gettext
from openpyxl.comments.comments import Comment
from openpyxl.styles.fills import PatternFill
from openpyxl.styles.fonts import Font
from openpyxl.utils.cell import get_column_letter
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from accounts.ledger.columns import Column, Kind
from accounts.ledger.people import assignable, owner_text
from staff.models import Region, User

LAST_ROW = 5_000
HEAD = PatternFill("solid", fgColor="E9F0F9")
NEEDED = PatternFill("solid", fgColor="FDF1D7")


def workbook(kind: Kind, user: User) -> io.BytesIO:
    """In the reader's language; needed columns are marked, lists stand on a sheet of their own."""
    book = Workbook()
    page = book.active or book.create_sheet()
    page.title = str(kind.label)[:31]
    lists = book.create_sheet(gettext("Choices"))
    place = 0
    for column in kind.columns:
        if column.group in ("decision", "agreement") and not user.is_manager:
            continue
        if column.is_ours:
            continue
        place += 1
        head = page.cell(1, place, str(column.label))
        head.font, head.fill = Font(bold=True), NEEDED if column.required else HEAD
        if column.expects:
            head.comment = Comment(str(column.expects), "")
        letter = get_column_letter(place)
        page.column_dimensions[letter].width = column.width
        example = page.cell(2, place, column.example or None)
        example.data_type, example.font = "s", Font(italic=True, color="6D7785")
        example.number_format = "@"
        if choices := choices_of(column, user):
            add_choices(page, lists, letter, choices)
    page.freeze_panes = "A2"
    lists.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def choices_of(column: Column, user: User) -> list[str]:
    if column.choices:
        return [str(label) for _, label in column.choices]
    if column.name == "owner":
        return [owner_text(person.name, person.employee_number) for person in assignable(user)]
    if column.name == "region":
        return [region.name for region in Region.objects.filter(is_active=True)]
    return []


def add_choices(page, lists, letter: str, choices: list[str]) -> None:  # type: ignore[no-untyped-def]
    place = lists.max_column + 1 if lists.cell(1, 1).value else 1
    for line, text in enumerate(choices, 1):
        cell = lists.cell(line, place, text)
        cell.data_type = "s"
    column = get_column_letter(place)
    rule = DataValidation(
        type="list",
        formula1=f"'{lists.title}'!${column}$1:${column}${len(choices)}",
        allow_blank=True,
    )
    page.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{LAST_ROW}")
