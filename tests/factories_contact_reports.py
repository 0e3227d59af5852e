"""Factories of contact reports: sent to the writer's superior, not read yet."""

import factory
from factory.django import DjangoModelFactory

from staff.models import Role
from tests.factories import InteractionFactory, UserFactory
from visits import models as visits


class ContactReportFactory(DjangoModelFactory):
    class Meta:
        model = visits.ContactReport

    interaction = factory.SubFactory(InteractionFactory)
    summary = "客户年底换供应商,请主管安排一次共同拜访"
    sent_by = factory.SelfAttribute("interaction.author")
    sent_to = factory.SubFactory(UserFactory, role=Role.SUPERVISOR)
