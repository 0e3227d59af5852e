"""The history of a customer: who, when, old → new, in words."""

import pghistory
import pytest

from accounts import history
from accounts.models import Account, Judgement
from tests.factories import (
    AccountFactory,
    ContactPersonFactory,
    InteractionFactory,
    JudgementFactory,
    MonthlyVolumeFactory,
)

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("who", "status_code"), [("chen", 200), ("li", 200), ("sun", 404), ("zhao", 404)]
)
def test_who_may_read_it(client, people, account, who, status_code):
    client.force_login(getattr(people, who))
    assert client.get(f"/accounts/{account.pk}/history/").status_code == status_code


def change(account, person, **fields):
    with pghistory.context(user=person.pk):
        Account.objects.filter(pk=account.pk).update(**fields)


def test_old_and_new_in_words(people, account):
    change(account, people.li, standing="key", region=people.south, is_end_customer=False)
    latest = history.changes(account)[0]
    lines = {line.label: (line.old, line.new) for line in latest.lines}
    assert (latest.who, latest.verb) == ("李慧敏", "update")
    assert lines == {
        "standing": ("Customer (not classified)", "Key account"),
        "region": ("华东", "华南"),
        "end customer": ("", "no"),
    }


def test_what_no_person_did_names_the_database_role(people, account):
    Account.objects.filter(pk=account.pk).update(phone="021-1")
    assert "dakehu" in history.changes(account)[0].who


def test_everything_kept_with_the_customer_is_in_it(people, account):
    person = ContactPersonFactory(account=account, name="高明")
    InteractionFactory(account=account, author=people.chen, contact_person=person)
    MonthlyVolumeFactory(account=account)
    JudgementFactory(account=account, judged_by=people.li)
    Judgement.objects.filter(account=account).update(value="other")
    Judgement.objects.filter(account=account).delete()
    nouns = {(change.noun, change.verb) for change in history.changes(account)}
    assert nouns >= {
        ("customer", "insert"),
        ("assignment", "insert"),
        ("contact person", "insert"),
        ("contact record", "insert"),
        ("monthly volume", "insert"),
        ("judgement", "insert"),
        ("judgement", "update"),
        ("judgement", "delete"),
    }
    answers = [c for c in history.changes(account) if c.noun == "judgement" and c.verb == "update"]
    assert [(line.old, line.new) for line in answers[0].lines] == [("Good", "Neither")]


def test_another_customers_changes_are_not_in_it(people, account):
    other = AccountFactory(owner=people.chen, name="另一家")
    before = len(history.changes(account))
    ContactPersonFactory(account=other)
    assert len(history.changes(account)) == before


def test_nothing_known_and_zero_are_not_the_same(people, account):
    MonthlyVolumeFactory(account=account, amount=0)
    months = [change for change in history.changes(account) if change.noun == "monthly volume"]
    assert {line.label: line.new for line in months[0].lines}["amount (yuan)"] == "0.00"


def test_pages_of_it(client, people, account):
    for number in range(45):
        change(account, people.li, phone=f"021-{number}")
    client.force_login(people.chen)
    first = client.get(f"/accounts/{account.pk}/history/")
    second = client.get(f"/accounts/{account.pk}/history/?page=2")
    assert (first.context["has_next"], second.context["has_next"]) == (True, False)
    assert len(first.context["changes"]) + len(second.context["changes"]) >= 47
    assert client.get(f"/accounts/{account.pk}/history/?page=x").status_code == 200


def test_the_same_number_of_queries_for_one_change_and_for_many(
    people, account, django_assert_num_queries
):
    change(account, people.li, phone="1")
    with django_assert_num_queries(3):  # events, people, regions
        history.changes(account)
    for number in range(30):
        change(account, people.li, phone=f"021-{number}", region=people.south)
    with django_assert_num_queries(3):
        history.changes(account)


def test_what_only_the_machinery_moved_takes_no_line(client, people, account):
    """The change it follows from is told; a line that says nothing only asks questions."""
    before = len(history.changes(account))
    with pghistory.context(user=people.li.pk):
        Account.objects.filter(pk=account.pk).update(name_initials="xyz")
    silent, *told = history.changes(account)
    assert (len(told), silent.is_silent, told[0].is_silent) == (before, True, False)
    client.force_login(people.chen)
    page = client.get(f"/accounts/{account.pk}/history/").content.decode()
    assert page.count('<div class="timeline-head">') == before
    with pghistory.context(user=people.li.pk, reason="Moved house"):
        Account.objects.filter(pk=account.pk).update(name_initials="abc")
    assert not history.changes(account)[0].is_silent
