"""Factories of surveys, valid by default: a general survey under way."""

import datetime as dt

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from development import models as development
from tests.factories import AccountFactory, UserFactory
from tests.factories_accounts import AttachmentFactory


class SurveyFactory(DjangoModelFactory):
    class Meta:
        model = development.Survey

    account = factory.SubFactory(AccountFactory)
    kind = development.SurveyKind.GENERAL
    lead = factory.SubFactory(UserFactory)
    created_by = factory.SelfAttribute("lead")


class JudgedSurveyFactory(SurveyFactory):
    """Judged suitable an hour ago, with the talk and all principles met."""

    class Meta:
        skip_postgeneration_save = True

    status = development.SurveyStatus.JUDGED
    head_name = "邵厂长"
    talked_on = factory.LazyFunction(lambda: timezone.localdate() - dt.timedelta(days=9))
    suitability = "suitable"
    judgement = "经营稳健"
    judged_by = factory.SelfAttribute("lead")
    judged_at = factory.LazyFunction(lambda: timezone.now() - dt.timedelta(hours=1))

    @factory.post_generation
    def met(survey, create, verdict, **kwargs):
        if survey.kind == "general":
            for principle in development.Principle.values:
                SurveyPrincipleFactory(
                    survey=survey,
                    principle=principle,
                    verdict=verdict or "met",
                    evidence="有据可查",
                )


class FieldSurveyFactory(SurveyFactory):
    """On site, after a judged general survey."""

    kind = development.SurveyKind.FIELD
    based_on = factory.LazyAttribute(
        lambda made: JudgedSurveyFactory(account=made.account, lead=made.lead)
    )


class JudgedFieldSurveyFactory(FieldSurveyFactory):
    status = development.SurveyStatus.JUDGED
    held_on = factory.LazyFunction(lambda: timezone.localdate() - dt.timedelta(days=2))
    findings = "三条产线满负荷"
    suitability = "suitable"
    judgement = "与一般调查一致"
    judged_by = factory.SelfAttribute("lead")
    judged_at = factory.LazyFunction(timezone.now)


class SurveyColleagueFactory(DjangoModelFactory):
    class Meta:
        model = development.SurveyColleague

    survey = factory.SubFactory(FieldSurveyFactory)
    user = factory.SubFactory(UserFactory)


class SurveyPrincipleFactory(DjangoModelFactory):
    class Meta:
        model = development.SurveyPrinciple

    survey = factory.SubFactory(SurveyFactory)
    principle = development.Principle.COST
    verdict = "met"
    evidence = "成本核算齐全"


class SurveyDocumentFactory(DjangoModelFactory):
    class Meta:
        model = development.SurveyDocument

    survey = factory.SubFactory(SurveyFactory)
    kind = development.DocumentKind.OTHER
    name = "营业执照"


class SurveyFileFactory(DjangoModelFactory):
    class Meta:
        model = development.SurveyFile

    survey = factory.SubFactory(SurveyFactory)
    attachment = factory.LazyAttribute(
        lambda made: AttachmentFactory(account=made.survey.account, uploaded_by=made.survey.lead)
    )
