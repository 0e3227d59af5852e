"""Meetings: called, moved, minuted, called off; what they decide becomes tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from staff.duties import DUTIES, synchronise
from staff.models import (
    Meeting,
    MeetingAttendance,
    MeetingStatus,
    MeetingTask,
    Task,
    TaskKind,
    User,
    Verb,
)
from staff.transitions import TransitionDenied
from staff.workflow import task as tasks
from staff.workflow.notice import notify


@transaction.atomic
def call(meeting: Meeting, *, actor: User, invited: Iterable[User]) -> Meeting:
    """Call a meeting (or write down one that was) and tell those invited to one to come."""
    if not actor.role:
        raise TransitionDenied(gettext("Only someone with a post calls a meeting."))
    meeting.convener = actor
    meeting.save()
    for person in invited:
        MeetingAttendance.objects.create(meeting=meeting, user=person)
        if meeting.starts_at > timezone.now():
            _tell(person, Verb.MEETING_CALLED, meeting, actor)
    return meeting


@transaction.atomic
def edit(
    meeting: Meeting, *, actor: User, values: Mapping[str, Any], invited: Iterable[User]
) -> Meeting:
    """Move a meeting or change who is invited; those who stay keep their row."""
    meeting = _judged(meeting, actor, Meeting.edit_blocker)
    for name, value in values.items():
        setattr(meeting, name, value)
    meeting.save(update_fields=list(values))
    wanted = {person.pk: person for person in invited}
    meeting.attendance.exclude(user__in=wanted).delete()
    known = set(meeting.attendance.values_list("user", flat=True))
    for pk, person in wanted.items():
        if pk not in known:
            MeetingAttendance.objects.create(meeting=meeting, user=person)
        _tell(person, Verb.MEETING_CALLED, meeting, actor)
    return meeting


@transaction.atomic
def minute(
    meeting: Meeting, *, actor: User, values: Mapping[str, Any], present: Iterable[User]
) -> Meeting:
    """Write down who came and what was said under each heading."""
    meeting = _judged(meeting, actor, Meeting.minute_blocker)
    for name, value in values.items():
        setattr(meeting, name, value)
    meeting.status, meeting.held_at = MeetingStatus.HELD, meeting.held_at or timezone.now()
    meeting.save(update_fields=["status", "held_at", *values])
    there = {person.pk for person in present}
    for row in meeting.attendance.all():
        row.was_there = row.user_id in there
        row.save(update_fields=["was_there"])
    for code, duty in DUTIES.items():  # declared by the floor that asks for such meetings
        if code.startswith("meetings."):
            synchronise(duty)
    return meeting


@transaction.atomic
def decide(meeting: Meeting, *, actor: User, task: Task) -> Task:
    """Give out what was decided as a task with a person and a day."""
    meeting = _judged(meeting, actor, Meeting.decide_blocker)
    task.kind, task.source = TaskKind.MEETING, str(meeting)[:120]
    tasks.give(task, actor=actor)
    MeetingTask.objects.create(meeting=meeting, task=task)
    return task


@transaction.atomic
def cancel(meeting: Meeting, *, actor: User, reason: str) -> Meeting:
    meeting = _judged(meeting, actor, Meeting.cancel_blocker)
    if not reason:
        raise TransitionDenied(gettext("Calling off needs a reason."))
    meeting.status, meeting.cancel_reason = MeetingStatus.CANCELLED, reason
    meeting.save(update_fields=["status", "cancel_reason"])
    for row in meeting.attendance.select_related("user"):
        _tell(row.user, Verb.MEETING_CANCELLED, meeting, actor)
    return meeting


def _judged(meeting: Meeting, actor: User, blocker: Callable[[Meeting, User], str]) -> Meeting:
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("convener")
    meeting = rows.get(pk=meeting.pk)
    if reason := blocker(meeting, actor):
        raise TransitionDenied(reason)
    return meeting


def _tell(person: User, verb: Verb, meeting: Meeting, actor: User) -> None:
    notify(person, verb, actor=actor, subject=str(meeting), url=meeting.get_absolute_url())
