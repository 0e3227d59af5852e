"""Tier decisions of earlier years come in, go out, and come in again unchanged."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.ledger import export
from accounts.models import Account, DecisionOrigin, TierDecision
from accounts.workflow import ledger, tiering
from staff.transitions import TransitionDenied
from tests.accounts.ledger.workbooks import applied, previewed, problems, verdicts, xlsx
from tests.factories import AccountFactory, TierDecisionFactory

HEADER = ["客户编号", "客户名称", "客户等级", "生效日期", "定级理由", "评审会"]


@pytest.fixture
def customer(people):
    return AccountFactory(code="K1", name="甲公司", owner=people.chen, tier="")


def in_force(account):
    rows = TierDecision.objects.filter(account=account, corrected_by=None)
    return list(rows.order_by("effective_on", "pk").values_list("effective_on", "tier"))


def test_a_history_becomes_carried_over_decisions(people, customer):
    done = applied(
        xlsx(
            HEADER,
            ["K1", "甲公司", "A1", "2025-03-01", "用量大", None],
            ["K1", "甲公司", "A二级", "2024-01-15", "首次定级", "2024年第一次"],
        ),
        by=people.wang,
        kind="decisions",
        name="历年定级.xlsx",
    )
    assert done.counts["created"] == 2
    first, second = TierDecision.objects.order_by("effective_on")
    assert (first.previous_tier, first.tier, second.previous_tier) == ("", "A2", "A2")
    assert first.reason == "首次定级\n评审会: 2024年第一次"
    assert {first.origin, second.origin} == {DecisionOrigin.CARRIED_OVER}
    assert second.carried_from == "历年定级.xlsx"
    customer.refresh_from_db()
    assert customer.tier == "A1"
    then = Account.objects.with_tier_as_of(dt.date(2024, 6, 30)).get(pk=customer.pk)
    assert then.tier_then == "A2"


def test_a_prospect_has_no_tier_to_carry_over(people, customer):
    Account.objects.filter(pk=customer.pk).update(standing="prospect")
    row = previewed(
        xlsx(HEADER, ["K1", "甲公司", "A1", "2025-03-01", None, None]),
        by=people.wang,
        kind="decisions",
    )
    assert problems(row) == {2: [("tier", "prospect_tier")]}
    customers = previewed(
        xlsx(
            ["客户编号", "客户名称", "客户状态", "客户等级"],
            ["K1", "甲公司", None, "A1"],
            ["K2", "乙公司", "潜在客户", "B1"],
            ["K3", "丙公司", "大客户", "B1"],
        ),
        by=people.wang,
    )
    assert problems(customers) == {n: [("tier", "prospect_tier")] for n in (2, 3)}
    told = {"effective_on": dt.date(2025, 3, 1), "file_name": "x", "dated": dt.date(2025, 3, 1)}
    with pytest.raises(TransitionDenied):
        tiering.carry_over({customer.pk: tiering.Choice("A1")}, actor=people.wang, **told)


def test_an_older_decision_leaves_the_tier_of_today(people, customer):
    TierDecisionFactory(account=customer, tier="B1", effective_on=dt.date(2025, 1, 1))
    Account.objects.filter(pk=customer.pk).update(tier="B1")
    row = ["K1", "甲公司", "A1", "2024-01-01", "", None]
    done = applied(xlsx(HEADER, row), by=people.wang, kind="decisions")
    customer.refresh_from_db()
    assert customer.tier == "B1"
    assert TierDecision.objects.get(tier="A1").previous_tier == ""
    ledger.take_back(done, actor=people.wang)
    customer.refresh_from_db()
    assert customer.tier == "B1"
    assert in_force(customer) == [(dt.date(2024, 1, 1), ""), (dt.date(2025, 1, 1), "B1")]


def test_undo_corrects_a_history_back_to_what_was_before_all_of_it(people, customer):
    rows = [["K1", "甲公司", tier, day, "", None] for tier, day in
            (("A2", "2024-01-15"), ("A1", "2025-03-01"))]  # fmt: skip
    done = applied(xlsx(HEADER, *rows), by=people.wang, kind="decisions")
    ledger.take_back(done, actor=people.wang)
    assert {tier for _day, tier in in_force(customer)} == {""}
    customer.refresh_from_db()
    assert customer.tier == ""


def test_what_is_refused_and_why(people, customer):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    row = previewed(
        xlsx(
            HEADER,
            ["K1", "甲公司", "A1", tomorrow, "", None],
            ["K1", "甲公司", None, "2024-01-01", None, None],
            ["K1", "甲公司", "A9", "2024-01-01", None, None],
            ["K9", "无此公司", "A1", "2024-01-01", None, None],
            ["K1", "甲公司", None, "2024-02-01", "只是往来客户", None],
        ),
        by=people.wang,
        kind="decisions",
    )
    assert {n: found[0][1] for n, found in problems(row).items()} == {
        2: "to_come", 3: "missing", 4: "choice", 5: "create_first",
    }  # fmt: skip
    assert verdicts(row)[6] == "new"


@pytest.mark.parametrize("who", ["chen", "li"])
def test_only_a_manager_carries_decisions_over(client, people, customer, who):
    person = getattr(people, who)
    with pytest.raises(TransitionDenied):
        previewed(xlsx(HEADER), by=person, kind="decisions")
    client.force_login(person)
    assert 'value="decisions"' not in client.get("/accounts/import/").content.decode()
    client.force_login(people.wang)
    assert 'value="decisions"' in client.get("/accounts/import/").content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_export_comes_in_again_unchanged(people, customer, settings, language):
    settings.LANGUAGE_CODE = language
    for tier, day in (("A2", "2024-01-15"), ("", "2024-08-01"), ("A1", "2025-03-01")):
        TierDecisionFactory(
            account=customer, tier=tier, effective_on=day, reason="按规定", decided_by=people.li
        )
    content = export.to_bytes("decisions", Account.objects.visible_to(people.wang), people.wang)
    row = previewed(content, by=people.wang, kind="decisions")
    assert set(verdicts(row).values()) == {"same"}
    assert len(verdicts(row)) == 3
