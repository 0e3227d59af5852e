"""Two people at once: exactly one outcome, and the loser is told."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Account, TierDecision, TierPolicy, TierRound
from accounts.workflow import tier_policy, tier_round
from accounts.workflow import tiering as workflow
from staff.transitions import TransitionDenied
from tests.accounts.test_tier_decisions import settle
from tests.factories import TierProposalFactory

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = timezone.localdate()


def at_once(*actions):
    """Run each action in its own thread and transaction; their results or refusals, in order."""
    barrier, results = threading.Barrier(len(actions)), [None] * len(actions)

    def run(index, action):
        try:
            barrier.wait()
            results[index] = action()
        except TransitionDenied as denied:
            results[index] = denied
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def outcomes(results):
    return sorted("denied" if isinstance(r, TransitionDenied) else "done" for r in results)


def test_two_deciders(people, account):
    settle(account)
    seen = workflow.open_case(account).token

    def decide(actor, tier, reason):
        return lambda: workflow.decide(
            account, actor=actor, tier=tier, effective_on=TODAY, reason=reason, seen=seen
        )

    results = at_once(decide(people.li, "A2", ""), decide(people.wang, "A1", "看好"))
    assert outcomes(results) == ["denied", "done"]
    (decision,) = TierDecision.objects.all()
    denied = next(r for r in results if isinstance(r, TransitionDenied))
    assert str(decision.decided_by) in str(denied)
    account.refresh_from_db()
    assert account.tier == decision.tier


def test_accept_against_refuse(people, account):
    proposal = TierProposalFactory(account=account, proposed_by=people.chen)
    results = at_once(
        lambda: workflow.accept(proposal, actor=people.li),
        lambda: workflow.refuse(proposal, actor=people.wang, answer="不"),
    )
    assert outcomes(results) == ["denied", "done"]
    proposal.refresh_from_db()
    assert TierDecision.objects.exists() is (proposal.status == "accepted")


def test_accepting_the_settled_twice(people, account):
    settle(account)
    accounts = Account.objects.all()
    seen = workflow.settled(accounts).token

    def accept(actor):
        return lambda: workflow.accept_settled(accounts, actor=actor, effective_on=TODAY, seen=seen)

    assert outcomes(at_once(accept(people.li), accept(people.wang))) == ["denied", "done"]
    assert TierDecision.objects.count() == 1


def test_signing_a_round_twice(people, account):
    settle(account)
    round_ = tier_round.open_round(actor=people.li, name="年度", effective_on=TODAY)
    results = at_once(*[lambda: tier_round.sign(round_, actor=people.li)] * 2)
    assert outcomes(results) == ["denied", "done"]
    assert TierDecision.objects.count() == 1
    assert TierRound.objects.get().status == "signed"


def test_activating_two_drafts(people):
    rule_book = TierPolicy.objects.get(version=1)
    drafts = [tier_policy.draft(rule_book, actor=people.wang, name=str(n)) for n in (1, 2)]

    def activate(draft):
        return lambda: tier_policy.activate(
            draft, actor=people.wang, effective_on=TODAY, reason="同时"
        )

    results = at_once(*[activate(draft) for draft in drafts])
    assert outcomes(results) == ["done", "done"]  # one after the other; the last one stands
    assert TierPolicy.objects.in_force() in drafts
    assert TierPolicy.objects.filter(status="active").count() == 1
