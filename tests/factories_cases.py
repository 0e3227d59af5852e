"""Factories of complaints and monthly feedback, valid by default."""

import datetime as dt

import factory
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from complaints import models as complaints
from tests.factories import AccountFactory, UserFactory


class ComplaintFactory(DjangoModelFactory):
    """A complaint about a customer, just taken."""

    class Meta:
        model = complaints.Complaint

    number = factory.Sequence(lambda n: f"TS-2025-{n:04d}")
    account = factory.SubFactory(AccountFactory)
    complainant = "钱工"
    phone = "15400005678"
    content = "检测报告的结果和我们自己做的差很多。"
    received_by = factory.SubFactory(UserFactory)


class ComplaintAdditionFactory(DjangoModelFactory):
    class Meta:
        model = complaints.ComplaintAddition

    complaint = factory.SubFactory(ComplaintFactory)
    text = "又说上个月也有一次。"
    written_by = factory.SelfAttribute("complaint.received_by")


class ComplaintFileFactory(DjangoModelFactory):
    class Meta:
        model = complaints.ComplaintFile

    complaint = factory.SubFactory(ComplaintFactory)
    file = factory.LazyFunction(lambda: ContentFile("样品照片说明".encode(), name="样品.txt"))
    name = "样品.txt"
    content_type = "text/plain"
    size = 18
    uploaded_by = factory.SelfAttribute("complaint.received_by")


class ComplaintStepFactory(DjangoModelFactory):
    class Meta:
        model = complaints.ComplaintStep

    complaint = factory.SubFactory(ComplaintFactory)
    verb = complaints.StepVerb.NOTED
    actor = factory.SelfAttribute("complaint.received_by")
    to_status = factory.SelfAttribute("complaint.status")
    note = "打过一次电话"


class ComplaintPauseFactory(DjangoModelFactory):
    class Meta:
        model = complaints.ComplaintPause

    complaint = factory.SubFactory(ComplaintFactory)
    reason = "等客户寄样品"
    started_by = factory.SelfAttribute("complaint.received_by")


class ComplaintLinkFactory(DjangoModelFactory):
    class Meta:
        model = complaints.ComplaintLink

    first = factory.SubFactory(ComplaintFactory)
    second = factory.SubFactory(ComplaintFactory)
    reason = "同一批样品"
    linked_by = factory.SelfAttribute("first.received_by")


class MonthlyFeedbackFactory(DjangoModelFactory):
    """Being written, for a month of its own."""

    class Meta:
        model = complaints.MonthlyFeedback

    month = factory.Sequence(lambda n: dt.date(2024 - n // 12, 12 - n % 12, 1))
    drawn_up_by = factory.SubFactory(UserFactory)


class SentFeedbackFactory(MonthlyFeedbackFactory):
    status = complaints.MonthlyStatus.SENT
    sent_by = factory.SelfAttribute("drawn_up_by")
    sent_at = factory.LazyFunction(timezone.now)


class MonthlyLineFactory(DjangoModelFactory):
    class Meta:
        model = complaints.MonthlyLine

    report = factory.SubFactory(MonthlyFeedbackFactory)
    section = complaints.Section.OPINIONS
    text = "希望报告出得快一些。"


class MonthlyRecipientFactory(DjangoModelFactory):
    class Meta:
        model = complaints.MonthlyRecipient

    report = factory.SubFactory(SentFeedbackFactory)
    user = factory.SubFactory(UserFactory)
