"""Nothing is written down as done before it has happened, by whatever door."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Interaction
from accounts.workflow import contact_person, feedback, interaction
from complaints.models import CallRecord, Complaint
from complaints.workflow import call, complaint
from staff.clock import future_blocker
from staff.transitions import TransitionDenied
from tests.factories import ContactPersonFactory, FeedbackFactory, InteractionFactory, UserFactory
from tests.visits.calls import reach


def test_a_clock_may_run_ahead_a_little():
    now = timezone.now()
    assert not future_blocker(now + dt.timedelta(minutes=5))
    assert future_blocker(now + dt.timedelta(minutes=15))
    assert not future_blocker(timezone.localdate())
    assert future_blocker(timezone.localdate() + dt.timedelta(days=1))


def a_call(people, **values):
    return CallRecord(**{"question": "?", "phone": "1", "responsible": people.chen} | values)


def test_no_door_takes_what_is_still_to_come(people, account):
    later = timezone.now() + dt.timedelta(days=2)
    chen = people.chen
    waiting = call.take(a_call(people), actor=people.he, is_answered=False)
    raised = complaint.receive(
        Complaint(account=account, content="偏差大", received_at=timezone.now()), actor=chen
    )
    doors = {
        "record": lambda: interaction.add(
            Interaction(account=account, summary="谈价格", happened_at=later), actor=chen
        ),
        "edit": lambda: interaction.edit(
            InteractionFactory(account=account, author=chen),
            actor=chen,
            values={"happened_at": later},
        ),
        "return visit": lambda: reach(account, chen, happened_at=later),
        "leave": lambda: contact_person.leave(
            ContactPersonFactory(account=account), actor=chen, left_on=later.date()
        ),
        "call": lambda: call.take(
            a_call(people, received_at=later), actor=people.he, is_answered=False
        ),
        "call-back": lambda: call.reply(
            waiting, actor=chen, values={"answer": "明天"}, called_at=later
        ),
        "complaint": lambda: complaint.receive(
            Complaint(account=account, content="偏差大", received_at=later), actor=chen
        ),
        "chronology": lambda: complaint.note(raised, actor=chen, text="来电", happened_at=later),
    }
    taken = []
    for name, door in doors.items():
        try:
            door()
        except TransitionDenied:
            continue
        taken.append(name)
    assert taken == []


def test_nothing_is_given_to_somebody_without_a_post_or_gone(people, account):
    """By the workflow too: a form lists who is here, but was opened a while ago."""
    waiting = call.take(a_call(people), actor=people.he, is_answered=False)
    said, chen = FeedbackFactory(account=account), people.chen
    for nobody in (people.gone, UserFactory(role="")):
        for step in (
            lambda to: call.take(
                a_call(people, responsible=to), actor=people.he, is_answered=False
            ),
            lambda to: call.assign(waiting, actor=people.li, to=to, call_back_by=None),
            lambda to: feedback.pass_on(said, actor=chen, to=to, department=None),
        ):
            with pytest.raises(TransitionDenied):
                step(nobody)
    with pytest.raises(TransitionDenied):
        feedback.pass_on(said, actor=chen, to=None, department=None)
