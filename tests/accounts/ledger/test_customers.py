"""A customer ledger: preview, apply, undo."""

from decimal import Decimal

import pytest

from accounts.models import (
    Account,
    AnnualVolume,
    ContactPerson,
    ImportStatus,
    Interaction,
    Judgement,
)
from accounts.workflow import ledger
from staff.transitions import TransitionDenied
from tests.accounts.ledger.workbooks import applied, previewed, problems, verdicts, xlsx
from tests.factories import AccountFactory, InteractionFactory
from tests.factories_visits import VisitFactory

HEADER = [
    "客户编号",
    "客户名称",
    "联系电话",
    "年用量（万元）",
    "联系人",
    "手机",
    "回款信誉",
    "交易所",
]


def ledger_file(*rows):
    return xlsx(HEADER, *rows)


def test_new_customers_come_in_whole(people):
    done = applied(
        ledger_file(
            ["K1", "重庆长江机械有限公司", "023-1234567", 25, "张伟", 13800138000, "好", "上海"]
        ),
        by=people.wang,
    )
    assert done.counts["created"] == 1
    account = Account.objects.get(code="K1")
    assert account.name_pinyin == "chongqingchangjiangjixieyouxiangongsi"
    assert account.name_initials == "cqcjjxyxgs"
    assert account.extra == {"交易所": "上海"}
    assert account.annual_volume == Decimal("250000")
    assert account.contact_people.get().mobile == "13800138000"
    assert Judgement.objects.get(account=account).value == "good"


def test_the_preview_says_what_would_change_and_writes_nothing(people):
    AccountFactory(code="K1", name="甲公司", phone="021-1111111")
    AccountFactory(code="K2", name="乙公司", phone="021-2222222")
    row = previewed(
        ledger_file(
            ["K1", "甲公司", "021-9999999", None, None, None, None, None],
            ["K2", "乙公司", None, None, None, None, None, None],
            ["K3", None, None, "很多", None, None, None, None],
            ["K4", "丁公司", None, None, None, None, None, None],
        ),
        by=people.wang,
    )
    assert row.status == ImportStatus.READY
    assert verdicts(row) == {2: "changed", 3: "same", 4: "refused", 5: "new"}
    assert row.rows.get(number=2).changes == {"phone": ["021-1111111", "021-9999999"]}
    assert problems(row) == {4: [("客户名称", "missing"), ("年用量（万元）", "number")]}
    assert Account.objects.count() == 2
    assert "4" not in row.apply_blocker(people.wang)
    with pytest.raises(TransitionDenied):
        ledger.start_apply(row, actor=people.wang)


def test_an_empty_cell_leaves_and_a_word_clears(people):
    AccountFactory(code="K1", name="甲公司", phone="021-1111111", address="某路1号")
    applied(
        xlsx(["客户编号", "客户名称", "电话", "地址"], ["K1", "甲公司", "清空", None]),
        by=people.wang,
    )
    account = Account.objects.get(code="K1")
    assert (account.phone, account.address) == ("", "某路1号")


def test_undo_leaves_nothing_and_restores_what_was(people):
    old = AccountFactory(code="K1", name="甲公司", phone="021-1111111", owner=people.chen)
    before = Account.objects.filter(pk=old.pk).values().get()
    done = applied(
        ledger_file(
            ["K1", "甲乙公司", "021-9999999", 30, "李四", "13900139000", "好", "x"],
            ["K9", "新公司", None, 12, "王五", None, None, None],
        ),
        by=people.wang,
    )
    undone = ledger.take_back(done, actor=people.wang)
    assert undone.status == ImportStatus.UNDONE
    assert undone.kept_rows == []
    after = Account.objects.filter(pk=old.pk).values().get()
    for volatile in ("version", "updated_at"):
        before.pop(volatile), after.pop(volatile)
    assert after == before
    assert list(Account.objects.visible_to(people.wang)) == [old]
    assert not ContactPerson.objects.filter(account=old).exists()
    assert not AnnualVolume.objects.filter(account=old).exists()
    assert not Judgement.objects.filter(account=old).exists()


def test_undo_names_customers_changed_since(people):
    AccountFactory(code="K1", name="甲公司")
    AccountFactory(code="K2", name="乙公司")
    done = applied(
        ledger_file(
            ["K1", "甲公司", "1234567"] + [None] * 5, ["K2", "乙公司", "7654321"] + [None] * 5
        ),
        by=people.wang,
    )
    Account.objects.filter(code="K2").update(city="上海")
    undone = ledger.take_back(done, actor=people.wang)
    assert [kept["name"] for kept in undone.kept_rows] == ["乙公司"]
    assert Account.objects.get(code="K1").phone == ""
    assert Account.objects.get(code="K2").phone == "7654321"


def test_undo_keeps_a_customer_whose_new_contact_is_used(client, people):
    for code, name in [("K1", "甲公司"), ("K2", "乙公司"), ("K3", "丙公司")]:
        AccountFactory(code=code, name=name)
    done = applied(
        ledger_file(
            ["K1", "甲公司", None, None, "李四", None, None, None],
            ["K2", "乙公司", None, None, "王五", None, None, None],
            ["K3", "丙公司", None, None, "赵六", None, None, None],
        ),
        by=people.wang,
    )
    li, wu = ContactPerson.objects.get(name="李四"), ContactPerson.objects.get(name="王五")
    InteractionFactory(account=li.account, contact_person=li)
    VisitFactory(account=wu.account).contact_people.add(wu)
    client.force_login(people.wang)
    page = client.post(f"/accounts/import/{done.pk}/undo/", follow=True)
    done.refresh_from_db()
    assert [(kept["name"], kept["why"]) for kept in done.kept_rows] == [
        ("甲公司", "used"), ("乙公司", "used"),
    ]  # fmt: skip
    assert str(Interaction._meta.verbose_name) in page.text
    assert set(ContactPerson.objects.values_list("name", flat=True)) == {"李四", "王五"}


def test_an_undo_that_would_break_the_data_is_refused_in_words(client, people, monkeypatch):
    AccountFactory(code="K1", name="甲公司")
    done = applied(
        ledger_file(["K1", "甲公司", None, None, "李四", None, None, None]), by=people.wang
    )
    person = ContactPerson.objects.get()
    InteractionFactory(account=person.account, contact_person=person)
    monkeypatch.setattr("accounts.ledger.undo.used_since", lambda *_: [])
    client.force_login(people.wang)
    page = client.post(f"/accounts/import/{done.pk}/undo/", follow=True)
    done.refresh_from_db()
    assert "这次导入不能撤销" in page.text
    assert done.status == ImportStatus.APPLIED
    assert ContactPerson.objects.filter(pk=person.pk).exists()


def test_rows_that_moved_since_the_preview_are_not_overwritten(people):
    AccountFactory(code="K1", name="甲公司")
    row = previewed(ledger_file(["K1", "甲公司", "1234567"] + [None] * 5), by=people.wang)
    Account.objects.filter(code="K1").update(phone="7777777")
    ledger.start_apply(row, actor=people.wang)
    with pytest.raises(ledger.MovedMeanwhile):
        ledger.apply(row, actor=people.wang)
    assert Account.objects.get(code="K1").phone == "7777777"
    again = ledger.read(row)
    assert again.status == ImportStatus.READY
    assert again.rows.get().changes == {"phone": ["7777777", "1234567"]}


@pytest.mark.parametrize(
    ("who", "verdict"),
    [("wang", "changed"), ("li", "changed"), ("chen", "changed"), ("zhou", "refused")],
)
def test_one_imports_what_one_sees(people, who, verdict):
    AccountFactory(code="K1", name="甲公司", owner=people.chen)
    row = previewed(ledger_file(["K1", "甲公司", "1234567"] + [None] * 5), by=getattr(people, who))
    assert row.rows.get().verdict == verdict


def test_a_specialists_new_customers_are_theirs(people):
    applied(ledger_file(["K1", "甲公司"] + [None] * 6), by=people.chen)
    assert Account.objects.get(code="K1").owner == people.chen


def test_an_owner_by_name_or_number_takes_over(people):
    people.sun.employee_number = "E77"
    people.sun.save()
    AccountFactory(code="K1", name="甲公司", owner=people.chen)
    applied(
        xlsx(["客户编号", "客户名称", "负责人"], ["K1", "甲公司", "E77"], ["K2", "乙公司", "陈晓"]),
        by=people.wang,
    )
    assert Account.objects.get(code="K1").owner == people.sun
    assert Account.objects.get(code="K2").owner == people.chen


def test_the_same_customer_twice_in_a_file_is_refused(people):
    row = previewed(
        ledger_file(["K1", "甲"] + [None] * 6, ["K1", "乙"] + [None] * 6), by=people.wang
    )
    assert verdicts(row) == {2: "new", 3: "refused"}
    assert problems(row)[3] == [("name", "repeated")]


def test_what_sounds_alike_is_pointed_out(people):
    AccountFactory(code="K1", name="上海长江机械有限公司")
    row = previewed(ledger_file(["K2", "上海常江机械有限公司"] + [None] * 6), by=people.wang)
    assert row.rows.get().resembles[0]["reason"] == "sound"
