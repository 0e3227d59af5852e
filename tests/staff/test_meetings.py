"""Meetings: called, minuted under the headings of their kind, their decisions given as tasks."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from staff.models import Meeting, MeetingStatus, Notice, Task, TaskKind
from tests.factories_meetings import (
    HeldMeetingFactory,
    MeetingAttendanceFactory,
    MeetingFactory,
)

PLANNED, HELD, CANCELLED = MeetingStatus
FIELDS = {"kind": "development", "title": "十二月开发例会", "starts_at": "2099-12-04T14:00"}
MINUTES = {
    "progress": "新增三家",
    "lessons": "先找设备部",
    "measures": "送样",
    "next_stage": "走访",
}


def test_a_meeting_is_called_and_the_invited_are_told(client, people):
    client.force_login(people.li)
    invited = [people.li.pk, people.chen.pk, people.sun.pk]
    answer = client.post("/meetings/new/", {**FIELDS, "invited": invited})
    meeting = Meeting.objects.get()
    assert answer.url == meeting.get_absolute_url()
    assert (meeting.convener, meeting.status) == (people.li, PLANNED)
    assert set(meeting.attendance.values_list("user", flat=True)) == set(invited)
    told = Notice.objects.filter(verb="meeting_called").values_list("person", flat=True)
    assert set(told) == {people.chen.pk, people.sun.pk}
    client.force_login(people.zhou)
    assert client.get(meeting.get_absolute_url()).status_code == 404
    client.force_login(people.sun)
    assert client.get(meeting.get_absolute_url()).status_code == 200


def in_state(state, people):
    yesterday = timezone.now() - dt.timedelta(days=1)
    if state == HELD:
        meeting = HeldMeetingFactory(convener=people.li)
    else:
        reason = "客户来访" if state == CANCELLED else ""
        meeting = MeetingFactory(
            convener=people.li, starts_at=yesterday, status=state, cancel_reason=reason
        )
    MeetingAttendanceFactory(meeting=meeting, user=people.chen)
    return meeting


STEPS = {
    "edit": {**FIELDS, "title": "改期"},
    "minutes": MINUTES,
    "decisions": {"title": "拜访三家", "due_on": "2099-12-20"},
    "cancel": {"reason": "客户来访"},
}
ALLOWED = {"edit": {PLANNED}, "minutes": {PLANNED, HELD}, "decisions": {HELD}, "cancel": {PLANNED}}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", MeetingStatus)
def test_who_may_take_which_step_in_which_state(client, people, step, state):
    for who in ("li", "wang", "chen", "sun", "zhou"):
        meeting, user = in_state(state, people), getattr(people, who)
        client.force_login(user)
        given = {**STEPS[step], "assignee": user.pk, "invited": [people.chen.pk],
                 "present": [people.chen.pk]}  # fmt: skip
        answer = client.post(f"/meetings/{meeting.pk}/{step}/", given)
        after = Meeting.objects.get(pk=meeting.pk)
        names = ("title", "status", "lessons")
        changed = [getattr(after, n) for n in names] != [getattr(meeting, n) for n in names]
        changed = changed or after.decisions.exists()
        assert changed is (who in {"li", "wang"} and state in ALLOWED[step]), who
        assert (answer.status_code == 404) is (who in {"sun", "zhou"}), who


def test_minutes_note_who_came_and_a_decision_is_a_task_of_its_meeting(client, people):
    meeting = in_state(PLANNED, people)
    MeetingAttendanceFactory(meeting=meeting, user=people.sun)
    client.force_login(people.li)
    address = f"/meetings/{meeting.pk}"
    empty = client.post(f"{address}/minutes/", {"present": [people.chen.pk]})
    assert empty.status_code == 422
    assert "progress" in empty.context["form"].errors
    client.post(f"{address}/minutes/", {**MINUTES, "present": [people.chen.pk]})
    meeting.refresh_from_db()
    assert [text for _heading, text in meeting.minutes] == list(MINUTES.values())
    assert dict(meeting.attendance.values_list("user", "was_there")) == {
        people.chen.pk: True, people.sun.pk: False
    }  # fmt: skip
    client.post(
        f"{address}/decisions/",
        {"title": "走访三家压铸厂", "assignee": people.chen.pk, "due_on": "2099-12-20"},
    )
    task = Task.objects.get()
    assert (task.kind, task.assignee, task.assigner) == (TaskKind.MEETING, people.chen, people.li)
    assert task.source == str(meeting)
    assert meeting.decisions.get().task == task


def test_a_meeting_to_come_has_no_minutes_yet(client, people):
    meeting = MeetingFactory(convener=people.li)
    client.force_login(people.li)
    assert client.post(f"/meetings/{meeting.pk}/minutes/", MINUTES).status_code == 403
    meeting.refresh_from_db()
    assert meeting.status == PLANNED


def test_meetings_are_found_by_kind_state_and_words(client, people):
    meeting = in_state(HELD, people)
    MeetingFactory(convener=people.li, kind="regular", title="专员例会")
    client.force_login(people.li)
    for narrowing in ({"kind": "development"}, {"status": "held"}, {"q": "六家"}):
        assert list(client.get("/meetings/", narrowing).context["page"].object_list) == [meeting]
    assert not client.get("/meetings/", {"kind": "x"}).context["page"].object_list


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("meeting_kind_known", {"kind": "party"}),
        ("meeting_status_known", {"status": "asked"}),
        ("meeting_has_a_title", {"title": ""}),
        ("meeting_held_has_its_minutes", {"status": "held"}),
        ("meeting_cancelled_with_a_reason", {"status": "cancelled"}),
    ],
)
def test_the_database_refuses_what_no_form_lets_through(people, name, values):
    meeting = MeetingFactory(convener=people.li)
    MeetingAttendanceFactory(meeting=meeting, user=people.chen)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(**values)
    with pytest.raises(IntegrityError, match="meeting_attended_once"), transaction.atomic():
        MeetingAttendanceFactory(meeting=meeting, user=people.chen)
