"""Factories of development plans and their prospects: valid by default."""

import factory
from factory.django import DjangoModelFactory

from development import models as development
from tests.factories import AccountFactory, UserFactory


class DevelopmentPlanFactory(DjangoModelFactory):
    """A draft for a whole year."""

    class Meta:
        model = development.DevelopmentPlan

    year = 2026
    scope = "长三角注塑与压铸企业"
    direction = "先攻年用油量二十吨以上的压铸厂"
    author = factory.SubFactory(UserFactory)


class PlanStepFactory(DjangoModelFactory):
    class Meta:
        model = development.PlanStep

    plan = factory.SubFactory(DevelopmentPlanFactory)
    verb = development.PlanVerb.WRITTEN
    actor = factory.SelfAttribute("plan.author")


class ProspectFactory(DjangoModelFactory):
    """A prospect just listed."""

    class Meta:
        model = development.Prospect

    plan = factory.SubFactory(DevelopmentPlanFactory)
    account = factory.SubFactory(AccountFactory, standing="prospect")
    source = development.Source.EXHIBITION
    added_by = factory.SelfAttribute("plan.author")


class ProspectStepFactory(DjangoModelFactory):
    class Meta:
        model = development.ProspectStep

    prospect = factory.SubFactory(ProspectFactory)
    to_stage = development.Stage.LISTED
    actor = factory.SelfAttribute("prospect.added_by")
