"""What somebody does on the customer file leaves the desk at once."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Account
from staff import duties
from staff.models import Obligation
from tests.factories import InteractionFactory


@pytest.fixture
def still_open():
    return lambda code: Obligation.objects.filter(duty=code, closed_on=None).count()


def test_confirming_information_closes_the_obligation(client, people, account, still_open):
    long_ago = timezone.now() - dt.timedelta(days=100)
    Account.objects.filter(pk=account.pk).update(standing="key", created_at=long_ago)
    duties.synchronise_all(accounts=[account.pk])
    assert still_open("information.confirm") == 1
    client.force_login(people.chen)
    client.post(f"/accounts/{account.pk}/confirm/")
    assert still_open("information.confirm") == 0


def test_a_next_step_is_on_the_desk_until_it_is_done(client, people, account, still_open):
    client.force_login(people.chen)
    client.post(
        f"/accounts/{account.pk}/interactions/new/",
        {
            "summary": "谈了价格",
            "channel": "phone",
            "direction": "out",
            "happened_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
            "next_step": "寄样品",
            "next_step_on": timezone.localdate(),
        },
    )
    assert still_open("interaction.next_step") == 1
    record = account.interactions.get()
    client.post(f"/accounts/{account.pk}/interactions/{record.pk}/done/")
    assert still_open("interaction.next_step") == 0


def test_a_second_contact_closes_the_breach(client, people, account, still_open):
    Account.objects.filter(pk=account.pk).update(needs_two_contacts=True)
    duties.synchronise_all(accounts=[account.pk])
    assert still_open("contacts.two") == 1
    client.force_login(people.li)
    client.post(
        f"/accounts/{account.pk}/second-contact/", {"user": people.sun.pk, "reason": "重要"}
    )
    assert still_open("contacts.two") == 0


def test_a_voided_customer_asks_for_nothing(client, people, account, still_open):
    InteractionFactory(
        account=account,
        author=people.chen,
        next_step="寄样品",
        next_step_on=timezone.localdate(),
    )
    duties.synchronise_all(accounts=[account.pk])
    assert still_open("interaction.next_step") == 1
    client.force_login(people.li)
    client.post(f"/accounts/{account.pk}/void/", {"reason": "重复"})
    assert still_open("interaction.next_step") == 0


def test_a_tier_that_nobody_decided_is_reviewed_and_stops_no_night(people, account, still_open):
    """As somebody with the owner's key may write it."""
    long_ago = timezone.now() - dt.timedelta(days=400)
    Account.objects.filter(pk=account.pk).update(standing="key", tier="A1", created_at=long_ago)
    duties.synchronise_all()
    assert still_open("tier.review") == 1


def test_the_clocks_of_a_key_account_start_when_it_is_recognised(people, account):
    """A prospect of two years is recognised today: nothing about it is two years late."""
    long_ago = timezone.now() - dt.timedelta(days=730)
    scope = {"standing": "key", "created_at": long_ago}
    Account.objects.filter(pk=account.pk).update(**scope, recognised_on=timezone.localdate())
    late = Obligation.objects.filter(due_on__lt=timezone.localdate())
    duties.synchronise_all(accounts=[account.pk])
    assert Obligation.objects.get(duty="tier.decide").closed_on is None
    assert not late.exists()
    Account.objects.filter(pk=account.pk).update(recognised_on=None)
    duties.synchronise_all(accounts=[account.pk])
    codes = set(late.values_list("duty", flat=True))
    assert codes == {"tier.decide", "information.confirm", "visits.return_visit"}
