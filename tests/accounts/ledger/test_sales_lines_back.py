"""Sales lines that went out by our export and come back, and lines that are others'."""

import io

import openpyxl
import pytest

from accounts.ledger import export
from accounts.models import SalesLine
from accounts.workflow import ledger
from tests.accounts.ledger.workbooks import applied, previewed, problems, saved, verdicts, xlsx

pytestmark = pytest.mark.django_db
HEADER = ["日期", "客户编号", "单号", "产品", "金额"]
DAY = "2026-01-05"


@pytest.fixture
def lines(people):
    """Two lines alike and none with a number, of a source that has a name."""
    alike = [DAY, "K1", "D1", "钢管", 10]
    return applied(
        xlsx(HEADER, alike, alike), by=people.wang, kind="sales", options={"source": "ERP"}
    )


def exported(people):
    content = export.to_bytes("sales", export.all_of(people.wang), people.wang)
    book = openpyxl.load_workbook(io.BytesIO(content))
    return book, {cell.value: cell.column - 1 for cell in book.active[1]}


def test_lines_without_a_number_come_back_as_what_they_are(people, lines):
    book, places = exported(people)
    again = previewed(saved(book), by=people.wang, kind="sales")
    assert verdicts(again) == {2: "same", 3: "same"}

    book.active[2][places["金额（元）"]].value = 25
    changed = applied(saved(book), by=people.wang, kind="sales")
    assert changed.rows.get(number=2).changes == {"amount": ["10.0000", "25.0000"]}
    kept = SalesLine.objects.order_by("amount").values_list("amount", "source")
    assert list(kept) == [(10, "ERP"), (25, "ERP")]

    late = previewed(saved(book), by=people.wang, kind="sales")
    assert problems(late) == {2: [("line", "line_gone")]}
    ledger.take_back(changed, actor=people.wang)
    assert list(SalesLine.objects.values_list("amount", flat=True)) == [10, 10]


def test_a_line_moved_since_the_preview_is_not_doubled(people, lines):
    book, places = exported(people)
    for number in (2, 3):
        book.active[number][places["金额（元）"]].value = 30
    first = previewed(saved(book), by=people.wang, kind="sales")
    second = previewed(saved(book), by=people.wang, kind="sales", on_error="partial")
    for row in (first, second):
        ledger.start_apply(row, actor=people.wang)
    ledger.apply(first, actor=people.wang)
    second = ledger.apply(second, actor=people.wang)
    assert verdicts(second) == {2: "moved", 3: "moved"}
    assert [line.amount for line in SalesLine.objects.all()] == [30, 30]


def test_nobody_replaces_a_line_of_a_customer_outside_their_line(people):
    header = ["日期", "客户名称", "单号", "行号", "金额"]
    applied(xlsx(header, [DAY, "陈的客户", "D1", 1, 10]), by=people.chen, kind="sales")
    row = previewed(xlsx(header, [DAY, "周的客户", "D1", 1, 20]), by=people.zhou, kind="sales")
    assert problems(row) == {2: [("line", "line_outside")]}


def test_the_preview_judges_by_document_and_line_number(people, account_year):
    """Line 1 of another document is not replaced by line 1 of this one."""
    again = previewed(account_year(document="B"), by=people.wang, kind="sales")
    assert again.impacts.get().volume_after == 72_000


@pytest.fixture
def account_year(people):
    def year(document):
        days = [f"2025-{month:02}-28" for month in range(1, 13)]
        header = ["日期", "客户名称", "单号", "行号", "金额"]
        table = [[day, "甲公司", document, n, 3_000] for n, day in enumerate(days)]
        return xlsx(header, *table, sheet=document)

    applied(year("A"), by=people.wang, kind="sales")
    return year
