"""What goes out: in scope, logged, with no live formula, and importable again unchanged."""

import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.ledger import export
from accounts.models import Account, LedgerExport, SalesLine
from tests.accounts.ledger.workbooks import applied, previewed, xlsx
from tests.factories import (
    AccountFactory,
    AnnualVolumeFactory,
    ContactPersonFactory,
    JudgementFactory,
    LedgerImportFactory,
    TierDecisionFactory,
)

PAYLOADS = [
    "=1+1", "+1+1", "-1+1", "@SUM(1)", "＝1+1", "＋1", "－1", "＠SUM(1)",
    "=cmd|' /C calc'!A0", "'=1",
]  # fmt: skip
CLEANED = ["\t=1+1", "\r=1+1"]  # an import takes them away; other doors may not


def workbook(content):
    return openpyxl.load_workbook(io.BytesIO(content)).active


@pytest.fixture
def full(people):
    people.chen.employee_number = "E1"
    people.chen.save()
    account = AccountFactory(
        code="00123", name="甲公司（上海）", owner=people.chen, region=people.east, phone="021-1",
        is_end_customer=True, payment_days=30, former_names=["旧一", "旧二"],
        service_wishes="第一行\n第二行", extra={"备注": "x", "级数": "1.5"},
    )  # fmt: skip
    year = dt.date.today().year - 1
    AnnualVolumeFactory(
        account=account, amount=Decimal("123456.7891"),
        period_from=dt.date(year, 1, 1), period_to=dt.date(year, 12, 31),
    )  # fmt: skip
    ContactPersonFactory(account=account, name="张三", mobile="13800138000", is_primary=True)
    JudgementFactory(account=account, value="fairly_good")
    return account


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_customers_come_back_unchanged(people, full, language):
    with override(language):
        content = export.to_bytes("customers", export.all_of(people.wang), people.wang)
    row = previewed(content, by=people.wang)
    assert [(r.verdict, r.changes, r.problems) for r in row.rows.all()] == [("same", None, None)]


def test_verdicts_read_as_customers_change_nothing(people, full):
    content = export.to_bytes("verdicts", export.all_of(people.wang), people.wang)
    row = previewed(content, by=people.wang)
    assert [(r.verdict, r.changes, r.problems) for r in row.rows.all()] == [("same", None, None)]


def test_sales_lines_come_back_unchanged(people):
    header = ["日期", "客户编号", "客户名称", "单号", "行号", "产品", "数量", "金额", "仓库"]
    applied(
        xlsx(header, ["2026-01-05", "K1", "甲公司", "D1", 1, "+钢管", 3, 99.5, "一号"]),
        by=people.wang,
        kind="sales",
    )
    content = export.to_bytes("sales", export.all_of(people.wang), people.wang)
    row = previewed(content, by=people.wang, kind="sales")
    assert [r.verdict for r in row.rows.all()] == ["same"]


@pytest.mark.parametrize("kind", ["customers", "sales"])
def test_a_column_of_others_customers_is_not_named(people, kind):
    for owner, column in ((people.chen, "仓库"), (people.zhou, "绝密折扣")):
        account = AccountFactory(owner=owner, extra={column: "1"})
        SalesLine.objects.create(
            account=account, ledger_import=LedgerImportFactory(kind="sales"), row=1,
            sold_on=dt.date(2026, 1, 5), amount=1, document="D", extra={column: "1"},
        )  # fmt: skip
    page = workbook(export.to_bytes(kind, export.all_of(people.chen), people.chen))
    heads = {cell.value for cell in page[1]}
    assert "仓库" in heads
    assert "绝密折扣" not in heads


@pytest.mark.parametrize("kind", ["customers", "verdicts", "sales", "decisions"])
def test_no_export_holds_a_live_formula(people, kind):
    came_with = LedgerImportFactory(uploaded_by=people.wang)
    for number, text in enumerate(PAYLOADS + CLEANED):
        account = AccountFactory(
            code=f"{text}{number}", name=text + str(number), address=text, extra={text: text}
        )
        TierDecisionFactory(account=account, reason=text, decided_by=people.wang)
        SalesLine.objects.create(
            account=account,
            ledger_import=came_with,
            row=number,
            document=text,
            product=text,
            extra={text: text},
            sold_on=dt.date(2026, 1, 5),
            amount=1,
        )
    page = workbook(export.to_bytes(kind, export.all_of(people.wang), people.wang))
    assert page.max_row == len(PAYLOADS + CLEANED) + 1
    assert not formulas(page)


def formulas(page):
    return [cell.coordinate for row in page.iter_rows() for cell in row if cell.data_type == "f"]


def test_refused_rows_and_templates_hold_no_live_formula(client, people):
    people.chen.name = "=1+1"
    people.chen.save()
    header = ["客户编号", "客户名称", "统一社会信用代码", "=A1"]
    row = previewed(xlsx_of_texts(header, *([text] * 4 for text in PAYLOADS)), by=people.wang)
    assert row.count("refused") == len(PAYLOADS)
    client.force_login(people.wang)
    for url in (
        reverse("accounts:import_refused", args=[row.pk]),
        reverse("accounts:import_template") + "?kind=customers",
    ):
        content = b"".join(client.get(url).streaming_content)
        for page in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
            assert not formulas(page)


def xlsx_of_texts(*rows):
    """As `xlsx`, but nothing in it is a formula."""

    def dress(page):
        for row in page.iter_rows():
            for cell in row:
                cell.data_type = "s"

    return xlsx(*rows, dress=dress)


def test_payloads_survive_the_round_trip(people):
    for number, text in enumerate(PAYLOADS):
        AccountFactory(code=f"K{number}", name=f"客户{number}", address=text)
    content = export.to_bytes("customers", export.all_of(people.wang), people.wang)
    assert {r.verdict for r in previewed(content, by=people.wang).rows.all()} == {"same"}


def test_an_export_holds_what_one_sees_and_is_logged(client, people, full):
    AccountFactory(name="别人的客户", owner=people.zhou)
    client.force_login(people.chen)
    response = client.post(reverse("accounts:export"), {"kind": "customers"})
    names = [row[1].value for row in workbook(b"".join(response.streaming_content)).iter_rows()]
    assert names[1:] == ["甲公司（上海）"]
    log = LedgerExport.objects.get()
    assert (log.exported_by, log.kind, log.rows) == (people.chen, "customers", 1)


def test_the_filter_of_the_list_counts(client, people, full):
    AccountFactory(name="乙公司", owner=people.chen)
    client.force_login(people.chen)
    response = client.post(reverse("accounts:export") + "?q=甲公司", {"kind": "customers"})
    assert workbook(b"".join(response.streaming_content)).max_row == 2
    assert LedgerExport.objects.get().filter.startswith("q=")


def test_each_sheet_comes_from_a_filter_and_the_log_says_which(client, people, full):
    client.force_login(people.wang)
    url = reverse("accounts:export") + "?q=公司&tier=A1"
    for kind in export.sheets():
        response = client.post(url, {"kind": kind})
        assert b"".join(response.streaming_content)[:2] == b"PK", kind
    shown = client.get(reverse("accounts:export")).context["exports"]
    assert {words for _, words in shown} == {"搜索：公司；等级：A1（A一级）"}
    assert len(shown) == len(export.sheets())


def test_many_rows_leave_only_for_a_reason(client, people, monkeypatch):
    for number in range(3):
        AccountFactory(name=f"客户{number}")
    monkeypatch.setattr(export, "needs_reason", lambda count: count >= 3)
    client.force_login(people.wang)
    assert client.post(reverse("accounts:export"), {"kind": "customers"}).status_code == 400
    assert not LedgerExport.objects.exists()
    response = client.post(reverse("accounts:export"), {"kind": "customers", "reason": "盘点"})
    assert b"".join(response.streaming_content)
    assert LedgerExport.objects.get().reason == "盘点"


def test_carried_over_tiers_are_decisions_and_can_be_undone(people, full):
    from accounts.models import TierDecision
    from accounts.workflow import ledger

    done = applied(
        xlsx(
            ["客户编号", "客户名称", "客户等级"],
            ["00123", "甲公司（上海）", "A一级"],
            ["K9", "乙", "C"],
        ),
        by=people.wang,
    )
    assert dict(Account.objects.values_list("code", "tier")) == {"00123": "A1", "K9": "C"}
    assert {d.origin for d in TierDecision.objects.all()} == {"carried_over"}
    undone = ledger.take_back(done, actor=people.wang)
    assert undone.kept_rows == []
    assert Account.objects.get(code="00123").tier == ""


def test_only_a_manager_carries_over(people, full):
    row = previewed(
        xlsx(["客户编号", "客户名称", "客户等级"], ["00123", "甲公司（上海）", "A一级"]),
        by=people.chen,
    )
    assert row.rows.get().verdict == "same"
    assert {"code": "withheld", "fields": ["tier"]} in row.notes
