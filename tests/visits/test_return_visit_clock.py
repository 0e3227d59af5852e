"""The clock of return visits: who is called back, and by when."""

import datetime as dt

import pytest
import time_machine

from accounts.models import Standing
from accounts.workflow import assignment
from staff import duties, policy
from staff.models import Obligation, PolicyValue
from tests.factories import AccountFactory
from tests.visits.calls import call, reach
from visits.duties import RETURN_VISIT_INTERVAL, RETURN_VISITS


def due_days(account):
    rows = Obligation.objects.filter(duty=RETURN_VISITS.code, account_id=account.pk).open()
    return list(rows.values_list("person__username", "due_on"))


@pytest.mark.parametrize(
    ("called", "due"),
    [
        ("2025-12-31", "2026-02-28"),  # clamped to the month's end, a Saturday made a workday
        ("2026-03-02", "2026-05-06"),  # 2 May is in the Labour Day holiday: the day after it
        ("2026-06-10", "2026-08-10"),
        ("2027-12-31", "2028-02-29"),  # a leap year
    ],
)
def test_two_months_after_the_last_call(called, due):
    values = policy.Values({})
    day = RETURN_VISITS.due(values, dt.date.fromisoformat(called))
    assert day == dt.date.fromisoformat(due)


@pytest.fixture
def called(people):
    """A key account that Chen called on 10 June 2026."""
    with time_machine.travel(dt.datetime(2026, 6, 10, 3, tzinfo=dt.UTC), tick=False):
        account = AccountFactory(owner=people.chen, region=people.east, standing=Standing.KEY)
        reach(account, people.chen)
    return account


def test_it_appears_two_weeks_ahead_and_closes_when_called(people, called):
    duties.synchronise(RETURN_VISITS, today=dt.date(2026, 7, 26))
    assert due_days(called) == []
    duties.synchronise(RETURN_VISITS, today=dt.date(2026, 7, 27))
    assert due_days(called) == [("chen", dt.date(2026, 8, 10))]
    with time_machine.travel(dt.datetime(2026, 8, 5, 3, tzinfo=dt.UTC), tick=False):
        reach(called, people.chen)
    ended = Obligation.objects.get(duty=RETURN_VISITS.code, account_id=called.pk)
    assert (ended.outcome, ended.closed_on) == ("done", dt.date(2026, 8, 5))


def test_the_clock_survives_a_handover(people, called):
    with time_machine.travel(dt.datetime(2026, 8, 1, 3, tzinfo=dt.UTC), tick=False):
        duties.synchronise(RETURN_VISITS)
        assignment.change_owner(called, actor=people.li, owner=people.sun, reason="调整")
        duties.synchronise(RETURN_VISITS)
    assert due_days(called) == [("sun", dt.date(2026, 8, 10))]


def test_an_attempt_stops_no_clock(people, called):
    with time_machine.travel(dt.datetime(2026, 8, 5, 3, tzinfo=dt.UTC), tick=False):
        call.attempt(called, actor=people.chen, outcome="busy", note="", call_again_on=None)
        duties.synchronise(RETURN_VISITS)
    assert due_days(called) == [("chen", dt.date(2026, 8, 10))]


def test_a_voided_call_does_not_count(people, called):
    from accounts.workflow import interaction

    with time_machine.travel(dt.datetime(2026, 8, 5, 3, tzinfo=dt.UTC), tick=False):
        visit = reach(called, people.chen)
        interaction.void(visit.interaction, actor=people.chen, reason="打错了")
    assert due_days(called) == [("chen", dt.date(2026, 8, 10))]


def test_a_customer_out_of_scope_is_not_called(people):
    AccountFactory(owner=people.chen, region=people.east)
    change = duties.synchronise(RETURN_VISITS, today=dt.date(2028, 1, 4))
    assert change.opened == 0


def test_first_calls_are_spread_and_never_later_than_the_interval(people):
    with time_machine.travel(dt.datetime(2026, 6, 10, 3, tzinfo=dt.UTC), tick=False):
        for _ in range(20):
            AccountFactory(owner=people.chen, region=people.east, standing=Standing.KEY)
    duties.synchronise(RETURN_VISITS, today=dt.date(2026, 8, 10))
    days = Obligation.objects.filter(duty=RETURN_VISITS.code).values_list("due_on", flat=True)
    assert len(days) == 20
    assert len(set(days)) > 8
    assert max(days) <= dt.date(2026, 8, 10)


def test_a_change_of_the_interval_holds_from_the_night_it_begins(people, called):
    """Decided on 20 July for 1 August: until then two months, from that night on one."""
    PolicyValue.objects.create(
        key=RETURN_VISIT_INTERVAL.key,
        value=1,
        effective_from=dt.date(2026, 8, 1),
        set_by=people.wang,
        reason="会议决定",
    )
    duties.synchronise(RETURN_VISITS, today=dt.date(2026, 7, 31))
    assert due_days(called) == [("chen", dt.date(2026, 8, 10))]
    duties.synchronise(RETURN_VISITS, today=dt.date(2026, 8, 1))
    assert due_days(called) == [("chen", dt.date(2026, 7, 10))]
