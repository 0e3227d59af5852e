"""The demo company: lifelike, the same everywhere, and never inside a real company's data."""

import datetime as dt
import stat

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import F, Q, Sum
from django.test import override_settings
from django.utils import timezone

from accounts import credit_code
from accounts.demo.people import PEOPLE
from accounts.models import (
    Account,
    AnnualVolume,
    Assignment,
    AssignmentKind,
    DecisionOrigin,
    Feedback,
    ImportStatus,
    Interaction,
    Judgement,
    Kind,
    LedgerImport,
    MonthlyVolume,
    SalesLine,
    Standing,
    TierDecision,
)
from accounts.workflow import ledger
from staff.models import Obligation, User


@pytest.fixture(scope="module")
def demo_company(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo, made once for all tests here and taken back after the last of them."""
    folder = tmp_path_factory.mktemp("demo")
    settings = override_settings(DATA_DIR=folder, MEDIA_ROOT=folder)
    with django_db_blocker.unblock(), settings, transaction.atomic():
        call_command("seed_demo", verbosity=0)
        yield folder
        transaction.set_rollback(True)


@pytest.fixture
def logins(demo_company, db, settings):
    settings.DATA_DIR = settings.MEDIA_ROOT = demo_company
    return demo_company / "demo-logins.txt"


def test_the_company_is_lifelike(logins):
    assert list(User.objects.values_list("role", flat=True).order_by("role")) == [
        "",
        "manager",
        *["specialist"] * 6,
        *["supervisor"] * 2,
    ]
    assert 280 <= Account.objects.count() <= 320
    assert set(Account.objects.values_list("standing", flat=True)) == set(Standing.values)
    assert Account.objects.filter(kind=Kind.INDIVIDUAL, business_type="member").exists()
    assert Account.objects.filter(parent__isnull=False).count() >= 6
    assert Assignment.objects.filter(ended_on__isnull=False).exists()
    assert Assignment.objects.filter(kind=AssignmentKind.SECOND, ended_on=None).exists()
    assert Interaction.objects.filter(next_step_on__lt=timezone.localdate()).exists()
    assert Feedback.objects.filter(told_at=None).exists()
    assert MonthlyVolume.objects.values("month").distinct().count() == 36


def test_gaps_overlaps_and_unknowns_are_among_them(logins):
    def customers_with(**judgements: str) -> set[int]:
        found = set(Account.objects.values_list("pk", flat=True))
        for kind, value in judgements.items():
            rows = Judgement.objects.filter(kind=kind, value=value)
            found &= set(rows.values_list("account", flat=True))
        return found

    buying = Account.objects.exclude(standing=Standing.FORMER)
    assert buying.filter(annual_volume__gt=300_000, annual_volume__lt=500_000).count() == 10
    assert buying.filter(annual_volume__gt=100_000, annual_volume__lt=200_000).count() >= 16
    assert buying.filter(annual_volume=50_000).count() == 4
    assert buying.filter(annual_volume=None, standing=Standing.UNCLASSIFIED).exists()
    both = customers_with(
        growth_potential="smaller",
        volume_word="small",
        profit_rate="high",
        development_potential="some",
    )
    assert buying.filter(pk__in=both, annual_volume__range=(20_000, 50_000)).count() == 6


def test_figures_and_copies_agree_with_their_sources(logins):
    for fact in AnnualVolume.objects.filter(basis="sales"):
        months = fact.account.monthly_volumes.filter(
            month__range=(fact.period_from, fact.period_to)
        )
        assert months.aggregate(total=Sum("amount"))["total"] == fact.amount
    facts = Account.objects.exclude(annual_volume_fact=None)
    assert not facts.exclude(annual_volume=F("annual_volume_fact__amount")).exists()
    owned = Assignment.objects.filter(kind=AssignmentKind.OWNER, ended_on=None)
    assert set(owned.values_list("account", "user")) == set(
        Account.objects.exclude(owner=None).values_list("pk", "owner")
    )
    codes = Account.objects.exclude(credit_code="").values_list("credit_code", flat=True)
    assert all(map(credit_code.is_valid, codes))


def test_people_keep_the_rule_book_as_people_do(logins):
    """Some things are late, none for years."""
    today = timezone.localdate()
    opened = Obligation.objects.open()
    assert opened.filter(due_on__lt=today).exists()
    assert opened.filter(due_on__gte=today).exists()
    assert not opened.filter(due_on__lt=today - dt.timedelta(days=120)).values("duty", "due_on")


def test_nothing_lies_in_the_future(logins):
    now = timezone.now()
    assert not Account.objects.filter(created_at__gt=now).exists()
    assert not Assignment.objects.filter(
        Q(started_on__gt=timezone.localdate()) | Q(started_on__gt=F("ended_on"))
    ).exists()
    assert not Interaction.objects.filter(happened_at__gt=now).exists()
    assert not MonthlyVolume.objects.filter(month__gte=timezone.localdate().replace(day=1)).exists()


def test_everyone_can_log_in_with_the_kept_password(client, logins):
    assert stat.S_IMODE(logins.stat().st_mode) == 0o600
    lines = [line.split("\t") for line in logins.read_text().splitlines()]
    assert [line[0] for line in lines] == [person.username for person in PEOPLE]
    for username, password, name, _post in lines:
        user = User.objects.get(username=username)
        assert user.name == name
        assert user.check_password(password)
        assert not user.must_change_password


def test_a_second_run_adds_nothing(logins, english, capsys):
    before, kept = Account.objects.count(), logins.read_text()
    call_command("seed_demo")
    assert "already here" in capsys.readouterr().out
    assert (Account.objects.count(), logins.read_text()) == (before, kept)


def test_more_customers_on_request(logins):
    before = Account.objects.count()
    call_command("seed_demo", accounts=before + 200, verbosity=0)
    added = Account.objects.filter(code__startswith="P")
    assert added.count() == 200
    assert set(added.values_list("pk", "owner")) == set(
        Assignment.objects.filter(account__in=added).values_list("account", "user")
    )
    assert Account.objects.search(added[0].name).filter(pk=added[0].pk).exists()
    call_command("seed_demo", accounts=before + 200, verbosity=0)
    assert Account.objects.count() == before + 200


def test_its_ledgers_came_in_by_the_import(logins):
    imports = list(LedgerImport.objects.order_by("pk"))
    assert [row.kind for row in imports] == ["customers", "sales", "sales", "sales", "customers"]
    assert {row.status for row in imports} == {ImportStatus.APPLIED}
    assert imports[0].counts["created"] == Account.objects.count()
    assert not any(row.count("refused") for row in imports)
    assert all(row.file.storage.exists(row.file.name) for row in imports)
    carried = TierDecision.objects.filter(origin=DecisionOrigin.CARRIED_OVER)
    assert {decision.carried_from for decision in carried} == {imports[-1].name}
    assert SalesLine.objects.values("ledger_import").distinct().count() == 3


def test_its_last_sales_can_be_taken_back(logins):
    last = LedgerImport.objects.filter(kind="sales").order_by("-pk")[0]
    undone = ledger.take_back(last, actor=last.uploaded_by)
    assert undone.kept_rows == []
    assert not SalesLine.objects.filter(ledger_import=last).exists()
    assert MonthlyVolume.objects.values("month").distinct().count() == 24
