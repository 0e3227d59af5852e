"""The clocks of complaints: holidays, make-up workdays, pauses, reassignment."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine

from complaints.clock import Allowance, Standstill, due_at
from complaints.models import Complaint
from complaints.workflow import complaint as workflow
from complaints.workflow import complaint_clock
from staff import duties
from staff.models import Obligation, PolicyValue
from tests.complaints.case_states import in_state
from tests.factories_cases import ComplaintFactory

CHINA = ZoneInfo("Asia/Shanghai")
DAYS, HOURS = Allowance, lambda amount: Allowance(amount, in_hours=True)
CRISIS = workflow.Judgement("crisis", "doubt", "报告数据错误", has_serious_error=True)
GENERAL = workflow.Judgement("general", "doubt", "对结果有怀疑")


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("since", "allowance", "due"),
    [
        # Thursday: the next day; Friday: Monday
        ("2026-06-11 10:00", DAYS(1), "2026-06-12 23:59"),
        ("2026-06-12 10:00", DAYS(1), "2026-06-15 23:59"),
        # over National Day (1 to 7 October), with make-up workdays 20 September and 10 October
        ("2026-09-30 16:00", DAYS(1), "2026-10-08 23:59"),
        ("2026-09-30 16:00", DAYS(3), "2026-10-10 23:59"),
        ("2026-09-18 16:00", DAYS(1), "2026-09-20 23:59"),
        # hours: within the day, over midnight, standing still on days off
        ("2026-06-11 10:00", HOURS(2), "2026-06-11 12:00"),
        ("2026-06-11 23:00", HOURS(2), "2026-06-12 01:00"),
        ("2026-06-12 23:00", HOURS(2), "2026-06-15 01:00"),
        ("2026-06-13 15:00", HOURS(2), "2026-06-15 02:00"),
        ("2026-06-12 16:00", HOURS(24), "2026-06-15 16:00"),
        ("2026-09-30 16:00", HOURS(24), "2026-10-08 16:00"),
    ],
)
def test_business_time(since, allowance, due):
    assert due_at(at(since), allowance) == at(due)


def test_hours_may_run_every_day():
    since = at("2026-06-12 16:00")
    assert due_at(since, HOURS(24), every_day=True) == at("2026-06-13 16:00")


@pytest.mark.parametrize(
    ("allowance", "pauses", "due"),
    [
        # five hours of waiting are five hours more
        (HOURS(24), [("2026-06-10 12:00", "2026-06-10 17:00")], "2026-06-11 15:00"),
        # waiting over a weekend costs no time, as none ran
        (HOURS(72), [("2026-06-13 09:00", "2026-06-14 18:00")], "2026-06-15 10:00"),
        # two business days begin during the pause; 19 June is a holiday
        (DAYS(5), [("2026-06-10 12:00", "2026-06-12 09:00")], "2026-06-22 23:59"),
        # within one day nothing is added
        (DAYS(5), [("2026-06-10 12:00", "2026-06-10 18:00")], "2026-06-17 23:59"),
        # two pauses; the second only counts because the first moved the day
        (
            DAYS(1),
            [("2026-06-10 12:00", "2026-06-11 09:00"), ("2026-06-12 09:00", "2026-06-15 09:00")],
            "2026-06-15 23:59",
        ),
        # late already: waiting excuses nothing
        (HOURS(2), [("2026-06-10 13:00", "2026-06-11 13:00")], "2026-06-10 12:00"),
        (DAYS(1), [("2026-06-12 09:00", "2026-06-20 09:00")], "2026-06-11 23:59"),
        # over before it began
        (HOURS(2), [("2026-06-09 09:00", "2026-06-09 12:00")], "2026-06-10 12:00"),
        # still waiting
        (HOURS(2), [("2026-06-10 11:00", None)], None),
        (DAYS(1), [("2026-06-10 11:00", None)], None),
        # still waiting, but late already
        (HOURS(2), [("2026-06-10 13:00", None)], "2026-06-10 12:00"),
    ],
)
def test_the_clock_stands_still_while_we_wait(allowance, pauses, due):
    stills = [Standstill(at(start), end and at(end)) for start, end in pauses]
    found = due_at(at("2026-06-10 10:00"), allowance, stills)
    assert found == (due and at(due))


def travel(text):
    return time_machine.travel(at(text), tick=False)


@pytest.fixture
def taken(people, account):
    """A complaint of Wednesday, 10 June 2026, ten o'clock."""
    with travel("2026-06-10 10:00"):
        draft = ComplaintFactory.build(account=account, received_by=None, number="")
        return workflow.receive(draft, actor=people.chen)


def clocks(complaint):
    complaint.refresh_from_db()
    return complaint.acknowledge_due_at, complaint.reply_due_at


def desk(code="complaint.reply"):
    rows = Obligation.objects.filter(duty=code, closed_on=None)
    return list(rows.values_list("person__username", "due_on"))


def test_general_first_then_by_class(people, taken):
    assert clocks(taken) == (at("2026-06-11 23:59"), at("2026-06-17 23:59"))
    assert desk() == [("chen", dt.date(2026, 6, 17))]
    with travel("2026-06-10 10:30"):
        workflow.classify(taken, actor=people.chen, judgement=CRISIS)
    assert clocks(taken) == (at("2026-06-10 12:00"), at("2026-06-11 10:00"))
    assert desk("complaint.acknowledge") == [("chen", dt.date(2026, 6, 10))]
    with travel("2026-06-10 13:00"):
        assert list(Complaint.objects.late()) == [taken]
        workflow.acknowledge(taken, actor=people.chen)
        assert not Complaint.objects.late().exists()
    ended = Obligation.objects.get(duty="complaint.acknowledge", closed_on__isnull=False,
                                   due_on=dt.date(2026, 6, 10))  # fmt: skip
    assert (ended.outcome, ended.closed_on) == ("done", dt.date(2026, 6, 10))


def test_reassignment_never_starts_a_clock_anew(people, taken):
    with travel("2026-06-11 09:00"):
        workflow.acknowledge(taken, actor=people.chen)
        workflow.classify(taken, actor=people.chen, judgement=GENERAL)
        workflow.investigate(taken, actor=people.chen, handler=people.chen)
    before = clocks(taken)
    with travel("2026-06-15 09:00"):
        workflow.assign(taken, actor=people.li, handler=people.sun, reason="出差")
    assert clocks(taken) == before
    assert desk() == [("sun", dt.date(2026, 6, 17))]
    assert people.sun.notices.get().verb == "complaint_given"


def test_a_pause_takes_it_off_the_desk_and_brings_it_back_later(people, taken):
    with travel("2026-06-11 09:00"):
        workflow.pause(taken, actor=people.chen, reason="等客户寄样品")
    assert clocks(taken)[1] is None
    assert desk() == []
    with travel("2026-06-15 09:00"):
        workflow.resume(taken, actor=people.chen)
    assert clocks(taken)[1] == at("2026-06-22 23:59")  # three workdays more, 19 June is a holiday
    assert desk() == [("chen", dt.date(2026, 6, 22))]
    with travel("2026-06-16 09:00"):
        values = {"findings": "设备未校准", "measures": "重测"}
        workflow.acknowledge(taken, actor=people.chen)
        workflow.classify(taken, actor=people.chen, judgement=GENERAL)
        workflow.investigate(taken, actor=people.chen, handler=people.chen)
        workflow.handle(taken, actor=people.chen, values=values)
        workflow.reply(taken, actor=people.chen, text="已重测", way="电话")
    assert desk() == []
    assert desk("complaint.close") == [("chen", dt.date(2026, 6, 24))]
    done = Obligation.objects.filter(duty="complaint.reply", outcome="done").get()
    assert done.closed_on == dt.date(2026, 6, 16)
    with travel("2026-06-17 09:00"):
        workflow.close(taken, actor=people.chen, verdict="dissatisfied", reason="不退款")
        assert desk("complaint.close") == []
        assert desk("complaint.approve") == [("li", dt.date(2026, 6, 22))]
    with travel("2026-06-18 09:00"):
        workflow.refuse_close(taken, actor=people.li, reason="再谈")
        workflow.reopen(taken, actor=people.li, reason="重新谈")
    assert desk("complaint.approve") == []
    assert clocks(taken)[1] == at("2026-06-26 23:59")  # the reply counts from the reopening


def test_the_company_may_set_no_limit(people, account):
    PolicyValue.objects.create(
        key="complaint.reply",
        value=0,
        effective_from=dt.date(2026, 1, 1),
        set_by=people.wang,
        reason="不限时",
    )
    with travel("2026-06-10 10:00"):
        draft = ComplaintFactory.build(account=account, received_by=None, number="")
        taken = workflow.receive(draft, actor=people.chen)
    assert clocks(taken) == (at("2026-06-11 23:59"), None)
    assert desk() == []


def test_a_new_policy_holds_for_open_ones_from_its_day(people, taken):
    PolicyValue.objects.create(
        key="complaint.reply",
        value=3,
        effective_from=dt.date(2026, 6, 12),
        set_by=people.wang,
        reason="会议决定",
    )
    with travel("2026-06-11 18:00"):
        assert complaint_clock.refresh_clocks() == 0
    with travel("2026-06-12 00:55"):
        assert complaint_clock.refresh_clocks() == 1
        duties.synchronise_all()
    assert clocks(taken)[1] == at("2026-06-15 23:59")
    assert desk() == [("chen", dt.date(2026, 6, 15))]


def test_one_of_an_unknown_customer_stands_on_a_desk_too(people):
    with travel("2026-06-10 10:00"):
        draft = ComplaintFactory.build(account=None, received_by=None, number="")
        workflow.receive(draft, actor=people.he)
        assert desk() == [("he", dt.date(2026, 6, 17))]
        duties.synchronise_all()
        assert desk() == [("he", dt.date(2026, 6, 17))]


def test_where_no_time_is_set_for_the_verdict_nobody_is_asked_for_it(people, account):
    PolicyValue.objects.create(
        key="complaint.close_within",
        value=0,
        effective_from=dt.date(2026, 6, 1),
        set_by=people.wang,
        reason="不设时限",
    )
    in_state("replied", people, account)
    duties.synchronise(duties.DUTIES["complaint.close"])
    assert not Obligation.objects.filter(duty="complaint.close").exists()
