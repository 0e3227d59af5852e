"""The clocks of visits, receptions and catering: over holidays, make-up workdays, month ends."""

import datetime as dt
from contextlib import contextmanager

import pytest
import time_machine

from accounts.models import Interaction
from accounts.workflow import assignment
from staff import duties, policy
from staff.duties import DUTIES
from staff.models import Obligation, PolicyValue, Role
from tests.factories import AccountFactory, UserFactory
from tests.factories_visits import (
    CateringRequestFactory,
    DoneReceptionFactory,
    ReceptionFactory,
    ReceptionItemFactory,
    VisitFactory,
)
from visits.catering_policy import APPROVER
from visits.workflow import catering, reception, visit

PREFIX = "visits."


def day(text):
    return dt.date.fromisoformat(text)


def at(text, hour=10):
    """That day in the office, which is eight hours ahead of UTC."""
    return dt.datetime.combine(day(text), dt.time(hour - 8), tzinfo=dt.UTC)


@contextmanager
def on(text):
    with time_machine.travel(at(text), tick=False):
        yield


def open_duties(code, today):
    duty = DUTIES[PREFIX + code]
    duties.synchronise(duty, today=day(today))
    rows = Obligation.objects.filter(duty=duty.code).open()
    return [(row.person.username, row.due_on.isoformat()) for row in rows]


def ended(code):
    rows = Obligation.objects.filter(duty=PREFIX + code).exclude(closed_on=None)
    return [(row.outcome, row.closed_on.isoformat()) for row in rows]


@pytest.mark.parametrize(
    ("code", "since", "due"),
    [
        ("record", "2026-06-10", "2026-06-11"),
        ("record", "2026-04-30", "2026-05-06"),  # over the Labour Day holiday
        ("record", "2026-02-13", "2026-02-14"),  # a Saturday that is worked
        ("record", "2026-12-31", "2027-01-04"),  # over New Year, into the next year
        ("reception_record", "2026-09-30", "2026-10-08"),  # over the National Day holiday
        ("reception_thank", "2026-01-30", "2026-02-03"),  # over the month's end and a weekend
        ("reception_thank", "2026-02-28", "2026-03-03"),  # a Saturday that is worked
        ("catering_decide", "2026-05-08", "2026-05-09"),  # a Saturday that is worked
        ("reception_prepare", "2026-05-06", "2026-04-30"),  # backwards over the holiday
        ("reception_prepare", "2026-03-02", "2026-02-28"),
    ],
)
def test_due_days(code, since, due):
    assert DUTIES[PREFIX + code].due(policy.Values({}), day(since)) == day(due)


@pytest.fixture
def account(people):
    with on("2026-06-01"):
        return AccountFactory(owner=people.chen, region=people.east)


def test_a_planned_visit_asks_for_its_record_from_its_day_on(people, account):
    with on("2026-06-09"):
        made = VisitFactory(account=account, visitor=people.chen, planned_at=at("2026-06-10"))
    assert open_duties("record", "2026-06-09") == []
    assert open_duties("record", "2026-06-10") == [("chen", "2026-06-11")]
    with on("2026-06-11"):
        said = Interaction(happened_at=at("2026-06-10"), summary="谈妥", purpose="走访")
        visit.record(made, actor=people.chen, said=said, values={}, present=visit.Present())
    assert ended("record") == [("done", "2026-06-11")]


def test_a_moved_or_cancelled_visit_asks_for_nothing(people, account):
    with on("2026-06-09"):
        made = VisitFactory(account=account, visitor=people.chen, planned_at=at("2026-06-10"))
        other = VisitFactory(account=account, visitor=people.chen, planned_at=at("2026-06-10", 14))
    assert len(open_duties("record", "2026-06-10")) == 2
    with on("2026-06-10"):
        values = {"planned_at": at("2026-06-17")}
        visit.edit(made, actor=people.chen, values=values, present=visit.Present())
        visit.cancel(other, actor=people.chen, reason="客户出差")
    assert open_duties("record", "2026-06-10") == []
    assert {outcome for outcome, _on in ended("record")} == {"lapsed"}
    assert open_duties("record", "2026-06-17") == [("chen", "2026-06-18")]


def test_after_a_handover_the_visitor_still_owes_the_record(people, account):
    with on("2026-06-09"):
        VisitFactory(account=account, visitor=people.chen, planned_at=at("2026-06-10"))
    with on("2026-06-10"):
        assignment.change_owner(account, actor=people.li, owner=people.sun, reason="调整")
    assert open_duties("record", "2026-06-10") == [("chen", "2026-06-11")]


def test_a_reception_is_prepared_recorded_and_thanked_for(people, account):
    """Planned for a Monday: the list is ready by Friday, the record due on Tuesday."""
    with on("2026-06-09"):
        made = ReceptionFactory(account=account, host=people.li, planned_at=at("2026-06-15"))
        item = ReceptionItemFactory(reception=made)
    assert open_duties("reception_prepare", "2026-06-04") == []
    assert open_duties("reception_prepare", "2026-06-05") == [("li", "2026-06-12")]
    with on("2026-06-11"):
        reception.tick(made, actor=people.li, item=item, is_done=True)
    assert ended("reception_prepare") == [("done", "2026-06-11")]
    assert open_duties("reception_record", "2026-06-14") == []
    assert open_duties("reception_record", "2026-06-15") == [("li", "2026-06-16")]
    with on("2026-06-16"):
        said = Interaction(happened_at=at("2026-06-15"), summary="谈妥")
        reception.record(made, actor=people.li, said=said, values={})
    assert ended("reception_record") == [("done", "2026-06-16")]
    # two business days after the 15th
    assert open_duties("reception_thank", "2026-06-16") == [("li", "2026-06-17")]
    with on("2026-06-18"):
        reception.thank(made, actor=people.li, how="电话")
    assert ended("reception_thank") == [("done", "2026-06-18")]


def test_visitors_of_a_voided_record_are_not_thanked(people, account):
    with on("2026-06-16"):
        made = DoneReceptionFactory(account=account, host=people.chen)
    made.interaction.voided_at, made.interaction.void_reason = at("2026-06-16"), "记错"
    made.interaction.save()
    assert open_duties("reception_thank", "2026-06-16") == []


@pytest.mark.parametrize(
    ("approver", "asker", "leader"),
    [
        ("superior", "chen", "li"),
        ("superiors", "chen", "li"),
        ("manager", "chen", "wang"),
        ("superior", "li", "wang"),
        ("superior", "wang", None),
        ("manager", "wang", None),
    ],
)
def test_catering_waits_for_the_leader_of_the_policy(people, account, approver, asker, leader):
    PolicyValue.objects.create(
        key=APPROVER.key, value=approver, effective_from=day("2020-01-01"), set_by=people.wang,
        reason="会议决定",
    )  # fmt: skip
    with on("2026-06-11"):
        made = ReceptionFactory(account=account, host=getattr(people, asker))
        asked = CateringRequestFactory(reception=made)
    expected = [(leader, "2026-06-12")] if leader else []
    assert open_duties("catering_decide", "2026-06-11") == expected
    if leader:
        with on("2026-06-15"):
            catering.decide(asked, actor=getattr(people, leader), is_approved=True)
        assert ended("catering_decide") == [("done", "2026-06-15")]


def test_the_head_of_the_department_asks_another_manager(people, account):
    UserFactory(username="deputy", role=Role.MANAGER, reports_to=people.wang)
    with on("2026-06-11"):
        CateringRequestFactory(reception=ReceptionFactory(account=account, host=people.wang))
    assert open_duties("catering_decide", "2026-06-11") == [("deputy", "2026-06-12")]


def test_a_cancelled_reception_leaves_nothing_to_do(people, account):
    with on("2026-06-09"):
        made = ReceptionFactory(account=account, host=people.chen, planned_at=at("2026-06-11"))
        ReceptionItemFactory(reception=made)
        CateringRequestFactory(reception=made)
    codes = ("reception_prepare", "catering_decide")
    assert all(open_duties(code, "2026-06-09") for code in codes)
    with on("2026-06-09"):
        reception.cancel(made, actor=people.chen, reason="客户改期")
    assert not any(open_duties(code, "2026-06-11") for code in (*codes, "reception_record"))
