"""Old registers of complaints: every row accounted for, as far as it tells, once, and undone."""

import datetime as dt
import io

import openpyxl
import pghistory
import pytest
from django.utils import timezone

from accounts.ledger import columns, export, reasons, registers
from accounts.workflow import ledger
from complaints.ledgers import sheets
from complaints.models import Complaint
from complaints.models import ComplaintStatus as S
from complaints.workflow import complaint as workflow
from staff.models import Obligation
from tests.accounts.ledger.workbooks import applied, previewed, problems, verdicts, xlsx
from tests.factories import AccountFactory, FeedbackFactory
from tests.factories_cases import ComplaintFactory
from tests.factories_complaints import CallRecordFactory

HEAD = ["投诉日期", "客户编号", "客户名称", "投诉内容", "受理人", "投诉类别", "处理情况",
        "答复内容", "答复日期", "客户评价", "天气"]  # fmt: skip
DAY = dt.date(2025, 3, 5)


@pytest.fixture
def known(people):
    return AccountFactory(name="甲公司", code="K1", owner=people.chen, region=people.east)


def line(day=DAY, code="K1", name=None, content="数据不对", *more):
    who, grade, measures, reply, replied_on, verdict, extra = (*more, *[None] * 7)[:7]
    return [day, code, name, content, who, grade, measures, reply, replied_on, verdict, extra]


DONE = ("陈晓", "一般投诉", "重新检测", "已电话说明", "2025-03-07")


def test_each_row_comes_in_as_far_as_it_tells(people, known):
    rows = [
        line(DAY, "K1", None, "数据不对", *DONE, "满意", "大雨"),
        line(DAY, "K1", None, "态度差", *DONE, "不满意"),
        line(DAY, "K1", None, "还没答复", None, "一般投诉"),
        line(DAY, None, "过路的王师傅", "等了一上午"),
    ]
    done = applied(xlsx(HEAD, *rows), by=people.li, kind="complaints")
    assert (done.counts["rows"], done.counts["created"]) == (4, 4)
    closed, unhappy, classed, stranger = Complaint.objects.order_by("pk")
    assert [row.number for row in (closed, stranger)] == ["TS-2025-0001", "TS-2025-0004"]
    assert (closed.account, closed.status, closed.handler) == (known, S.CLOSED, people.chen)
    assert timezone.localdate(closed.replied_at) == dt.date(2025, 3, 7)
    assert "天气: 大雨" in closed.steps.get().note  # nothing is lost
    assert (unhappy.status, unhappy.close_asked_by, unhappy.closed_by) == (
        S.CLOSED,
        people.chen,
        people.li,
    )
    assert (classed.status, classed.received_by) == (S.CLASSIFIED, people.li)
    assert (stranger.account, stranger.unit, stranger.status) == (None, "过路的王师傅", S.RECEIVED)
    assert not Obligation.objects.filter(duty__startswith="complaint.").exists()


def test_nobody_agrees_with_their_own_closing_by_a_register(people, known):
    row = line(DAY, "K1", None, "态度差", *DONE, "不满意")
    applied(xlsx(HEAD, row), by=people.chen, kind="complaints")
    assert Complaint.objects.get().status == S.TO_APPROVE


def test_every_row_that_cannot_come_in_says_why(people, known):
    AccountFactory(name="别家公司", code="K9", owner=people.zhou)
    later = timezone.localdate() + dt.timedelta(days=1)
    rows = [
        line(),
        line(),
        line(DAY, "K9"),
        line(DAY, "K1", None, None),
        line(later),
        line(DAY, "K1", None, "没分类", None, None, "重新检测"),
        line(DAY, "K1", None, "没答复", None, "一般投诉", "重新检测", None, None, "满意"),
        line(DAY, "K1", None, "危机", None, "危机事件"),
    ]
    row = previewed(xlsx(HEAD, *rows), by=people.li, kind="complaints")
    assert verdicts(row) == {2: "new"} | dict.fromkeys(range(3, 10), "refused")
    assert {number: found[0] for number, found in problems(row).items()} == {
        3: ("date", "repeated"),
        4: ("customer_name", "outside"),
        5: ("投诉内容", "missing"),
        6: ("date", "to_come"),
        7: ("grade", "missing"),
        8: ("reply", "missing"),
        9: ("has_large_loss", "missing"),
    }
    kind = columns.kind_named("complaints")
    told = reasons.of_cell(row.rows.get(number=7).problems[0], kind)
    assert told == "不能为空"
    assert not Complaint.objects.exists()


def test_what_is_handed_out_comes_in_again_unchanged(people, known):
    rows = [line(DAY, "K1", None, "数据不对", *DONE, "满意"), line(DAY, "K1", None, "刚来")]
    applied(xlsx(HEAD, *rows), by=people.chen, kind="complaints")
    ComplaintFactory(account=AccountFactory(owner=people.zhou), content="别人的")
    content = export.to_bytes("complaints", export.all_of(people.chen), people.chen)
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    assert page.max_row == 3
    assert "别人的" not in {cell.value for cells in page.iter_rows() for cell in cells}
    again = previewed(content, by=people.chen, kind="complaints", name="out.xlsx")
    assert verdicts(again) == {2: "same", 3: "same"}
    # and an empty house takes it all
    Complaint.objects.update(voided_at=timezone.now(), void_reason="换系统")
    applied(content, by=people.chen, kind="complaints", name="all.xlsx")
    assert list(Complaint.objects.counting().values_list("status", flat=True).order_by("pk")) == [
        S.CLOSED,
        S.RECEIVED,
    ]


def test_a_corrected_register_updates_what_may_be_changed_and_tells_the_rest(people, known):
    head = ["投诉日期", "客户编号", "客户名称", "投诉内容", "联系电话", "处理情况", "损失金额"]
    rows = [
        [DAY, "K1", None, "一", "111", None, None],
        [DAY, "K1", None, "二", "111", None, "20"],
        [DAY, None, "过路人", "三", "111", None, None],
        [DAY, "K1", None, "四", "111", None, None],
    ]
    applied(xlsx(head, *rows), by=people.li, kind="complaints")
    one, two, three, four = Complaint.objects.order_by("pk")
    rows[0][4] = "222"
    rows[1][4:] = [None, None, "20.00"]  # an empty cell leaves alone what is here
    rows[2][4] = "333"
    rows[3][5] = "已赔偿"
    content = xlsx(head, *rows)
    row = previewed(content, by=people.li, kind="complaints", name="again.xlsx")
    assert verdicts(row) == {2: "changed", 3: "same", 4: "changed", 5: "refused"}
    assert row.rows.get(number=2).changes == {"phone": ["111", "222"]}
    assert {found[0] for found in problems(row).values()} == {("grade", "missing")}
    done = applied(xlsx(head, *rows[:3]), by=people.li, kind="complaints", name="b.xlsx")
    assert (done.counts["created"], done.counts["updated"]) == (0, 2)
    phones = {row.pk: row.phone for row in Complaint.objects.all()}
    assert phones == {one.pk: "222", two.pk: "111", three.pk: "333", four.pk: "111"}
    assert one.steps.filter(verb="edited", actor=people.li).exists()
    with pghistory.context(user=people.li.pk):  # as each request has one of its own
        workflow.edit(three, actor=people.li, values={"phone": "444"})
    undone = ledger.take_back(done, actor=people.li)
    assert [kept["why"] for kept in undone.kept_rows] == ["changed"]
    phones = {row.pk: row.phone for row in Complaint.objects.counting()}
    assert phones == {one.pk: "111", two.pk: "111", three.pk: "444", four.pk: "111"}
    assert one.steps.filter(verb="edited").count() == 2  # the chronology tells that it went back


def test_what_changes_while_a_register_is_written_is_not_overwritten(people, known, monkeypatch):
    head = ["投诉日期", "客户编号", "投诉内容", "联系电话"]
    applied(xlsx(head, [DAY, "K1", "一", "111"]), by=people.li, kind="complaints")
    to_change = registers.to_change

    def meanwhile(*told):
        for change in to_change(*told):
            Complaint.objects.update(phone="999")
            yield change

    monkeypatch.setattr(registers, "to_change", meanwhile)
    again = xlsx(head, [DAY, "K1", "一", "222"])
    done = applied(again, by=people.li, kind="complaints", name="b.xlsx", on_error="partial")
    assert (Complaint.objects.get().phone, done.counts["updated"]) == ("999", 0)


def test_what_a_closed_complaint_says_is_not_changed_by_a_register(people, known):
    row = line(DAY, "K1", None, "数据不对", *DONE, "满意")
    applied(xlsx(HEAD, row), by=people.li, kind="complaints")
    row[6] = "全额退款"
    again = previewed(xlsx(HEAD, row), by=people.li, kind="complaints", name="again.xlsx")
    assert verdicts(again) == {2: "refused"}
    found = again.rows.get().problems[0]
    assert (found["field"], found["here"], found["read"]) == ("measures", "重新检测", "全额退款")
    told = reasons.of_cell(found, columns.kind_named("complaints"))
    assert "重新检测" in told


def test_complaints_of_nobody_known_are_handed_out_with_all_customers(people, known):
    other = AccountFactory(owner=people.chen, region=people.east)
    ComplaintFactory(account=None, unit="过路人", content="路过的话", received_by=people.chen)
    ComplaintFactory(account=other, content="另一家的话", received_by=people.chen)
    chosen = export.all_of(people.chen).filter(pk=other.pk)
    for user, accounts, expected in (
        (people.chen, export.all_of(people.chen), {"路过的话", "另一家的话"}),
        (people.chen, chosen, {"另一家的话"}),
        (people.he, export.all_of(people.he), {"路过的话", "另一家的话"}),
    ):
        content = export.to_bytes("complaints", accounts, user)
        page = openpyxl.load_workbook(io.BytesIO(content)).active
        cells = {cell.value for row in page.iter_rows(min_row=2) for cell in row}
        assert {"路过的话", "另一家的话"} & cells == expected, user
        assert page.max_row == len(expected) + 1
    applied(xlsx(HEAD, line(DAY, "K1", None, "旧", *DONE, "满意")), by=people.li, kind="complaints")
    workflow.reopen(Complaint.objects.get(content="旧"), actor=people.li, reason="又坏了")
    content = export.to_bytes("complaints", export.all_of(people.li), people.li)
    again = previewed(content, by=people.li, kind="complaints", name="out.xlsx")
    assert list(verdicts(again).values()) == ["same"] * 3


def test_undo_voids_what_came_in_but_not_what_was_worked_on_since(people, known):
    done = applied(xlsx(HEAD, line(), line(DAY, "K1", None, "二")), by=people.li, kind="complaints")
    touched, other = Complaint.objects.order_by("pk")
    workflow.add(touched, actor=people.chen, text="又说了一次")
    undone = ledger.take_back(done, actor=people.li)
    assert [kept["name"] for kept in undone.kept_rows] == ["甲公司"]
    assert list(Complaint.objects.counting()) == [touched]
    assert "台账.xlsx" in Complaint.objects.get(pk=other.pk).void_reason


def test_calls_and_feedback_are_handed_out_within_the_scope(people, known):
    foreign = AccountFactory(owner=people.zhou)
    for account in (known, foreign):
        CallRecordFactory(account=account, taken_by=account.owner, question=f"问{account.pk}")
        FeedbackFactory(account=account, raised_by=account.owner, text=f"说{account.pk}")
    for kind, word in (("calls", "问"), ("feedback", "说")):
        content = export.to_bytes(kind, export.all_of(people.chen), people.chen)
        page = openpyxl.load_workbook(io.BytesIO(content)).active
        cells = {cell.value for row in page.iter_rows(min_row=2) for cell in row}
        assert page.max_row == 2, kind
        assert f"{word}{known.pk}" in cells, kind
        assert f"{word}{foreign.pk}" not in cells, kind
    assert sheets.calls_of(export.all_of(people.zhou), people.zhou).count() == 1


def test_a_complaint_of_nobody_known_that_stays_is_named_on_the_page(client, people):
    """It has no customer's page to lead to."""
    row = line(DAY, None, "过路的王师傅", "等了一上午")
    done = applied(xlsx(HEAD, row), by=people.li, kind="complaints")
    workflow.add(Complaint.objects.get(), actor=people.he, text="又说了一次")
    client.force_login(people.li)
    page = client.post(f"/accounts/import/{done.pk}/undo/", follow=True)
    assert (page.status_code, Complaint.objects.counting().count()) == (200, 1)
    assert Complaint.objects.get().number in page.content.decode()
