"""What a customer ledger says about groups and agreements."""

import datetime as dt

import pytest

from accounts.ledger import export
from accounts.models import Account, Agreement
from accounts.workflow import ledger, volume
from tests.accounts.ledger.workbooks import applied, previewed, problems, verdicts, xlsx
from tests.factories import AccountFactory, AnnualVolumeFactory, AssignmentFactory
from tests.factories_accounts import AgreementFactory

GROUP = ["客户编号", "客户名称", "母公司"]
AGREEMENT = [
    "客户编号",
    "客户名称",
    "大客户类型",
    "协议编号",
    "协议种类",
    "协议签订日期",
    "协议到期日",
]
SIGNED = dt.date(2025, 3, 1)
VIP = ["K1", "甲公司", "协议大客户", "XY-1", "VIP协议", SIGNED, "2027-02-28"]


def parents():
    return dict(Account.objects.values_list("name", "parent__name"))


def test_a_parent_by_code_by_name_and_of_the_same_file(people):
    AccountFactory(code="G1", name="东方集团")
    AccountFactory(code="K4", name="老公司", parent=AccountFactory(name="旧集团"))
    content = xlsx(
        GROUP,
        ["K1", "甲公司", "G1"],
        ["K2", "乙公司", "东方集团"],
        ["K3", "丙公司", "甲公司"],
        ["K4", "老公司", "清空"],
    )
    done = applied(content, by=people.wang)
    assert parents() == {
        "东方集团": None, "旧集团": None, "老公司": None,
        "甲公司": "东方集团", "乙公司": "东方集团", "丙公司": "甲公司",
    }  # fmt: skip
    again = previewed(content, by=people.wang)
    assert set(verdicts(again).values()) == {"same"}
    assert ledger.take_back(done, actor=people.wang).kept_rows == []
    assert Account.objects.get(code="K4").parent.name == "旧集团"


@pytest.mark.parametrize(("who", "verdict"), [("chen", "refused"), ("wang", "changed")])
def test_no_specialist_takes_a_customer_over_by_a_ledger(people, who, verdict):
    """Chen is second contact of Zhou's customer: she sees it, and may not make it hers."""
    account = AccountFactory(code="K1", name="甲公司", owner=people.zhou)
    AssignmentFactory(account=account, user=people.chen, kind="second")
    row = previewed(
        xlsx(
            ["客户编号", "客户名称", "负责人", "联系电话"],
            ["K1", "甲公司", "陈晓", "1234567"],
            ["K2", "新公司", "陈晓", "1234568"],
        ),
        by=getattr(people, who),
    )
    assert verdicts(row) == {2: verdict, 3: "new"}
    if verdict == "refused":
        assert row.rows.get(number=2).problems == [
            {"code": "owner_change", "field": "owner", "read": "陈晓"}
        ]


def test_an_owner_beyond_ones_line_may_stand_but_not_be_appointed(people):
    """Chen's export names Zhou, whose customer she sees as second contact."""
    account = AccountFactory(code="K1", name="甲公司", owner=people.zhou)
    AssignmentFactory(account=account, user=people.chen, kind="second")
    exported = export.to_bytes("customers", export.all_of(people.chen), people.chen)
    assert set(verdicts(previewed(exported, by=people.chen)).values()) == {"same"}
    row = previewed(xlsx(["客户名称", "负责人"], ["新公司", "周凯"]), by=people.chen)
    assert problems(row) == {2: [("owner", "owner_beyond")]}


def test_a_ledger_changes_standing_by_the_rules(people):
    for code, standing in (("K1", "key"), ("K2", "former"), ("K3", "former"), ("K4", "prospect")):
        AccountFactory(code=code, name=code, standing=standing, owner=people.chen)
    row = previewed(
        xlsx(
            ["客户编号", "客户名称", "客户状态"],
            ["K1", "K1", "潜在客户"],
            ["K2", "K2", "大客户"],
            ["K3", "K3", "普通客户"],
            ["K4", "K4", "潜在客户"],
        ),
        by=people.wang,
    )
    assert problems(row) == {
        2: [("standing", "standing_prospect")],
        3: [("standing", "standing_former")],
    }
    assert verdicts(row) == {2: "refused", 3: "refused", 4: "changed", 5: "same"}


def test_what_was_expected_of_a_prospect_does_not_judge_a_customer(people):
    account = AccountFactory(code="K1", name="甲公司", standing="prospect", owner=people.chen)
    year = dt.date.today().year
    AnnualVolumeFactory(
        account=account, basis="expected", source="entered", entered_by=people.chen,
        period_from=dt.date(year, 1, 1), period_to=dt.date(year, 12, 31),
    )  # fmt: skip
    volume.refresh(account)
    account.refresh_from_db()
    assert account.annual_volume is not None
    applied(
        xlsx(["客户编号", "客户名称", "客户状态"], ["K1", "甲公司", "普通客户"]), by=people.wang
    )
    account.refresh_from_db()
    assert (account.standing, account.annual_volume) == ("unclassified", None)


def test_parents_that_cannot_be_are_refused(people):
    a = AccountFactory(code="K1", name="甲公司")
    AccountFactory(code="K2", name="乙公司", parent=a)
    row = previewed(
        xlsx(
            GROUP,
            ["K1", "甲公司", "乙公司"],
            ["K5", "戊公司", "没有这家"],
            ["K6", "己公司", "庚公司"],
            ["K7", "庚公司", "K6"],
        ),
        by=people.wang,
    )
    assert problems(row) == {
        2: [("parent", "parent_circle")],
        3: [("parent", "unknown_parent")],
        4: [("parent", "parent_circle")],
        5: [("parent", "parent_circle")],
    }


def test_a_parent_out_of_scope_is_neither_named_nor_replaced(people):
    hidden = AccountFactory(code="G9", name="别人的集团", owner=people.zhou)
    mine = AccountFactory(code="K1", name="甲公司", owner=people.chen, parent=hidden)
    AccountFactory(code="K2", name="乙公司", owner=people.chen)
    row = previewed(xlsx(GROUP, ["K1", "甲公司", "乙公司"], ["K2", "乙公司", "G9"]), by=people.chen)
    assert verdicts(row) == {2: "same", 3: "refused"}
    assert row.rows.get(number=2).changes is None
    content = export.to_bytes("customers", export.all_of(people.chen), people.chen)
    assert {r.verdict for r in previewed(content, by=people.chen).rows.all()} == {"same"}
    assert mine.parent == hidden


def test_an_agreement_is_carried_over(people):
    content = xlsx(AGREEMENT, VIP)
    done = applied(content, by=people.wang)
    agreement = Agreement.objects.get()
    assert (agreement.account.code, agreement.kind, agreement.number) == ("K1", "vip", "XY-1")
    assert (agreement.signed_on, agreement.ends_on) == (SIGNED, dt.date(2027, 2, 28))
    assert (agreement.carried_from, agreement.drawn_up_by) == ("台账.xlsx", people.wang)
    assert agreement.account.business_type == "agreement"
    assert set(verdicts(previewed(content, by=people.wang)).values()) == {"same"}
    exported = export.to_bytes("customers", export.all_of(people.wang), people.wang)
    assert {r.verdict for r in previewed(exported, by=people.wang).rows.all()} == {"same"}
    assert ledger.take_back(done, actor=people.wang).kept_rows == []


def test_the_undo_takes_the_agreement_of_an_old_customer_back(people):
    AccountFactory(code="K1", name="甲公司")
    done = applied(xlsx(AGREEMENT, VIP), by=people.wang)
    ledger.take_back(done, actor=people.wang)
    assert not Agreement.objects.exists()
    assert Account.objects.get(code="K1").business_type == "none"


def test_an_undone_import_can_come_again_with_its_agreements(people):
    content = xlsx(AGREEMENT, VIP)
    for _ in range(2):
        done = applied(content, by=people.wang)
        assert Agreement.objects.get().account.voided_at is None
        assert ledger.take_back(done, actor=people.wang).kept_rows == []
    assert not Agreement.objects.exists()


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ([None, "VIP协议", SIGNED, None], "agreement_number"),
        (["XY-2", None, SIGNED, None], "agreement_incomplete"),
        (["XY-2", "VIP协议", SIGNED, "2024-01-01"], "agreement_dates"),
        (["XY-2", "VIP协议", "2099-01-01", None], "agreement_dates"),
        (["HT-99", "VIP协议", SIGNED, None], "agreement_taken"),
        (["HT-1", "VIP协议", "2020-01-01", None], "agreement_differs"),
    ],
)
def test_what_is_no_whole_agreement_is_refused(people, cells, code):
    account = AccountFactory(code="K1", name="甲公司")
    AgreementFactory(account=account, number="HT-1")
    AgreementFactory(number="HT-99")
    row = previewed(xlsx(AGREEMENT, ["K1", "甲公司", None, *cells]), by=people.wang)
    assert problems(row) == {2: [("agreement_number", code)]}


def test_only_a_manager_carries_agreements_over(people):
    AccountFactory(code="K1", name="甲公司", owner=people.chen)
    row = previewed(xlsx(AGREEMENT, VIP), by=people.chen)
    assert verdicts(row) == {2: "same"}
    assert "agreement_number" in row.notes[-1]["fields"]
