"""A sales ledger: lines become volumes, replaced lines return on undo."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.ledger.volumes import whole_until
from accounts.models import Account, AnnualVolume, MonthlyVolume, SalesLine, VolumeSource
from accounts.workflow import ledger
from accounts.workflow.volume import first_of
from tests.accounts.ledger.workbooks import applied, previewed, problems, verdicts, xlsx
from tests.factories import AccountFactory, MonthlyVolumeFactory

HEADER = ["日期", "客户编号", "客户名称", "订单号", "产品", "数量", "单价", "金额"]


def line(day, code, name, amount, document="D1", quantity=None, price=None):
    return [day, code, name, document, "钢管", quantity, price, amount]


def year_of(code, name, amount, year=2025):
    return [line(dt.date(year, month, 5), code, name, amount) for month in range(1, 13)]


def test_a_year_of_lines_makes_months_and_a_year(people):
    done = applied(xlsx(HEADER, *year_of("K1", "甲公司", 3000)), by=people.wang, kind="sales")
    assert (done.counts["rows"], done.counts["created"]) == (12, 12)
    account = Account.objects.get(code="K1")
    assert account.standing == "unclassified"
    assert account.annual_volume == Decimal(36000)
    year = AnnualVolume.objects.get(account=account)
    assert (year.period_from, year.period_to) == (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    assert (year.source, year.as_of) == (VolumeSource.LEDGER, dt.date(2025, 12, 5))
    assert MonthlyVolume.objects.filter(account=account).count() == 12


def test_a_running_month_is_no_month_of_few_sales(people):
    """The year goes to the end of the last month that was over when the ledger came."""
    today = timezone.localdate()
    days = [first_of(today, -back) for back in range(13)]
    rows = [line(day, "K1", "甲公司", 3000) for day in days]
    row = previewed(xlsx(HEADER, *rows), by=people.wang, kind="sales")
    note = {"code": "running_month", "month": f"{today:%Y-%m}"}
    assert note in row.notes
    ledger.start_apply(row, actor=people.wang)
    ledger.apply(row, actor=people.wang)
    fact = Account.objects.get(code="K1").annual_volume_fact
    last = first_of(today) - dt.timedelta(days=1)
    assert (fact.period_from, fact.period_to, fact.amount) == (days[12], last, 36000)
    assert SalesLine.objects.count() == 13


@pytest.mark.parametrize(
    ("last", "told_on", "until"),
    [
        (dt.date(2025, 12, 2), dt.date(2025, 12, 2), dt.date(2025, 11, 30)),
        (dt.date(2025, 12, 30), dt.date(2025, 12, 31), dt.date(2025, 11, 30)),
        (dt.date(2025, 12, 31), dt.date(2025, 12, 31), dt.date(2025, 12, 31)),
        (dt.date(2025, 12, 5), dt.date(2026, 1, 1), dt.date(2025, 12, 31)),
        (dt.date(2026, 1, 5), dt.date(2026, 1, 5), dt.date(2025, 12, 31)),
    ],
)
def test_how_far_a_ledger_tells_of_whole_months(last, told_on, until):
    assert whole_until(last, told_on) == until


def test_a_covered_month_without_a_line_is_zero(people):
    rows = [*year_of("K1", "甲公司", 3000), line(dt.date(2025, 1, 7), "K2", "乙公司", 500)]
    applied(xlsx(HEADER, *rows), by=people.wang, kind="sales")
    months = MonthlyVolume.objects.filter(account__code="K2").order_by("month")
    assert [month.amount for month in months] == [500] + [0] * 11


def test_lines_without_customer_or_amount_are_refused_with_a_reason(people):
    row = previewed(
        xlsx(
            HEADER,
            line("2025-01-05", "K1", "甲公司", 10),
            line("2025-01-05", None, None, 10),
            line("2025-01-05", "K1", "甲公司", None, quantity=3, price=2.5),
            line("2025-01-05", "K1", "甲公司", None, quantity=3),
            line("四月", "K1", "甲公司", 10),
        ),
        by=people.wang,
        kind="sales",
    )
    assert verdicts(row) == {2: "new", 3: "refused", 4: "new", 5: "refused", 6: "refused"}
    assert problems(row) == {
        3: [("customer_code", "no_customer")],
        5: [("amount", "no_amount")],
        6: [("日期", "date")],
    }
    assert row.counts["amount"] == "17.5000"


def test_the_file_of_the_same_days_replaces_and_undo_brings_back(people):
    first = applied(xlsx(HEADER, *year_of("K1", "甲公司", 3000)), by=people.wang, kind="sales")
    second = applied(xlsx(HEADER, *year_of("K1", "甲公司", 5000)), by=people.wang, kind="sales")
    assert Account.objects.get(code="K1").annual_volume == Decimal(60000)
    assert SalesLine.objects.count() == 12
    ledger.take_back(second, actor=people.wang)
    assert Account.objects.get(code="K1").annual_volume == Decimal(36000)
    assert SalesLine.objects.filter(ledger_import=first).count() == 12
    ledger.take_back(first, actor=people.wang)
    assert not SalesLine.objects.exists()
    assert not AnnualVolume.objects.exists()
    assert not MonthlyVolume.objects.exists()
    assert not Account.objects.visible_to(people.wang).exists()


def test_a_line_number_is_the_lines_identity(people):
    header = [*HEADER, "行号"]
    rows = [
        [*line("2025-01-05", "K1", "甲公司", 10), 1],
        [*line("2025-01-05", "K1", "甲公司", 10), 2],
    ]
    done = applied(xlsx(header, *rows), by=people.wang, kind="sales")
    assert done.counts["created"] == 2
    rows[1][7] = 12
    again = applied(xlsx(header, *rows), by=people.wang, kind="sales")
    assert (again.counts["same"], again.counts["updated"], again.counts["created"]) == (1, 1, 0)
    assert sum(SalesLine.objects.values_list("amount", flat=True)) == 22
    ledger.take_back(again, actor=people.wang)
    assert sum(SalesLine.objects.values_list("amount", flat=True)) == 20


def test_a_line_that_stands_twice_is_refused_with_the_row_of_the_first(people):
    rows = [["2025-01-05", "K1", "D1", number, 100] for number in ("1", "2", "1", "1")]
    file = xlsx(["日期", "客户编号", "订单号", "行号", "金额"], *rows)
    row = previewed(file, by=people.wang, kind="sales")
    assert verdicts(row) == {2: "new", 3: "new", 4: "refused", 5: "refused"}
    said = {r.number: [p["row"] for p in r.problems] for r in row.rows.filter(verdict="refused")}
    assert said == {4: [2], 5: [2]}


def test_figures_that_people_entered_come_back_on_undo(people):
    account = AccountFactory(code="K1", name="甲公司")
    MonthlyVolumeFactory(account=account, month=dt.date(2025, 3, 1), amount=777)
    done = applied(xlsx(HEADER, *year_of("K1", "甲公司", 3000)), by=people.wang, kind="sales")
    assert MonthlyVolume.objects.get(account=account, month=dt.date(2025, 3, 1)).amount == 3000
    undone = ledger.take_back(done, actor=people.wang)
    assert undone.kept_rows == []
    month = MonthlyVolume.objects.get(account=account)
    assert (month.amount, month.source) == (777, VolumeSource.ENTERED)


@pytest.mark.parametrize(("choice", "verdict"), [("create", "new"), ("leave", "refused")])
def test_unknown_customers_are_created_or_left_out(people, choice, verdict):
    row = previewed(
        xlsx(HEADER, line("2025-01-05", "K1", "甲公司", 10)),
        by=people.wang,
        kind="sales",
        options={"unknown_customers": choice},
    )
    assert row.rows.get().verdict == verdict


def test_the_preview_names_verdicts_that_change(people):
    AccountFactory(code="K1", name="甲公司")
    row = previewed(xlsx(HEADER, *year_of("K1", "甲公司", 50000)), by=people.wang, kind="sales")
    impact = row.impacts.get()
    assert (impact.volume_before, impact.volume_after) == (None, Decimal(600000))
    assert "A1?" in impact.after


def test_another_teams_customer_is_refused(people):
    AccountFactory(code="K1", name="甲公司", owner=people.zhou)
    row = previewed(
        xlsx(HEADER, line("2025-01-05", "K1", "甲公司", 10)), by=people.chen, kind="sales"
    )
    assert problems(row) == {2: [("customer_name", "outside")]}
