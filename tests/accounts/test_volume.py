"""Volumes typed in, and the one figure a tier is judged on; unknown is never zero."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from accounts.forms.fields import YuanField
from accounts.models import Account, VolumeBasis, VolumeSource
from accounts.workflow import volume
from accounts.workflow.volume import first_of
from tests.factories import AccountFactory, AnnualVolumeFactory, MonthlyVolumeFactory

LAST_YEAR = timezone.localdate().year - 1
SENT = {
    "basis": "declared",
    "period_from": f"{LAST_YEAR}-01-01",
    "period_to": f"{LAST_YEAR}-12-31",
    "amount": "35万",
    "as_of": f"{LAST_YEAR}-12-31",
}


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [
        ("350000", 350000),
        ("35万", 350000),
        ("３５．５万元", 355000),
        ("1,200,000.50", Decimal("1200000.50")),
        ("1.2亿", 120_000_000),
        ("-300", -300),  # returns
        ("", None),
    ],
)
def test_amounts_as_people_write_them(typed, yuan):
    assert YuanField(required=False).clean(typed) == yuan


@pytest.mark.parametrize(("who", "n"), [("chen", 1), ("li", 1), ("sun", 0)])
def test_who_may_enter_a_year(client, people, account, who, n):
    client.force_login(getattr(people, who))
    client.post(f"/accounts/{account.pk}/volume/", SENT)
    assert account.annual_volumes.count() == n
    account.refresh_from_db()
    assert account.annual_volume == (350000 if n else None)


def test_the_same_year_again_replaces_what_was_typed(client, people, account):
    client.force_login(people.chen)
    client.post(f"/accounts/{account.pk}/volume/", SENT)
    client.post(f"/accounts/{account.pk}/volume/", SENT | {"amount": "40万"})
    account.refresh_from_db()
    assert (account.annual_volumes.count(), account.annual_volume) == (1, 400000)


def test_a_figure_of_the_ledger_is_not_typed_over(client, people, account):
    AnnualVolumeFactory(
        account=account,
        period_from=dt.date(LAST_YEAR, 1, 1),
        period_to=dt.date(LAST_YEAR, 12, 31),
        source=VolumeSource.LEDGER,
    )
    client.force_login(people.chen)
    response = client.post(f"/accounts/{account.pk}/volume/", SENT)
    assert response.status_code == 422
    assert account.annual_volumes.get().amount == 250000


@pytest.mark.parametrize(
    "wrong",
    [
        {"period_to": f"{LAST_YEAR}-06-30"},  # half a year is no annual volume
        {"period_from": "2090-01-01", "period_to": "2090-12-31"},
        {"as_of": "2090-01-01"},
        {"amount": ""},
        {"amount": "很多"},
    ],
)
def test_what_is_no_annual_volume(client, people, account, wrong):
    client.force_login(people.chen)
    assert client.post(f"/accounts/{account.pk}/volume/", SENT | wrong).status_code == 422
    assert not account.annual_volumes.exists()


def year(account, basis, ended, amount):
    AnnualVolumeFactory(
        account=account,
        basis=basis,
        period_from=ended - dt.timedelta(days=364),
        period_to=ended,
        amount=amount,
    )


@pytest.mark.parametrize(
    ("standing", "facts", "chosen"),
    [
        ("unclassified", {}, None),
        ("unclassified", {("sales", 30): 1, ("declared", 10): 2}, 1),
        ("unclassified", {("sales", 500): 1, ("declared", 600): 2}, 2),
        ("unclassified", {("sales", 500): 1, ("sales", 900): 2}, 1),
        ("unclassified", {("expected", -300): 3}, None),
        ("prospect", {("expected", -300): 3}, 3),
        ("prospect", {("expected", -300): 3, ("declared", 900): 2}, 2),
        ("unclassified", {("sales", 30): 0, ("declared", 10): 2}, 0),  # nothing bought is known
    ],
)
def test_which_figure_a_tier_is_judged_on(people, standing, facts, chosen):
    account = AccountFactory(standing=standing)
    for (basis, days_ago), amount in facts.items():
        year(account, basis, timezone.localdate() - dt.timedelta(days=days_ago), amount)
    volume.refresh(account)
    assert account.annual_volume == chosen
    if chosen is not None:
        assert account.annual_volume_fact.amount == chosen


def test_choosing_again_moves_nothing(people):
    account = AccountFactory()
    year(account, VolumeBasis.SALES, timezone.localdate(), 5)
    everyone = Account.objects.filter(pk=account.pk)
    assert volume.choose(everyone) == 1
    assert volume.choose(everyone) == 0


def test_sales_that_have_grown_old_give_way_to_what_was_declared(people):
    """S1 第3条, Q12: sales of the last twelve months first; a year later they are not."""
    account, today = AccountFactory(), timezone.localdate()
    year(account, VolumeBasis.SALES, today - dt.timedelta(days=30), 5)
    year(account, VolumeBasis.DECLARED, today - dt.timedelta(days=60), 7)
    volume.choose(Account.objects.filter(pk=account.pk))
    assert volume.choose_again() == 0
    with time_machine.travel(timezone.now() + dt.timedelta(days=400)):
        assert volume.choose_again() == 1
    account.refresh_from_db()
    assert account.annual_volume == 7


def test_half_a_month_is_no_month(client, people, account):
    """The running month cannot be typed in, and makes no year with the eleven before it."""
    today = timezone.localdate()
    client.force_login(people.chen)
    url = f"/accounts/{account.pk}/months/?year={today.year}"
    client.post(url, months_of(today.year, **{f"m{today.month}": "3"}))
    assert not account.monthly_volumes.exists()
    for back in range(12):
        MonthlyVolumeFactory(account=account, month=first_of(today, -back), amount=1)
    volume.refresh(account)
    assert account.annual_volume is None


def months_of(year, **amounts):
    return {f"m{number}": "" for number in range(1, 13)} | amounts


def test_twelve_known_months_make_a_year_of_sales(client, people, account):
    client.force_login(people.chen)
    sent = {f"m{number}": "1万" for number in range(1, 13)}
    client.post(f"/accounts/{account.pk}/months/?year={LAST_YEAR}", sent)
    account.refresh_from_db()
    assert (account.annual_volume, account.annual_volume_fact.basis) == (120000, "sales")
    assert account.annual_volume_fact.period_to == dt.date(LAST_YEAR, 12, 31)


def test_an_emptied_month_is_not_known_and_the_sum_falls(client, people, account):
    client.force_login(people.chen)
    url = f"/accounts/{account.pk}/months/?year={LAST_YEAR}"
    sent = {f"m{number}": "1万" for number in range(1, 13)}
    client.post(url, sent)
    client.post(url, sent | {"m3": ""})
    account.refresh_from_db()
    assert account.monthly_volumes.count() == 11
    assert account.annual_volume is None
    client.post(url, sent | {"m3": "0"})  # zero is known
    account.refresh_from_db()
    assert account.annual_volume == 110000


def test_ledger_months_are_not_typed_over(client, people, account):
    MonthlyVolumeFactory(
        account=account, month=dt.date(LAST_YEAR, 3, 1), amount=7, source=VolumeSource.LEDGER
    )
    client.force_login(people.chen)
    url = f"/accounts/{account.pk}/months/?year={LAST_YEAR}"
    client.post(url, months_of(LAST_YEAR, m3="9", m4="8"))
    amounts = dict(account.monthly_volumes.values_list("month__month", "amount"))
    assert amounts == {3: 7, 4: 8}


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        (dt.date(2026, 1, 31), -1, dt.date(2025, 12, 1)),
        (dt.date(2026, 12, 5), 1, dt.date(2027, 1, 1)),
        (dt.date(2026, 5, 5), 0, dt.date(2026, 5, 1)),
        (dt.date(2026, 5, 5), -24, dt.date(2024, 5, 1)),
    ],
)
def test_counting_months(day, months, first):
    assert first_of(day, months) == first
