"""Factories of calls, valid by default."""

import datetime as dt

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from complaints import models as complaints
from staff.models import Department, DepartmentPerson
from tests.factories import AccountFactory, UserFactory


class DepartmentFactory(DjangoModelFactory):
    class Meta:
        model = Department

    name = factory.Sequence(lambda n: f"技术{n}部")


class DepartmentPersonFactory(DjangoModelFactory):
    class Meta:
        model = DepartmentPerson

    department = factory.SubFactory(DepartmentFactory)
    user = factory.SubFactory(UserFactory)


class CallRecordFactory(DjangoModelFactory):
    """A call about a customer that nobody has answered yet."""

    class Meta:
        model = complaints.CallRecord

    number = factory.Sequence(lambda n: f"LD-2026-{n:04d}")
    account = factory.SubFactory(AccountFactory)
    caller = "刘工"
    phone = "15400001234"
    question = "这批油的闪点是多少?"
    taken_by = factory.SubFactory(UserFactory)
    responsible = factory.SelfAttribute("taken_by")


class CallBackAttemptFactory(DjangoModelFactory):
    class Meta:
        model = complaints.CallBackAttempt

    call = factory.SubFactory(CallRecordFactory)
    made_by = factory.SelfAttribute("call.taken_by")
    outcome = complaints.NotReached.BUSY


class DepartmentQuestionFactory(DjangoModelFactory):
    """What a department is asked and has not answered."""

    class Meta:
        model = complaints.DepartmentQuestion

    call = factory.SubFactory(CallRecordFactory, status=complaints.CallStatus.WITH_DEPARTMENTS)
    department = factory.SubFactory(DepartmentFactory)
    text = "HM46 第 2611 批的闪点是多少?"
    asked_by = factory.SelfAttribute("call.taken_by")


class AnswerLinkFactory(DjangoModelFactory):
    class Meta:
        model = complaints.AnswerLink

    question = factory.SubFactory(DepartmentQuestionFactory)
    digest = factory.Sequence(lambda n: f"{n:064d}")
    made_by = factory.SelfAttribute("question.asked_by")
    expires_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=7))


class LinkKnockFactory(DjangoModelFactory):
    class Meta:
        model = complaints.LinkKnock

    address = "192.0.2.7"
