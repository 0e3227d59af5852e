"""Two at once at a plan or a prospect: one answer, and the other is told who was first."""

import threading
import time

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Account
from accounts.workflow import account as accounts
from development.workflow import plan as workflow
from development.workflow import prospect as prospects
from staff.models import Role
from staff.transitions import TransitionDenied
from tests.accounts.test_tier_races import at_once, outcomes
from tests.factories import AccountFactory, UserFactory
from tests.factories_plans import DevelopmentPlanFactory, ProspectFactory

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


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


def test_a_step_waits_for_the_customer_and_judges_what_it_has_become(people, english):
    """Whoever drops a prospect while its customer is recognised is told so."""
    account = AccountFactory(owner=people.chen, standing="prospect")
    prospect = ProspectFactory(plan=DevelopmentPlanFactory(author=people.chen), account=account)
    refused = []

    def drop():
        try:
            prospects.drop(prospect, actor=people.chen, reason="停产")
        except TransitionDenied as denied:
            refused.append(str(denied))
        finally:
            connection.close()

    thread = threading.Thread(target=drop)
    with transaction.atomic():
        accounts.locked(account)
        Account.objects.filter(pk=account.pk).update(standing="key")
        thread.start()
        latest = time.monotonic() + 5
        while thread.is_alive() and not somebody_waits() and time.monotonic() < latest:
            time.sleep(0.01)
    thread.join()
    prospect.refresh_from_db()
    assert ("no longer a prospect" in " ".join(refused), prospect.stage) == (True, "listed")
