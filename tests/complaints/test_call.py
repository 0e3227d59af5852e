"""Calls: who may take which step in which state, what it writes, and the callers' clock."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Interaction
from complaints.models import CallRecord, CallStatus
from complaints.waiting import wait_of
from complaints.workflow import call as workflow
from staff.duties import DUTIES, synchronise
from staff.models import Obligation
from staff.transitions import TransitionDenied
from tests.factories import AccountFactory
from tests.factories_complaints import CallRecordFactory

ANSWERED = {"answer": "闪点 210 度"}
STATES = {
    "open": {},
    "with_departments": {"status": "with_departments"},
    "answered": {"status": "answered", **ANSWERED},
    "replied": {"status": "replied", **ANSWERED},
    "complaint": {"status": "complaint", "kind": "complaint"},
    "void": {"voided_at": timezone.now(), "void_reason": "误登"},
}
STEPS = {
    "assign": lambda call, actor: workflow.assign(call, actor=actor, to=actor, call_back_by=None),
    "attempt": lambda call, actor: workflow.attempt(call, actor=actor, outcome="busy", note=""),
    "reply": lambda call, actor: workflow.reply(
        call, actor=actor, values=ANSWERED, called_at=timezone.now()
    ),
    "void": lambda call, actor: workflow.void(call, actor=actor, reason="误登"),
    "become_complaint": lambda call, actor: workflow.become_complaint(call, actor=actor),
}
WORK, OPEN = ("assign", "attempt", "reply", "become_complaint"), ("open", "with_departments")
# Sun sees the call for the table's sake: she stands beside it and may not take a step.
HANDS = {"chen", "li", "wang", "he"}
VOIDING = {"chen", "li", "wang"}


def make(people, account, state, **values):
    kept = STATES[state] | values
    if kept.get("status") in ("answered", "replied"):
        kept |= {"answered_by": people.chen, "answered_at": timezone.now()}
    return CallRecordFactory(account=account, taken_by=people.chen, **kept)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", STEPS)
def test_who_may_take_which_step_in_which_state(people, account, step, state):
    allowed = {
        name
        for name in ("chen", "sun", "li", "wang", "he")
        if (step in WORK and state in OPEN and name in HANDS)
        or (step == "void" and state not in ("complaint", "void") and name in VOIDING)
    }
    done = set()
    for name in ("chen", "sun", "li", "wang", "he"):
        call = make(people, account, state)
        try:
            STEPS[step](call, getattr(people, name))
        except TransitionDenied:
            pass
        else:
            done.add(name)
        before = call.status
        call.refresh_from_db()
        if name not in done:
            assert call.status == before
    assert done == allowed


def test_a_second_click_keeps_one_call(people, account):
    call = CallRecord(account=account, question="几时到货?", responsible=people.chen)
    again = CallRecord(
        account=account, question="几时到货?", responsible=people.chen, token=call.token
    )
    first = workflow.take(call, actor=people.chen, is_answered=False)
    assert workflow.take(again, actor=people.chen, is_answered=False) == first
    assert CallRecord.objects.count() == Interaction.objects.count() == 1


def test_numbers_count_on_within_the_year(people):
    def taken(day):
        with time_machine.travel(moment(day), tick=False):
            call = CallRecord(phone="1", question="?", responsible=people.he)
            return workflow.take(call, actor=people.he, is_answered=False).number

    days = ["2026-12-31 11:00", "2026-12-31 23:59", "2027-01-01 00:00"]
    assert [taken(day) for day in days] == ["LD-2026-0001", "LD-2026-0002", "LD-2027-0001"]


def test_a_call_and_its_call_back_stand_on_the_customers_file(people, account):
    call = CallRecord(account=account, question="几时到货?", phone="1", responsible=people.chen)
    workflow.take(call, actor=people.he, is_answered=False)
    workflow.reply(call, actor=people.chen, values=ANSWERED, called_at=timezone.now())
    said = account.interactions.order_by("pk").values_list("author", "direction", "channel")
    assert list(said) == [(people.he.pk, "in", "phone"), (people.chen.pk, "out", "phone")]
    call.refresh_from_db()
    assert (call.status, call.answered_by, call.answer) == ("replied", people.chen, "闪点 210 度")


def test_a_call_of_nobody_known_is_put_on_a_file_later(people, account):
    call = CallRecord(question="几时到货?", phone="1", unit="长江机械", responsible=people.he)
    workflow.take(call, actor=people.he, is_answered=False)
    assert Obligation.objects.get(duty="complaints.call_reply").account_id is None
    workflow.link(call, actor=people.he, account=account, is_via=True)
    call.refresh_from_db()
    assert call.interaction.account == account
    assert "几时到货?" in call.interaction.summary
    still = Obligation.objects.filter(duty="complaints.call_reply", closed_on=None)
    assert [row.account_id for row in still] == [account.pk]


def test_voiding_takes_the_contact_record_along(people, account):
    call = CallRecord(account=account, question="打错了", responsible=people.chen)
    workflow.take(call, actor=people.chen, is_answered=False)
    workflow.void(call, actor=people.chen, reason="打错电话")
    assert not account.interactions.filter(voided_at=None).exists()
    assert not Obligation.objects.filter(duty="complaints.call_reply").open().exists()


CLOCKS = [
    # called at, now, waited, late
    ("2026-09-30 15:00", "2026-09-30 17:00", "2 hours", False),
    # the National Day week does not count
    ("2026-09-30 15:00", "2026-10-08 23:00", "1 business day", False),
    ("2026-09-30 15:00", "2026-10-09 00:30", "2 business days", True),
    # a make-up Saturday counts, and is over: the day off makes it late
    ("2026-02-13 10:00", "2026-02-14 12:00", "1 business day", False),
    ("2026-02-13 10:00", "2026-02-15 09:00", "1 business day", True),
    # an ordinary weekend, and New Year's Day
    ("2026-11-27 10:00", "2026-11-29 22:00", "2 days, 12 hours", False),
    ("2026-12-31 10:00", "2027-01-01 22:00", "1 day, 12 hours", False),
]


@pytest.mark.parametrize(("called", "now", "waited", "is_late"), CLOCKS)
def test_a_caller_waits_in_business_days(people, account, called, now, waited, is_late):
    call = CallRecordFactory(account=account, received_at=moment(called))
    with time_machine.travel(moment(now), tick=False), translation.override("en"):
        wait = wait_of(call)
        assert (wait.text.replace("\xa0", " "), wait.is_late) == (waited, is_late)


def moment(text):
    return timezone.make_aware(dt.datetime.fromisoformat(text))


def test_a_promise_goes_before_the_policy(people, account):
    call = CallRecordFactory(
        account=account,
        received_at=moment("2026-11-27 10:00"),
        call_back_by=moment("2026-11-27 15:00"),
    )
    with time_machine.travel(moment("2026-11-27 15:01"), tick=False):
        assert wait_of(call).is_late


def test_handing_on_starts_no_new_clock(people, account):
    with time_machine.travel(moment("2026-11-23 10:00"), tick=False):
        call = CallRecord(account=account, question="?", phone="1", responsible=people.chen)
        workflow.take(call, actor=people.chen, is_answered=False)
    with time_machine.travel(moment("2026-11-25 10:00"), tick=False):
        workflow.assign(call, actor=people.li, to=people.sun, call_back_by=None)
        owed = Obligation.objects.filter(duty="complaints.call_reply").open().get()
        assert (owed.person, owed.since, owed.due_on) == (
            people.sun,
            dt.date(2026, 11, 23),
            dt.date(2026, 11, 24),
        )
        call.refresh_from_db()
        workflow.reply(call, actor=people.sun, values=ANSWERED, called_at=timezone.now())
    owed.refresh_from_db()
    assert (owed.outcome, owed.closed_on) == ("done", dt.date(2026, 11, 25))


def test_a_promised_call_back_is_its_own_duty(people, account):
    call = CallRecordFactory(
        account=account, taken_by=people.chen, call_back_by=moment("2026-11-30 16:00")
    )
    for code in ("complaints.call_back", "complaints.call_reply"):
        synchronise(DUTIES[code], today=dt.date(2026, 11, 27))
    owed = Obligation.objects.get(duty__startswith="complaints.call")
    assert (owed.duty, owed.due_on, owed.subject) == (
        "complaints.call_back",
        dt.date(2026, 11, 30),
        f"call:{call.pk}",
    )


BROKEN = [
    ("call_answered_by_someone_in_words", {"status": CallStatus.REPLIED}),
    ("call_has_a_question", {"question": ""}),
    ("call_promise_authorised", {"promise": "免费换货"}),
    ("call_open_can_be_returned", {"phone": "", "account": None}),
    ("call_became_a_complaint_as_one", {"status": CallStatus.COMPLAINT}),
    ("call_via_a_customer", {"is_via": True, "account": None}),
    ("call_kind_known", {"kind": "gossip"}),
    ("call_status_known", {"status": "lost"}),
    ("call_void_has_a_reason", {"voided_at": timezone.now()}),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "values"), BROKEN)
def test_the_database_refuses(name, values):
    call = CallRecordFactory()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        CallRecord.objects.filter(pk=call.pk).update(**values)


def test_who_sees_which_calls(people, account):
    foreign = AccountFactory(owner=people.zhou, region=people.south)
    calls = {
        "chens": CallRecordFactory(account=account, taken_by=people.he),
        "zhous": CallRecordFactory(account=foreign, taken_by=people.he),
        "suns_unknown": CallRecordFactory(account=None, taken_by=people.sun),
        "nobodys": CallRecordFactory(account=None, taken_by=people.he),
        "chen_calls_back": CallRecordFactory(
            account=foreign, taken_by=people.he, responsible=people.chen
        ),
    }
    expected = {
        "he": set(calls),
        "wang": set(calls),
        "li": {"chens", "suns_unknown", "chen_calls_back"},
        "zhao": {"zhous", "chen_calls_back"},
        "chen": {"chens", "chen_calls_back"},
        "sun": {"suns_unknown"},
        "zhou": {"zhous", "chen_calls_back"},
        "root": set(),
        "gone": set(),
    }
    for name, seen in expected.items():
        visible = set(CallRecord.objects.visible_to(getattr(people, name)))
        assert {word for word, call in calls.items() if call in visible} == seen, name


def test_the_paper_shows_the_whole_story(client, people, account):
    call = make(people, account, "replied", promise="三日内换货", promise_authorised_by=people.li)
    client.force_login(people.he)
    page = client.get(reverse("complaints:call_print", args=[call.pk])).content.decode()
    for words in (call.number, call.question, "闪点 210 度", "三日内换货", "李慧敏", account.name):
        assert words in page
