"""Two approvers at once, through the real workflow: one decision, and the other is told whose.

Twenty rounds as an ordinary test; RECOGNITION_RACES asks for more.
"""

import os

import pytest

from development.models import RecognitionStep
from development.workflow import recognition as workflow
from staff.models import Role
from staff.transitions import TransitionDenied
from tests.accounts.test_tier_races import at_once, outcomes
from tests.factories import AccountFactory, UserFactory
from tests.factories_recognition import DeputyFactory, submitted

pytestmark = pytest.mark.django_db(transaction=True)
RACES = int(os.environ.get("RECOGNITION_RACES", "20"))


def test_two_approvers_at_once_give_one_decision(people, english):
    """Each race on its own application: supervisor against deputy, by every pair of verbs."""
    DeputyFactory(absent=people.li, deputy=people.zhao)
    acts = {
        "approve": lambda row, who, seen: workflow.approve(row, actor=who, seen=seen),
        "refuse": lambda row, who, seen: workflow.refuse(row, actor=who, seen=seen, note="不"),
        "send_back": lambda row, who, seen: workflow.send_back(
            row, actor=who, seen=seen, note="补"
        ),
    }
    pairs = [(one, other) for one in acts for other in acts]
    for race in range(RACES):
        application = submitted(AccountFactory(owner=people.chen), people.chen)
        one, other = pairs[race % len(pairs)]
        seen = application.seen
        results = at_once(
            lambda act=one, row=application, s=seen: acts[act](row, people.li, s),
            lambda act=other, row=application, s=seen: acts[act](row, people.zhao, s),
        )
        assert outcomes(results) == ["denied", "done"], (race, results)
        decision = RecognitionStep.objects.get(
            application=application, verb__in=("approved", "refused", "sent_back")
        )
        denied = next(row for row in results if isinstance(row, TransitionDenied))
        assert str(decision.actor) in str(denied)


def test_a_double_click_at_the_last_level_recognises_once(people, account):
    boss = UserFactory(role=Role.MANAGER, reports_to=None)
    application = submitted(account, people.wang)
    assert application.levels == ["manager"]
    seen = application.seen
    results = at_once(*[lambda: workflow.approve(application, actor=boss, seen=seen)] * 2)
    assert outcomes(results) == ["denied", "done"]
    application.refresh_from_db()
    assert (application.status, application.decided_by) == ("approved", boss)
