"""Factories of handovers: open, a successor named, the customer not told."""

import factory
from factory.django import DjangoModelFactory

from accounts import models as accounts
from tests.factories import AccountFactory, UserFactory


class HandoverLineFactory(DjangoModelFactory):
    class Meta:
        model = accounts.HandoverLine

    account = factory.SubFactory(AccountFactory)
    predecessor = factory.SubFactory(UserFactory)
    successor = factory.SubFactory(UserFactory)
    origin = accounts.HandoverOrigin.TRANSFER
    opened_by = factory.SubFactory(UserFactory)
