"""The people on the customer's side."""

import datetime as dt

import pghistory
import pytest
from django.utils import timezone

from accounts.concurrency import last_event
from accounts.models import ContactPerson
from tests.factories import ContactPersonFactory

NEW = {"name": "高明", "role": "decides", "mobile": "13800000001"}


@pytest.mark.parametrize(("who", "is_added"), [("chen", True), ("li", True), ("sun", False)])
def test_who_may_add_one(client, people, account, who, is_added):
    client.force_login(getattr(people, who))
    client.post(f"/accounts/{account.pk}/people/new/", NEW)
    assert account.contact_people.filter(name="高明").exists() is is_added


def test_a_new_first_to_call_takes_over(client, people, account):
    old = ContactPersonFactory(account=account, is_primary=True)
    client.force_login(people.chen)
    client.post(f"/accounts/{account.pk}/people/new/", NEW | {"is_primary": "on"})
    old.refresh_from_db()
    assert not old.is_primary
    assert account.contact_people.get(is_primary=True).name == "高明"


def test_who_is_first_to_call_must_be_reachable(client, people, account):
    client.force_login(people.chen)
    sent = {"name": "高明", "role": "decides", "is_primary": "on"}
    assert client.post(f"/accounts/{account.pk}/people/new/", sent).status_code == 422
    assert not account.contact_people.exists()


def test_a_stale_form_overwrites_nothing(client, people, account):
    person = ContactPersonFactory(account=account, name="高明", mobile="1")
    seen = last_event(person)
    with pghistory.context(user=people.li.pk):
        ContactPerson.objects.filter(pk=person.pk).update(mobile="13911112222")
    client.force_login(people.chen)
    url = f"/accounts/{account.pk}/people/{person.pk}/edit/"
    response = client.post(url, NEW | {"seen": seen})
    person.refresh_from_db()
    assert person.mobile == "13911112222"
    assert "13911112222" in response.content.decode()
    assert "李慧敏" in response.content.decode()
    assert 'value="13800000001"' in response.content.decode()
    client.post(url, NEW | {"seen": last_event(person)})
    person.refresh_from_db()
    assert person.mobile == "13800000001"


def test_somebody_who_left_stays_in_the_history(client, people, account):
    person = ContactPersonFactory(account=account, is_primary=True)
    client.force_login(people.chen)
    url = f"/accounts/{account.pk}/people/{person.pk}/left/"
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert client.post(url, {"left_on": tomorrow}).status_code == 422
    client.post(url, {"left_on": timezone.localdate()})
    person.refresh_from_db()
    assert (person.left_on, person.is_primary) == (timezone.localdate(), False)


@pytest.mark.parametrize(("who", "is_confirmed"), [("chen", True), ("zhou", False)])
def test_who_may_confirm_a_person(client, people, account, who, is_confirmed):
    person = ContactPersonFactory(account=account)
    client.force_login(getattr(people, who))
    client.post(f"/accounts/{account.pk}/people/{person.pk}/confirm/")
    person.refresh_from_db()
    assert (person.confirmed_on == timezone.localdate()) is is_confirmed


def test_a_person_is_found_through_their_customer_only(client, people, account):
    stranger = ContactPersonFactory()
    client.force_login(people.wang)
    assert client.get(f"/accounts/{account.pk}/people/{stranger.pk}/edit/").status_code == 404


@pytest.mark.parametrize(
    ("sent", "groups"),
    [({"group": "phone"}, {"phone"}), ({}, {"contact", "phone", "address", "service_wishes"})],
)
def test_confirming_information_with_one_click(client, people, account, sent, groups):
    client.force_login(people.chen)
    client.post(f"/accounts/{account.pk}/confirm/", sent)
    client.post(f"/accounts/{account.pk}/confirm/", sent)
    assert {row.group for row in account.confirmations.all()} == groups
    assert {row.confirmed_by for row in account.confirmations.all()} == {people.chen}
