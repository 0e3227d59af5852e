"""Rows of the visits app for tests."""

import factory
from django.utils import timezone

from tests.factories import AccountFactory, InteractionFactory
from visits.models import Attempt, QuestionSet, ReturnVisit


class ReturnVisitFactory(factory.django.DjangoModelFactory):
    """A call that took place today, with no answers yet."""

    class Meta:
        model = ReturnVisit

    account = factory.SubFactory(AccountFactory)
    interaction = factory.SubFactory(
        InteractionFactory, account=factory.SelfAttribute("..account"), channel="phone"
    )
    question_set = factory.LazyFunction(lambda: QuestionSet.objects.order_by("version").first())
    caller = factory.SelfAttribute("interaction.author")
    made_on = factory.LazyFunction(timezone.localdate)


class AttemptFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Attempt

    account = factory.SubFactory(AccountFactory)
    caller = factory.SelfAttribute("account.owner")
    outcome = "no_answer"
