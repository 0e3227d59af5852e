"""Feedback: nothing closes without telling the customer."""

import pytest

from accounts.models import Feedback
from staff.models import Department
from tests.factories import FeedbackFactory

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def feedback(people, account):
    return FeedbackFactory(account=account, raised_by=people.chen)


@pytest.mark.parametrize(("who", "n"), [("chen", 1), ("li", 1), ("sun", 0)])
def test_who_may_write_it_down(client, people, account, who, n):
    client.force_login(getattr(people, who))
    client.post(f"/accounts/{account.pk}/feedback/new/", {"kind": "need", "text": "要小包装"})
    assert account.feedback.count() == n


def test_the_way_of_a_feedback(client, people, account, feedback):
    stores = Department.objects.create(name="物流部")
    client.force_login(people.chen)
    url = feedback.get_absolute_url()
    client.post(f"{url}pass-on/", {"to": people.he.pk, "department": stores.pk})
    client.post(f"{url}answer/", {"text": "下周改用专车"})
    client.post(f"{url}tell/")
    feedback.refresh_from_db()
    assert (feedback.passed_to, feedback.department) == (people.he, stores)
    assert (feedback.answer, feedback.answered_by) == ("下周改用专车", people.chen)
    assert feedback.told_by == people.chen
    assert feedback.raised_at <= feedback.passed_at <= feedback.answered_at <= feedback.told_at


def test_it_does_not_close_before_an_answer(client, people, account, feedback):
    client.force_login(people.wang)
    client.post(f"{feedback.get_absolute_url()}tell/")
    feedback.refresh_from_db()
    assert not feedback.is_closed
    assert (
        "Write down the answer first." in client.get(feedback.get_absolute_url()).content.decode()
    )


def test_a_closed_one_stays_as_it_is(client, people, account, feedback):
    client.force_login(people.chen)
    url = feedback.get_absolute_url()
    client.post(f"{url}answer/", {"text": "下周改用专车"})
    client.post(f"{url}tell/")
    assert client.post(f"{url}answer/", {"text": "别的"}).status_code == 403
    assert client.post(f"{url}pass-on/", {"to": people.he.pk}).status_code == 403
    assert Feedback.objects.get().answer == "下周改用专车"


@pytest.mark.parametrize("verb", ["", "pass-on/", "answer/"])
def test_outside_the_scope_it_does_not_exist(client, people, account, feedback, verb):
    client.force_login(people.sun)
    assert client.get(f"{feedback.get_absolute_url()}{verb}").status_code == 404


def test_passing_on_needs_somebody(client, people, account, feedback):
    client.force_login(people.chen)
    assert client.post(f"{feedback.get_absolute_url()}pass-on/", {}).status_code == 422
