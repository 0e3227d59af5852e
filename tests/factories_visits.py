"""Factories of visits and receptions, valid by default."""

import datetime as dt
from decimal import Decimal

import factory
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from staff.models import Task
from tests.factories import (
    AccountFactory,
    ContactPersonFactory,
    InteractionFactory,
    UserFactory,
)
from tests.factories_accounts import AttachmentFactory
from visits import models as visits


class VisitFactory(DjangoModelFactory):
    """A visit planned for tomorrow."""

    class Meta:
        model = visits.Visit

    account = factory.SubFactory(AccountFactory)
    visitor = factory.SubFactory(UserFactory)
    created_by = factory.SelfAttribute("visitor")
    planned_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=1))
    purpose = "看新产线"


class DoneVisitFactory(VisitFactory):
    """A visit of yesterday with its record."""

    planned_at = factory.LazyFunction(lambda: timezone.now() - dt.timedelta(days=1))
    status = visits.VisitStatus.DONE
    interaction = factory.LazyAttribute(
        lambda made: InteractionFactory(
            account=made.account, author=made.visitor, channel="visit", happened_at=made.planned_at
        )
    )


class VisitContactFactory(DjangoModelFactory):
    class Meta:
        model = visits.VisitContact

    visit = factory.SubFactory(VisitFactory)
    contact_person = factory.SubFactory(ContactPersonFactory)


class VisitColleagueFactory(DjangoModelFactory):
    class Meta:
        model = visits.VisitColleague

    visit = factory.SubFactory(VisitFactory)
    user = factory.SubFactory(UserFactory)


class VisitTaskFactory(DjangoModelFactory):
    class Meta:
        model = visits.VisitTask

    visit = factory.SubFactory(DoneVisitFactory)
    task = factory.LazyAttribute(
        lambda made: Task.objects.create(
            title="寄样品",
            assigner=made.visit.visitor,
            assignee=made.visit.visitor,
            due_on=timezone.localdate(),
        )
    )


class CalendarFeedFactory(DjangoModelFactory):
    class Meta:
        model = visits.CalendarFeed

    user = factory.SubFactory(UserFactory)
    digest = factory.Sequence(lambda n: f"{n:064d}")


class ReceptionFactory(DjangoModelFactory):
    """A reception planned for tomorrow."""

    class Meta:
        model = visits.Reception

    account = factory.SubFactory(AccountFactory)
    host = factory.SubFactory(UserFactory)
    created_by = factory.SelfAttribute("host")
    planned_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=1))
    purpose = "参观实验室"
    level_reason = "例行来访"


class DoneReceptionFactory(ReceptionFactory):
    """A reception of yesterday with its record, its visitors not yet thanked."""

    planned_at = factory.LazyFunction(lambda: timezone.now() - dt.timedelta(days=1))
    status = visits.ReceptionStatus.DONE
    done_on = factory.LazyAttribute(lambda made: timezone.localdate(made.planned_at))
    interaction = factory.LazyAttribute(
        lambda made: InteractionFactory(
            account=made.account, author=made.host, channel="meeting", happened_at=made.planned_at
        )
    )


class ReceptionVisitorFactory(DjangoModelFactory):
    class Meta:
        model = visits.ReceptionVisitor

    reception = factory.SubFactory(ReceptionFactory)
    name = factory.Sequence(lambda n: f"来访人{n}")


class ReceptionColleagueFactory(DjangoModelFactory):
    class Meta:
        model = visits.ReceptionColleague

    reception = factory.SubFactory(ReceptionFactory)
    user = factory.SubFactory(UserFactory)


class ReceptionItemFactory(DjangoModelFactory):
    class Meta:
        model = visits.ReceptionItem

    reception = factory.SubFactory(ReceptionFactory)
    text = factory.Sequence(lambda n: f"准备{n}")


class ReceptionFileFactory(DjangoModelFactory):
    class Meta:
        model = visits.ReceptionFile

    reception = factory.SubFactory(ReceptionFactory)
    attachment = factory.SubFactory(
        AttachmentFactory, account=factory.SelfAttribute("..reception.account")
    )


class ReceptionMeasuresFactory(DjangoModelFactory):
    class Meta:
        model = visits.ReceptionMeasures

    file = factory.LazyFunction(lambda: ContentFile("接待办法".encode(), name="接待办法.txt"))
    name = "接待办法.txt"
    content_type = "text/plain"
    size = 12
    uploaded_by = factory.SubFactory(UserFactory)


class CateringRequestFactory(DjangoModelFactory):
    class Meta:
        model = visits.CateringRequest

    reception = factory.SubFactory(ReceptionFactory)
    amount = Decimal("600")
    reason = "午餐六人"
    requested_by = factory.SelfAttribute("reception.host")
