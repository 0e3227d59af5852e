"""Ledgers as companies have them: each oddity in a workbook of its own."""

import csv
import datetime as dt
import io
import zipfile

import openpyxl
import pytest
import xlsxwriter

from accounts.ledger.headers import TableMapping
from accounts.models import Account, ImportStatus
from accounts.workflow import ledger
from tests.accounts.ledger.formats import ods, xls, xlsb
from tests.accounts.ledger.workbooks import (
    applied,
    previewed,
    problems,
    saved,
    uploaded,
    verdicts,
    xlsx,
)

HEAD = ["客户编号", "客户名称", "电话"]
ROW = ["K1", "甲公司", "021-12345678"]


def cells_of(row, number=None):
    staged = row.rows.get(number=number) if number else row.rows.get()
    names = [
        column.name
        for column in __import__("accounts.ledger.run", fromlist=["Run"])
        .Run(row, row.uploaded_by)
        .fields
    ]
    return dict(zip(names, staged.cells, strict=True))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026/1/5", "2026-01-05"),
        ("2026-01-05 00:00:00", "2026-01-05"),
        ("2026年1月5日", "2026-01-05"),
        ("２０２６．１．５", "2026-01-05"),
        (20260105, "2026-01-05"),
        (46027, "2026-01-05"),
        (dt.datetime(2026, 1, 5, 13, 30), "2026-01-05"),
        ("26年1月5日", "2026-01-05"),
        ("13/1/2026", "2026-01-13"),
    ],
)
def test_dates(people, text, day):
    row = previewed(
        xlsx(["日期", "客户编号", "金额"], [text, "K1", 5]), by=people.wang, kind="sales"
    )
    assert cells_of(row)["date"] == day


@pytest.mark.parametrize("text", ["5/1/2026", "明天", "2026-13-01", 5, "2026-02-30"])
def test_dates_that_cannot_be_known_are_refused(people, text):
    row = previewed(
        xlsx(["日期", "客户编号", "金额"], [text, "K1", 5]), by=people.wang, kind="sales"
    )
    assert verdicts(row) == {2: "refused"}


@pytest.mark.parametrize(
    ("header", "cell", "amount"),
    [
        ("年用量（万元）", 12.5, "125000.0000"),
        ("年用量(元)", "1,234.00", "1234.0000"),
        ("年用量", "120万", "1200000.0000"),
        ("年用量", "￥１２,３４５．６", "12345.6000"),
        ("2024年 年用量／万元", "3", "30000.0000"),
        ("年用量", "(1,200)", "-1200.0000"),
        ("年用量", "1.2亿元", "120000000.0000"),
        ("年用量", 0.1 + 0.2, "0.3000"),
    ],
)
def test_amounts_with_their_units(people, header, cell, amount):
    row = previewed(xlsx(["客户名称", header], ["甲公司", cell]), by=people.wang)
    assert cells_of(row)["annual_volume"] == amount


def test_a_unit_line_above_the_header_counts(people):
    row = previewed(
        xlsx(["2025年客户台账"], ["单位：万元"], ["客户名称", "年用量"], ["甲公司", 3]),
        by=people.wang,
    )
    assert cells_of(row)["annual_volume"] == "30000.0000"


def test_several_currencies_need_a_rate(people):
    content = xlsx(["客户名称", "年用量"], ["甲", "$100"], ["乙", 100])
    row = previewed(content, by=people.wang)
    assert problems(row) == {2: [("年用量", "currency")]}
    row = previewed(content, by=people.wang, options={"rates": {"USD": "7.1"}})
    assert cells_of(row, 2)["annual_volume"] == "710.0000"


def test_title_rows_blank_columns_totals_and_remarks(people):
    row = previewed(
        xlsx(
            ["某某公司大客户台账"],
            [],
            [None, " 客户 编号 ", "“单位名称”", None, "联系电话*"],
            [None, "K1", "甲公司", None, 2112345678.0],
            [None, "K2", "乙公司", None, "０２１－１２３４５６７８"],
            [],
            [None, "合计", 2],
            [None, "数据来源：ERP"],
        ),
        by=people.wang,
    )
    assert verdicts(row) == {4: "new", 5: "new"}
    assert cells_of(row, 4) == {"code": "K1", "name": "甲公司", "phone": "2112345678"}
    assert cells_of(row, 5)["phone"] == "021-12345678"
    assert row.notes == [{"code": "left_out", "rows": [7, 8], "count": 2}]


def test_totals_and_repeated_headers_far_below_the_top(people):
    """Rows come in batches of 500; any may hold what is no row of the table, or a wider one."""
    header = ["客户编号", "客户名称", "年用量"]
    rows = [[f"K{number}", f"公司{number}"] for number in range(3, 1_203)]
    rows[600] = header
    rows[601][2:] = ["1万", "", "多出的一列"]
    rows[900] = ["小计", None, 5]
    rows[1_199] = [None, "合计"]
    row = previewed(xlsx(header, *rows), by=people.wang)
    left_out, beyond = row.notes
    assert left_out == {"code": "left_out", "rows": [602, 902, 1201], "count": 3}
    assert beyond == {"code": "beyond", "columns": [4]}
    assert row.count("new") == 1_197
    assert cells_of(row, 603) == {"code": "K604", "name": "公司604", "annual_volume": "10000.0000"}
    assert cells_of(row, 604)["annual_volume"] is None


def test_a_header_in_two_merged_rows(people):
    def dress(page):
        page.merge_cells("A1:A2")
        page.merge_cells("B1:B2")
        page.merge_cells("C1:D1")

    row = previewed(
        xlsx(["客户编号", "客户名称", "联系人", None], [None, None, "姓名", "电话"],
             ["K1", "甲公司", "张三", 13800138000], dress=dress),
        by=people.wang,
    )  # fmt: skip
    said = {
        "code": "K1", "name": "甲公司", "contact_name": "张三", "contact_mobile": "13800138000",
    }  # fmt: skip
    assert cells_of(row) == said
    # A person names the first of the two rows.
    again = TableMapping(row.mapping["sheet"], [1])
    ledger.map_columns(row, actor=people.wang, mapping=again, options={}, on_error=row.on_error)
    row = ledger.read(row)
    assert row.mapping["header_rows"] == [1, 2]
    assert cells_of(row) == said


def test_merged_body_cells_are_filled_down(people):
    content = xlsx(
        ["日期", "客户名称", "金额"],
        ["2026-01-05", "甲公司", 1],
        ["2026-01-06", None, 2],
        ["2026-01-07", "乙公司", 3],
        dress=lambda page: page.merge_cells("B2:B3"),
    )
    row = previewed(content, by=people.wang, kind="sales")
    assert [r.title for r in row.rows.all()] == ["甲公司", "甲公司", "乙公司"]


def test_hidden_rows_come_in_and_are_said(people):
    def dress(page):
        page.row_dimensions[2].hidden = True

    row = previewed(xlsx(HEAD, ROW, dress=dress), by=people.wang)
    assert verdicts(row) == {2: "new"}
    assert {"code": "hidden_rows", "count": 1} in row.notes


def test_error_cells_and_formulas_without_a_value_are_refused(people):
    def dress(page):
        page["C3"].value, page["C3"].data_type = "#N/A", "e"

    row = previewed(
        xlsx(HEAD, ["K1", "甲", "=A1&1"], ["K2", "乙", None], ["K3", "丙", 1], dress=dress),
        by=people.wang,
    )
    assert problems(row) == {2: [("电话", "no_value")], 3: [("电话", "error_cell")]}
    assert row.rows.get(number=3).problems[0]["read"] == "#N/A"


def test_a_formula_that_says_nothing_is_an_empty_cell(people):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEAD)
        page.write_row(1, 0, ROW[:2])
        page.write_formula(1, 2, '=IF(A2="","","")', None, "")
    said = with_cell(out.getvalue(), b'<c r="C2">', b'<c r="C2" t="str">')  # as Excel stores it
    assert verdicts(previewed(said, by=people.wang)) == {2: "new"}


def with_cell(content, old, new):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as was, zipfile.ZipFile(out, "w") as packed:
        for name in was.namelist():
            text = was.read(name)
            assert (old in text) == name.endswith("sheet1.xml")
            packed.writestr(name, text.replace(old, new))
    return out.getvalue()


def test_a_row_of_nothing_but_bad_cells_is_refused_not_dropped(people):
    row = previewed(xlsx(HEAD, ["=Z1", "=Z2", None], ROW), by=people.wang)
    assert problems(row) == {2: [("客户编号", "no_value"), ("客户名称", "no_value")]}


def test_errors_written_as_text_are_refused(people):
    text = "客户编号,客户名称,电话,备用\nK1,甲公司,#N/A,#REF!\n"
    row = previewed(text.encode(), by=people.wang, name="台账.csv")
    assert problems(row) == {2: [("电话", "error_cell"), ("备用", "error_cell")]}


def test_what_stands_above_the_table_is_no_customer_on_the_next_page(people):
    def page_of(top):
        def dress(page):
            page.merge_cells(f"B{top}:C{top}")
            page.merge_cells(f"A{top}:A{top + 1}")

        return dress

    title, upper, lower = ["客户台账"], ["客户\n名称", "联系人信息", None], [None, "联系人", "手机"]
    row = previewed(
        xlsx(title, upper, lower, ["甲公司", "张三", None],
             title, upper, lower, ["乙公司", "李四", None],
             dress=lambda page: (page_of(2)(page), page_of(6)(page))),
        by=people.wang,
    )  # fmt: skip
    assert row.mapping["header_rows"] == [2, 3]
    assert [r.title for r in row.rows.all()] == ["甲公司", "乙公司"]
    assert row.notes == [{"code": "left_out", "rows": [5, 6, 7], "count": 3}]


def test_cells_beyond_the_header_are_kept_however_far_down(people):
    many = [[f"K{n}", f"公司{n}", "1"] for n in range(1100)]
    many.insert(600, ["K", "晚到公司", "1", None, "晚到的话"])  # those of 1,000 on are short again
    text = io.StringIO()
    csv.writer(text).writerows([HEAD, *many])
    row = applied(text.getvalue().encode(), by=people.wang, name="台账.csv")
    assert row.count("new") == 1101
    assert Account.objects.get(code="K").extra == {"E": "晚到的话"}
    assert row.notes == [{"code": "beyond", "columns": [4]}]


def test_lost_digits_are_pointed_out(people):
    row = previewed(
        xlsx(["客户名称", "银行账号"], ["甲", 6222021234567890123], ["乙", "6222021234567890123"]),
        by=people.wang,
    )
    assert problems(row) == {2: [("银行账号", "lost_digits")]}
    assert cells_of(row, 3)["invoice_bank_account"] == "6222021234567890123"


def test_noise_inside_cells_is_cleaned(people):
    row = previewed(
        xlsx(["客户名称", "地址", "服务需求"],
             ["  甲　公司\t\u200b ", "上海市<br>浦东\n新区", "第一行\n第二行<br/>第三行"]),
        by=people.wang,
    )  # fmt: skip
    assert cells_of(row) == {
        "name": "甲 公司", "address": "上海市 浦东 新区", "service_wishes": "第一行\n第二行\n第三行",  # noqa: E501
    }  # fmt: skip


def test_a_credit_code_is_checked_and_a_lookalike_suggested(people):
    row = previewed(
        xlsx(["客户名称", "统一社会信用代码"], ["甲", "91310000MA1FL0000X"]), by=people.wang
    )
    assert problems(row) == {2: [("统一社会信用代码", "credit_code")]}


def test_thousands_of_empty_styled_rows(people):
    def dress(page):
        for number in range(3, 4000):
            page.cell(number, 1).font = openpyxl.styles.Font(bold=True)

    assert verdicts(previewed(xlsx(HEAD, ROW, dress=dress), by=people.wang)) == {2: "new"}


def test_the_right_sheet_among_several(people):
    book = openpyxl.Workbook()
    book.active.append(["封面"])
    page = book.create_sheet("台账")
    page.append(HEAD)
    page.append(ROW)
    row = previewed(saved(book), by=people.wang)
    assert row.mapping["sheet"] == "台账"
    assert verdicts(row) == {2: "new"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv(people, encoding):
    text = io.StringIO()
    csv.writer(text).writerows([HEAD, ['="00123"', "甲公司，上海", '021-1"2']])
    row = previewed(text.getvalue().encode(encoding), by=people.wang, name="台账.csv")
    assert cells_of(row) == {"code": "00123", "name": "甲公司，上海", "phone": '021-1"2'}


def test_columns_without_a_header_are_kept_under_their_letter(people):
    applied(xlsx(["客户名称", None, "备用"], ["甲公司", "x", "y"]), by=people.wang)
    assert Account.objects.get().extra == {"B": "x", "备用": "y"}


def sentence(content, people, name="x.xlsx"):
    row = ledger.read(uploaded(content, by=people.wang, name=name))
    assert row.status == ImportStatus.FAILED
    return row.failure


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<a/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 120_000_000)
    return out.getvalue()


def far_apart():
    book = openpyxl.Workbook()
    book.active["A1"] = "客户名称"
    book.active["XFD1048576"] = 1
    return saved(book)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: xlsx(HEAD, ROW)[:900], "damaged"),
        (lambda: b"<html><table><tr><td>x</td></tr></table></html>", "web_page"),
        (lambda: b"%PDF-1.7 ...", "other_document"),
        (lambda: b"\xff\xd8\xff\xe0 a picture", "other_document"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),  # noqa: E501
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "damaged"),
        (lambda: b"\x80\x81\x82 no text \xff\xff", "unknown_text"),
        (bomb, "bomb"),
        (lambda: b"\n\n", "empty"),
    ],
)  # fmt: skip
def test_files_that_are_no_ledger_get_a_sentence(people, make, code):
    assert sentence(make(), people) == code


def test_two_cells_far_apart_do_no_harm(people):
    assert sentence(far_apart(), people) in ("died", "too_large", "damaged")


@pytest.mark.parametrize("make", [ods, xlsb, xls])
def test_an_error_cell_is_refused_in_every_format(people, make):
    content = make(HEAD, ["K1", "甲公司", "#N/A"], ["K2", "乙公司", None], ["#N/A", None, None])
    row = previewed(content, by=people.wang, name=f"台账.{make.__name__}")
    assert problems(row) == {
        2: [("电话", "error_cell")],
        4: [("客户编号", "error_cell"), ("客户名称", "missing")],
    }


@pytest.mark.parametrize("make", [ods, xlsb, xls])
def test_other_formats(people, make):
    content = make(HEAD, ["00123", "甲公司＆子", 2112345678.0], ["K2", "乙 <公司>", None])
    row = previewed(content, by=people.wang, name=f"台账.{make.__name__}")
    assert (row.format, row.mapping["sheet"]) == (make.__name__, "台账")
    assert cells_of(row, 2) == {"code": "00123", "name": "甲公司＆子", "phone": "2112345678"}
    assert cells_of(row, 3)["name"] == "乙 <公司>"


def test_control_characters_are_cleaned_away(people):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEAD)
        page.write_row(1, 0, ["K\x011", "甲\x0b公\x7f司\x1f", "021-1\x02"])
    row = previewed(out.getvalue(), by=people.wang)
    assert cells_of(row)["name"].replace(" ", "") == "甲公司"
    assert not {c for text in cells_of(row).values() for c in text if ord(c) < 32 or c == "\x7f"}
