"""Public workbooks that nobody here made; skipped where their folder is absent."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import Sum

from accounts.models import Account, AnnualVolume, SalesLine
from accounts.workflow import ledger
from tests.accounts.ledger.workbooks import previewed

FOLDER = Path(settings.BASE_DIR).resolve().parent / "shared" / "data"


def real(name):
    for folder in (FOLDER, FOLDER.parent.parent.parent / "shared" / "data"):
        if (folder / name).exists():
            return (folder / name).read_bytes()
    pytest.skip(f"{FOLDER / name} is not here")


def test_superstore(people):
    row = previewed(real("superstore-zh.xls"), by=people.wang, kind="sales", name="superstore.xls")
    assert row.mapping["sheet"] == "订单"
    assert (row.count("rows"), row.count("new"), row.count("refused")) == (10_000, 10_000, 0)
    assert Decimal(row.counts["amount"]) == Decimal("16117548.2370")
    ledger.start_apply(row, actor=people.wang)
    done = ledger.apply(row, actor=people.wang)
    assert done.counts["created_customers"] == 790
    assert SalesLine.objects.aggregate(Sum("amount"))["amount__sum"] == Decimal("16117548.2370")
    assert SalesLine.objects.values("document").distinct().count() == 2_773
    years = AnnualVolume.objects.filter(period_from="2017-01-01", period_to="2017-12-31")
    assert years.filter(amount__gte=50_000).count() == 1
    assert years.filter(amount__gte=20_000, amount__lt=50_000).count() == 62
    ledger.take_back(done, actor=people.wang)
    assert not SalesLine.objects.exists()
    assert not Account.objects.visible_to(people.wang).exists()


def test_online_retail(people):
    row = previewed(real("online-retail-40k.xlsx"), by=people.wang, kind="sales")
    assert (row.count("rows"), row.count("new"), row.count("refused")) == (40_000, 29_943, 10_057)
    assert Decimal(row.counts["amount"]) == Decimal("580032.8510")
    row.on_error = "partial"
    row.save()
    ledger.start_apply(row, actor=people.wang)
    done = ledger.apply(row, actor=people.wang)
    assert done.counts["created_customers"] == 3_621
    assert SalesLine.objects.count() == 29_943


def test_listed_companies(people):
    row = previewed(real("listed-companies-zh.xlsx"), by=people.wang)
    assert (row.count("rows"), row.count("new"), row.count("refused")) == (6_194, 6_191, 3)
    row.on_error = "partial"
    row.save()
    ledger.start_apply(row, actor=people.wang)
    ledger.apply(row, actor=people.wang)
    account = Account.objects.get(code="301052.SZ")
    assert account.province == "浙江"
    assert account.extra["注册资金"] == "9895.9339"
    assert len(account.extra["公司简介"]) > 200
