"""Who looks after a customer."""

import pytest
from django.utils import timezone

from accounts.models import AssignmentKind
from tests.factories import AssignmentFactory


@pytest.mark.parametrize(
    ("who", "to", "owner"),
    [
        ("li", "sun", "sun"),
        ("wang", "zhou", "zhou"),
        ("li", "zhou", "chen"),  # not of her line
        ("li", "gone", "chen"),
        ("chen", "sun", "chen"),  # told who can
        ("zhao", "zhou", "chen"),  # 404
    ],
)
def test_who_may_name_a_new_owner(client, people, account, who, to, owner):
    client.force_login(getattr(people, who))
    sent = {"user": getattr(people, to).pk, "reason": "调整片区"}
    client.post(f"/accounts/{account.pk}/owner/", sent)
    account.refresh_from_db()
    assert account.owner == getattr(people, owner)


def test_the_old_owners_time_is_kept(client, people, account):
    client.force_login(people.li)
    client.post(f"/accounts/{account.pk}/owner/", {"user": people.sun.pk, "reason": "调整片区"})
    old = account.assignments.get(user=people.chen)
    new = account.assignments.get(user=people.sun)
    assert (old.ended_on, old.ended_by) == (timezone.localdate(), people.li)
    assert (new.ended_on, new.reason, new.assigned_by) == (None, "调整片区", people.li)


def test_a_second_contact_may_become_the_owner(client, people, account):
    AssignmentFactory(account=account, user=people.sun, kind=AssignmentKind.SECOND)
    client.force_login(people.li)
    client.post(f"/accounts/{account.pk}/owner/", {"user": people.sun.pk, "reason": "接手"})
    account.refresh_from_db()
    assert account.owner == people.sun


def test_a_second_contact_sees_the_customer_until_it_ends(client, people, account):
    client.force_login(people.li)
    client.post(
        f"/accounts/{account.pk}/second-contact/", {"user": people.sun.pk, "reason": "重要"}
    )
    second = account.assignments.get(user=people.sun)
    client.force_login(people.sun)
    assert client.get(f"/accounts/{account.pk}/").status_code == 200
    client.post(f"/accounts/{account.pk}/assignments/{second.pk}/end/", {"reason": "不再需要"})
    second.refresh_from_db()
    assert second.ended_on is None  # a specialist cannot
    client.force_login(people.li)
    client.post(f"/accounts/{account.pk}/assignments/{second.pk}/end/", {"reason": "不再需要"})
    client.force_login(people.sun)
    assert client.get(f"/accounts/{account.pk}/").status_code == 404


def test_an_owner_is_succeeded_and_never_just_ended(client, people, account):
    owning = account.assignments.get()
    client.force_login(people.wang)
    client.post(f"/accounts/{account.pk}/assignments/{owning.pk}/end/", {"reason": "离职"})
    owning.refresh_from_db()
    assert owning.ended_on is None


@pytest.mark.parametrize("address", ["owner", "second-contact"])
def test_a_reason_is_asked_for(client, people, account, address):
    client.force_login(people.li)
    sent = {"user": people.sun.pk, "reason": ""}
    assert client.post(f"/accounts/{account.pk}/{address}/", sent).status_code == 422
    assert account.assignments.count() == 1
