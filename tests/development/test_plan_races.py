"""A plan answered by two at once: one answer, and the other is told who was first."""

import pytest
from django.utils import timezone

from development.workflow import plan as workflow
from staff.models import Role
from staff.transitions import TransitionDenied
from tests.accounts.test_tier_races import at_once, outcomes
from tests.factories import UserFactory
from tests.factories_plans import DevelopmentPlanFactory

pytestmark = pytest.mark.django_db(transaction=True)


def take_back(plan, actor):
    return workflow.take_back(plan, actor=plan.author)


def send_back(plan, actor):
    return workflow.send_back(plan, actor=actor, reason="范围太宽")


PAIRS = (
    (False, workflow.note, workflow.note),
    (False, workflow.note, take_back),
    (True, workflow.approve, workflow.approve),
    (True, workflow.approve, send_back),
)


def test_two_answers_at_once(people, english):
    above = UserFactory(name="何总", role=Role.MANAGER)
    people.wang.reports_to = above
    people.wang.save()
    for needs_approval, one, other in PAIRS:
        plan = DevelopmentPlanFactory(
            author=people.li, status="reported", needs_approval=needs_approval,
            reported_to=people.wang, reported_at=timezone.now(),
        )  # fmt: skip
        results = at_once(
            lambda act=one, row=plan: act(row, actor=people.wang),
            lambda act=other, row=plan: act(row, actor=above),
        )
        assert outcomes(results) == ["denied", "done"], (one, other, results)
        denied = next(row for row in results if isinstance(row, TransitionDenied))
        (step,) = plan.steps.all()
        plan.refresh_from_db()
        if plan.is_answered:
            assert str(step.actor) in str(denied)
