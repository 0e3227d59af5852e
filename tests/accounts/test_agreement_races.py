"""Two people at an agreement at once: one outcome, and the other is told."""

import pytest
from django.utils import timezone

from accounts.models import Agreement
from accounts.workflow import agreement as workflow
from staff.transitions import TransitionDenied
from tests.accounts.test_tier_races import at_once, outcomes
from tests.factories import AccountFactory
from tests.factories_accounts import AgreementFactory, DraftAgreementFactory, days_from_now

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = timezone.localdate()


def test_two_signers_at_once_sign_once(people, account):
    draft = DraftAgreementFactory(account=account, our_signer=people.li)
    results = at_once(
        *[
            lambda who=who, day=day: workflow.sign(draft, actor=who, signed_on=day, values={})
            for who, day in ((people.chen, TODAY), (people.li, days_from_now(-1)))
        ]
    )
    assert outcomes(results) == ["denied", "done"]
    done = next(row for row in results if not isinstance(row, TransitionDenied))
    assert Agreement.objects.get().signed_on == done.signed_on


def test_signing_and_dropping_at_once_give_one_end(people, account):
    draft = DraftAgreementFactory(account=account, our_signer=people.li)
    results = at_once(
        lambda: workflow.sign(draft, actor=people.chen, signed_on=TODAY, values={}),
        lambda: workflow.drop(draft, actor=people.li, reason="价格未谈拢"),
    )
    assert outcomes(results) == ["denied", "done"]


def test_numbers_drawn_at_once_differ_and_leave_no_gap(people):
    """Each for a customer of its own, so that nothing but the number makes them wait."""
    accounts = [AccountFactory(owner=people.chen) for _ in range(4)]
    results = at_once(
        *[
            lambda row=row: workflow.draw_up(
                Agreement(account=row, kind="vip", our_party="甲", their_party="乙"),
                actor=people.chen,
            )
            for row in accounts
        ]
    )
    assert outcomes(results) == ["done"] * 4
    assert sorted(row.number for row in results) == [f"VIP-{TODAY.year}-00{n}" for n in range(1, 5)]


def test_one_number_of_their_own_is_given_once(people):
    accounts = [AccountFactory(owner=people.chen) for _ in range(2)]
    results = at_once(
        *[
            lambda row=row: workflow.draw_up(
                Agreement(account=row, kind="vip", number="甲-7"), actor=people.chen
            )
            for row in accounts
        ]
    )
    assert outcomes(results) == ["denied", "done"]
    assert Agreement.objects.filter(number="甲-7").count() == 1


def test_it_is_renewed_once(people, account):
    old = AgreementFactory(account=account, ends_on=days_from_now(20))
    results = at_once(
        *[
            lambda who=who: workflow.draw_up(
                Agreement(account=account, kind="vip"), actor=who, renews=old
            )
            for who in (people.chen, people.li)
        ]
    )
    assert outcomes(results) == ["denied", "done"]
    assert old.renewals.count() == 1
