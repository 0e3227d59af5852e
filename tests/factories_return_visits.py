"""Factories of return visits: one per model, valid by default."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from tests.factories import AccountFactory, InteractionFactory, UserFactory
from visits import models as visits


class QuestionSetFactory(DjangoModelFactory):
    """A version that was in use once; the one in force comes with the product."""

    class Meta:
        model = visits.QuestionSet

    version = factory.Sequence(lambda n: n + 100)
    opening = "您好！我是{organisation}的{caller}。"
    closing = "谢谢，再见！"
    retired_at = factory.LazyFunction(timezone.now)


class QuestionFactory(DjangoModelFactory):
    class Meta:
        model = visits.Question

    question_set = factory.SubFactory(QuestionSetFactory)
    position = factory.Sequence(lambda n: n + 1)
    topic = "attitude"
    text = "我们的人员态度怎么样？"


class CallAttemptFactory(DjangoModelFactory):
    class Meta:
        model = visits.CallAttempt

    account = factory.SubFactory(AccountFactory)
    caller = factory.SubFactory(UserFactory)
    outcome = "busy"


class ReturnVisitFactory(DjangoModelFactory):
    class Meta:
        model = visits.ReturnVisit

    account = factory.SubFactory(AccountFactory)
    interaction = factory.SubFactory(InteractionFactory, account=factory.SelfAttribute("..account"))
    question_set = factory.SubFactory(QuestionSetFactory)


class AnswerFactory(DjangoModelFactory):
    class Meta:
        model = visits.Answer

    return_visit = factory.SubFactory(ReturnVisitFactory)
    question = factory.SubFactory(QuestionFactory)
    text = "很好"
