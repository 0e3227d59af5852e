"""Factories of meetings: valid by default, a development meeting called for tomorrow."""

import datetime as dt

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from staff import models as staff
from tests.factories import UserFactory


class MeetingFactory(DjangoModelFactory):
    class Meta:
        model = staff.Meeting

    kind = staff.MeetingKind.DEVELOPMENT
    title = "大客户开发例会"
    starts_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=1))
    convener = factory.SubFactory(UserFactory, role=staff.Role.SUPERVISOR)


class HeldMeetingFactory(MeetingFactory):
    status = staff.MeetingStatus.HELD
    starts_at = factory.LazyFunction(lambda: timezone.now() - dt.timedelta(days=1))
    held_at = factory.LazyFunction(timezone.now)
    progress = "新增潜在客户六家"


class MeetingAttendanceFactory(DjangoModelFactory):
    class Meta:
        model = staff.MeetingAttendance

    meeting = factory.SubFactory(MeetingFactory)
    user = factory.SubFactory(UserFactory)


class MeetingTaskFactory(DjangoModelFactory):
    class Meta:
        model = staff.MeetingTask

    meeting = factory.SubFactory(HeldMeetingFactory)
    task = factory.LazyAttribute(
        lambda made: staff.Task.objects.create(
            title="拜访压铸厂",
            assigner=made.meeting.convener,
            assignee=made.meeting.convener,
            due_on=timezone.localdate(),
        )
    )
