"""A customer changes hands: opened by every door, done only in three steps (S1 第14条)."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.handover import ON_TRANSFER
from accounts.models import HandoverLine, Interaction, LedgerImport
from accounts.workflow import handover, interaction, ledger
from accounts.workflow.assignment import change_owner
from complaints.models import CallRecord
from complaints.workflow import call as calls
from staff import workflow as people_workflow
from staff.models import Obligation, PolicyValue
from staff.tasks import synchronise_duties
from staff.transitions import TransitionDenied
from tests.accounts.ledger.workbooks import applied, xlsx
from tests.factories import AccountFactory, InteractionFactory
from tests.factories_handover import HandoverLineFactory
from tests.visits.calls import reach

TODAY = timezone.localdate


def to_sun(account, people):
    return change_owner(account, actor=people.li, owner=people.sun, reason="区域调整")


def open_duties(account):
    rows = Obligation.objects.open().filter(account_id=account.pk, duty__startswith="handover.")
    return {row.duty: row.person for row in rows}


def test_a_new_owner_opens_a_line(people, account):
    to_sun(account, people)
    line = account.handovers.get()
    assert (line.predecessor, line.successor, line.origin) == (people.chen, people.sun, "transfer")
    assert (line.opened_on, line.opened_by, line.is_open) == (TODAY(), people.li, True)
    assert open_duties(account) == {
        "handover.tell": people.sun,
        "handover.contact": people.sun,
    }


def test_a_first_owner_opens_none(people):
    account = AccountFactory(region=people.east)
    change_owner(account, actor=people.li, owner=people.sun, reason="新客户")
    assert not HandoverLine.objects.exists()


def test_going_back_before_anybody_was_told_ends_it(people, account):
    to_sun(account, people)
    change_owner(account, actor=people.li, owner=people.chen, reason="弄错了")
    line = account.handovers.get()
    assert (line.is_open, bool(line.void_reason)) == (False, True)
    assert not open_duties(account)


def test_going_back_after_the_customer_was_told_is_a_handover_too(people, account):
    to_sun(account, people)
    line = account.handovers.get()
    handover.tell(line, actor=people.sun, told_on=TODAY(), told_how="phone")
    change_owner(account, actor=people.li, owner=people.chen, reason="改回")
    back = account.handovers.open().get()
    assert (back.predecessor, back.successor, back.told_on) == (people.sun, people.chen, None)


def test_the_policy_may_leave_transfers_out(people, account):
    PolicyValue.objects.create(
        key=ON_TRANSFER.key, value=False, effective_from=TODAY(), set_by=people.wang, reason="试行"
    )
    to_sun(account, people)
    assert not HandoverLine.objects.exists()


def test_a_ledger_opens_lines_and_its_undo_takes_them_back(people, account):
    other = AccountFactory(code="K2", owner=people.sun)
    done = applied(
        xlsx(
            ["客户名称", "负责人"], [account.name, "孙婷"], [other.name, "孙婷"], ["新客户", "孙婷"]
        ),
        by=people.wang,
    )
    line = HandoverLine.objects.get()
    assert (line.account, line.origin) == (account, "import")
    assert (line.predecessor, line.successor) == (people.chen, people.sun)
    undone = ledger.take_back(done, actor=people.wang)
    assert undone.kept_rows == []
    assert not HandoverLine.objects.exists()


def test_an_undo_keeps_a_customer_who_was_told(people, account):
    done = applied(xlsx(["客户名称", "负责人"], [account.name, "孙婷"]), by=people.wang)
    line = HandoverLine.objects.get()
    handover.tell(line, actor=people.sun, told_on=TODAY(), told_how="phone")
    undone = ledger.take_back(done, actor=people.wang)
    assert [kept["name"] for kept in undone.kept_rows] == [account.name]
    account.refresh_from_db()
    assert account.owner == people.sun


def test_whoever_leaves_hands_over_every_customer(people, account):
    second = AccountFactory(owner=people.chen, region=people.east)
    people_workflow.deactivate(people.chen, actor=people.li, left_on=TODAY())
    lines = HandoverLine.objects.filter(predecessor=people.chen, origin="departure")
    assert set(lines.values_list("account", "successor")) == {
        (account.pk, None),
        (second.pk, None),
    }
    assert open_duties(account) == {"handover.tell": people.li, "handover.contact": people.li}
    to_sun(account, people)
    line = account.handovers.get()
    assert (line.origin, line.successor) == ("departure", people.sun)
    assert open_duties(account)["handover.contact"] == people.sun


def test_done_only_when_told_and_contacted(people, account):
    to_sun(account, people)
    line = handover.tell(
        account.handovers.get(), actor=people.li, told_on=TODAY(), told_how="wechat"
    )
    assert line.is_open
    early = InteractionFactory(
        account=account, author=people.sun, happened_at=timezone.now() - dt.timedelta(days=3)
    )
    foreign = InteractionFactory(account=account, author=people.chen)
    for record in (early, foreign):
        with pytest.raises(TransitionDenied):
            handover.link_contact(line, actor=people.li, record=record)
    record = Interaction(account=account, summary="自我介绍，约好下周拜访")
    interaction.add(record, actor=people.sun)  # the first record stands there by itself
    line.refresh_from_db()
    assert (line.first_contact, line.is_open) == (record, False)
    assert not open_duties(account)
    done = Obligation.objects.filter(account_id=account.pk, duty__startswith="handover.")
    assert {row.outcome for row in done} == {"done"}


def test_a_second_successor_is_told_of_anew(people, account):
    to_sun(account, people)
    handover.tell(account.handovers.get(), actor=people.sun, told_on=TODAY(), told_how="phone")
    change_owner(account, actor=people.li, owner=people.li, reason="暂代")
    line = account.handovers.get()
    assert (line.successor, line.told_on, line.told_by, line.told_how) == (
        people.li,
        None,
        None,
        "",
    )
    assert open_duties(account) == {"handover.tell": people.li, "handover.contact": people.li}


def test_who_was_told_of_a_departure_is_not_told_again(people, account):
    people_workflow.deactivate(people.chen, actor=people.li, left_on=TODAY())
    handover.tell(account.handovers.get(), actor=people.li, told_on=TODAY(), told_how="phone")
    to_sun(account, people)
    line = account.handovers.get()
    assert (line.successor, line.told_on, line.told_by) == (people.sun, TODAY(), people.li)


def return_visit(account, people):
    return reach(account, people.sun).interaction


def call_taken(account, people):
    call = CallRecord(
        account=account, question="几时到货?", answer="明天", phone="1", responsible=people.sun
    )
    return calls.take(call, actor=people.sun, is_answered=True).interaction


def call_back(account, people):
    call = CallRecord(account=account, question="几时到货?", phone="1", responsible=people.sun)
    calls.take(call, actor=people.he, is_answered=False)
    calls.reply(call, actor=people.sun, values={"answer": "明天"}, called_at=timezone.now())
    return Interaction.objects.get(author=people.sun)


def register_of_visits(account, people):
    row = [str(TODAY()), account.name, "孙婷", "电话里约好的，谈了交期"]
    applied(xlsx(["日期", "客户", "拜访人", "拜访内容"], row), by=people.li, kind="visits")
    return Interaction.objects.get(author=people.sun)


@pytest.mark.parametrize("door", [return_visit, call_taken, call_back, register_of_visits])
def test_every_door_notes_the_first_contact_and_a_voided_one_is_none(people, account, door):
    to_sun(account, people)
    first = door(account, people)
    line = account.handovers.get()
    assert line.first_contact == first
    assert "handover.contact" not in open_duties(account)
    second = interaction.add(Interaction(account=account, summary="约拜访"), actor=people.sun)
    interaction.void(first, actor=people.sun, reason="记错客户")
    line.refresh_from_db()
    assert line.first_contact == second
    interaction.void(second, actor=people.sun, reason="记错客户")
    line.refresh_from_db()
    assert (line.first_contact, line.is_open) == (None, True)
    assert open_duties(account)["handover.contact"] == people.sun


def test_voiding_a_call_voids_the_first_contact(people, account):
    to_sun(account, people)
    call_taken(account, people)
    calls.void(CallRecord.objects.get(), actor=people.li, reason="打错")
    assert account.handovers.get().first_contact is None


def test_after_an_import_the_worker_brings_the_duties_in_line(
    people, account, django_capture_on_commit_callbacks
):
    content = xlsx(["客户名称", "负责人"], [account.name, "孙婷"])
    waiting = ProcrastinateJob.objects.filter(task_name="staff.tasks.synchronise_duties")
    with django_capture_on_commit_callbacks(execute=True):
        done = applied(content, by=people.wang)
        ledger.take_back(done, actor=people.wang)  # twice in a row is one run
        applied(content, by=people.wang, name="again.xlsx")
    assert waiting.count() == 1
    synchronise_duties.func(0)
    assert open_duties(account)["handover.tell"] == people.sun


def test_undoing_a_register_takes_the_first_contact_back(people, account):
    to_sun(account, people)
    register_of_visits(account, people)
    ledger.take_back(LedgerImport.objects.get(), actor=people.li)
    assert account.handovers.get().first_contact is None
    assert open_duties(account)["handover.contact"] == people.sun


def test_the_first_contact_can_be_named(people, account):
    to_sun(account, people)
    line = account.handovers.get()
    record = InteractionFactory(account=account, author=people.sun)
    handover.link_contact(line, actor=people.sun, record=record)
    line = handover.tell(line, actor=people.sun, told_on=TODAY(), told_how="phone")
    assert line.done_at
    for step in (
        lambda: handover.tell(line, actor=people.li, told_on=TODAY(), told_how="phone"),
        lambda: handover.void(line, actor=people.li, reason="误"),
    ):
        with pytest.raises(TransitionDenied):
            step()


@pytest.mark.parametrize(
    ("who", "status", "told"),
    [("wang", 302, True), ("li", 302, True), ("sun", 302, True), ("zhou", 404, False)],
)
def test_who_notes_that_the_customer_was_told(client, people, account, who, status, told):
    to_sun(account, people)
    line = account.handovers.get()
    client.force_login(getattr(people, who))
    answer = client.post(
        f"{line.get_absolute_url()}tell/", {"told_on": TODAY().isoformat(), "told_how": "phone"}
    )
    line.refresh_from_db()
    assert (answer.status_code, line.told_on is not None) == (status, told)


@pytest.mark.parametrize(("who", "status", "open"), [("li", 302, False), ("sun", 403, True)])
def test_only_a_superior_voids_one(client, people, account, who, status, open):
    to_sun(account, people)
    line = account.handovers.get()
    client.force_login(getattr(people, who))
    answer = client.post(f"{line.get_absolute_url()}void/", {"reason": "开错了"})
    line.refresh_from_db()
    assert (answer.status_code, line.is_open) == (status, open)


def test_the_list_shows_what_one_sees_and_how_long_it_takes(client, people, account):
    old = TODAY() - dt.timedelta(days=30)
    line = HandoverLineFactory(
        account=account, predecessor=people.sun, successor=people.chen, opened_on=old
    )
    HandoverLineFactory(account=AccountFactory(owner=people.zhou))
    client.force_login(people.li)
    answer = client.get("/accounts/handover/")
    assert list(answer.context["page"]) == [line]
    assert answer.context["page"][0].is_late
    assert line.business_days > 15
    assert list(client.get("/accounts/handover/?show=done").context["page"]) == []
    page = client.get(account.get_absolute_url()).content.decode()
    assert line.get_absolute_url() in page


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("handover_origin_known", {"origin": "gift"}),
        ("handover_told_by_someone_somehow", {"told_on": dt.date(2026, 1, 5)}),
        ("handover_done_when_told_and_contacted", {"done_at": timezone.now()}),
        ("handover_void_has_a_reason", {"voided_at": timezone.now()}),
    ],
)
def test_the_database_refuses(people, account, constraint, values):
    line = HandoverLineFactory(account=account)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        HandoverLine.objects.filter(pk=line.pk).update(**values)


def test_the_database_refuses_a_second_open_line(people, account):
    HandoverLineFactory(account=account)
    with pytest.raises(IntegrityError, match="handover_one_open_per_customer"):
        HandoverLineFactory(account=account)
    assert connection.needs_rollback
