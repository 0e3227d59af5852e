"""Factories of applications for recognition: valid by default, a draft that may be submitted."""

import datetime as dt
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from development import models as development
from development.workflow import recognition as workflow
from staff.models import Role
from tests.factories import AccountFactory, UserFactory
from tests.factories_surveys import JudgedFieldSurveyFactory


class DeputyFactory(DjangoModelFactory):
    class Meta:
        model = development.Deputy

    absent = factory.SubFactory(UserFactory, role=Role.SUPERVISOR)
    deputy = factory.SubFactory(UserFactory, role=Role.SUPERVISOR)
    named_by = factory.SelfAttribute("absent")
    ends_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=7))
    reason = "休假"


class RecognitionApplicationFactory(DjangoModelFactory):
    class Meta:
        model = development.RecognitionApplication
        skip_postgeneration_save = True

    account = factory.SubFactory(AccountFactory)
    number = factory.Sequence(lambda n: f"RD-2020-{n:03}")
    origin = development.Origin.NEW
    applicant = factory.SubFactory(UserFactory)
    reasons = "年用量大，回款好"
    trading_policy = "按季度结算"


class RecognitionLineFactory(DjangoModelFactory):
    class Meta:
        model = development.RecognitionLine

    application = factory.SubFactory(RecognitionApplicationFactory)
    item = "齿轮油"
    amount = Decimal("260000")


class RecognitionStepFactory(DjangoModelFactory):
    class Meta:
        model = development.RecognitionStep

    application = factory.SubFactory(RecognitionApplicationFactory)
    actor = factory.SubFactory(UserFactory)
    verb = development.RecognitionVerb.COMMENTED
    note = "请补充报价"


def ready(account, applicant, *, verdict="met", **values):
    """A draft with goods, whose customer has been surveyed."""
    if not development.Survey.objects.filter(account=account, kind="field").exists():
        survey = JudgedFieldSurveyFactory(account=account, lead=applicant)
        if verdict != "met":
            survey.based_on.principles.filter(principle="cost").update(verdict=verdict)
    application = RecognitionApplicationFactory(account=account, applicant=applicant, **values)
    RecognitionLineFactory(application=application)
    return application


def submitted(account, applicant, **values):
    return workflow.submit(ready(account, applicant, **values), actor=applicant)


def in_state(state, account, people):
    """An application of Chen's, by the way it would take: `waiting_manager` is the second level."""
    chen, li, wang = people.chen, people.li, people.wang
    application = ready(account, chen)
    if state == "draft":
        return application
    application = workflow.submit(application, actor=chen)
    if state == "withdrawn":
        return workflow.withdraw(application, actor=chen, reason="客户暂缓")
    if state in {"waiting_supervisor"}:
        return application
    if state == "sent_back":
        return workflow.send_back(application, actor=li, note="补决算表")
    application = workflow.approve(application, actor=li)
    if state == "approved":
        return workflow.approve(application, actor=wang)
    if state == "refused":
        return workflow.refuse(application, actor=wang, note="成本过高")
    return application
