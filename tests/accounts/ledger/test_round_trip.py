"""Whatever a table holds: written, imported, exported and imported again, nothing changes."""

import datetime as dt
import io
import os
from decimal import Decimal

import pytest
import xlsxwriter
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.ledger import export
from accounts.models import Account, ImportStatus, SalesLine
from accounts.workflow import ledger
from tests.accounts.ledger.workbooks import previewed

EXAMPLES = int(os.environ.get("LEDGER_ROUND_TRIPS", "12"))
WHATEVER = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize="LEDGER_ROUND_TRIPS" not in os.environ,
)

# Control characters are cleaned away at import and have a test of their own.
words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
lines = st.text(st.sampled_from("甲乙 ab\n\t=+-@'\"<>&，、％０１（）"), max_size=60)
naughty = st.sampled_from(
    ["=1+1", "+86", "-", "@SUM(A1)", "＝1", "00123", "1e5", "清空", "无", "合计", "#N/A", "TRUE",
     "2026-01-05", "１２３", "  x  ", "<br>", "'=1", "null", "0", "12,345.6万"]
)  # fmt: skip
texts = st.one_of(st.none(), words, lines, naughty)
names = st.one_of(words, naughty).filter(lambda text: text.strip() != "")
money = st.decimals(-(10**9), 10**9, places=4, allow_nan=False)

CUSTOMERS = {
    "客户编号": st.one_of(st.none(), words, naughty),
    "客户名称": names,
    "简称": texts,
    "曾用名": texts,
    "地址": texts,
    "电话": texts,
    "账期（天）": st.one_of(st.none(), st.integers(0, 720)),
    "服务需求": texts,
    "年用量（元）": st.one_of(st.none(), money),
    "最终客户": st.sampled_from([None, "是", "否"]),
    "回款信誉": st.sampled_from([None, "好", "较好", "差"]),
    "联系人": texts,
    "手机": texts,
    "自定义列": texts,
}
SALES = {
    "日期": st.dates(dt.date(2015, 1, 1), dt.date(2026, 1, 1)),
    "客户编号": st.sampled_from(["K1", "K2", "=K3", "００４"]),
    "单据号": texts,
    "行号": st.uuids().map(str),
    "产品名称": texts,
    "数量": st.one_of(st.none(), st.integers(-999, 999)),
    "金额": money,
    "仓库": texts,
}


def written(columns, table):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, export.OPTIONS | {"constant_memory": False}) as book:
        page = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for place, header in enumerate(columns):
            page.write_string(0, place, header)
        for number, row in enumerate(table, 1):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(number, place, value)
                elif isinstance(value, dt.date):
                    page.write_datetime(number, place, dt.datetime.combine(value, dt.time()), day)
                elif isinstance(value, Decimal | int):
                    page.write_number(number, place, value)
    return out.getvalue()


def tables(columns):
    return st.lists(st.tuples(*columns.values()), min_size=1, max_size=8)


def goes_round(people, kind, columns, table):
    """Import, export, import: (rows there after the first, counts of the second)."""
    row = previewed(written(columns, table), by=people.wang, kind=kind, on_error="partial")
    if row.status == ImportStatus.READY and row.count("new"):
        ledger.start_apply(row, actor=people.wang)
        ledger.apply(row, actor=people.wang)
    content = export.to_bytes(kind, export.all_of(people.wang), people.wang)
    again = previewed(content, by=people.wang, kind=kind)
    told = [(r.number, r.verdict, r.changes, r.problems) for r in again.rows.all()]
    assert {verdict for _, verdict, _, _ in told} <= {"same"}, told
    return again.count("same")


@pytest.fixture
def kept_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_any_customers(people, kept_files):
    @WHATEVER
    @given(tables(CUSTOMERS))
    def check(table):
        with transaction.atomic():
            assert goes_round(people, "customers", CUSTOMERS, table) == Account.objects.count()
            transaction.set_rollback(True)

    check()


def test_any_sales_lines(people, kept_files):
    @WHATEVER
    @given(tables(SALES))
    def check(table):
        with transaction.atomic():
            assert goes_round(people, "sales", SALES, table) == SalesLine.objects.count()
            transaction.set_rollback(True)

    check()
