"""Contact records: in seconds, on the spot, and never rewritten later."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Interaction
from tests.factories import AccountFactory, ContactPersonFactory, InteractionFactory

pytestmark = pytest.mark.usefixtures("english")


def sent(**fields):
    now = timezone.localtime()
    return {
        "summary": "谈了价格",
        "channel": "phone",
        "direction": "out",
        "happened_at": f"{now:%Y-%m-%dT%H:%M}",
    } | fields


@pytest.fixture
def record(people, account):
    return InteractionFactory(
        account=account,
        author=people.chen,
        next_step="寄样品",
        next_step_on=timezone.localdate(),
    )


@pytest.mark.parametrize(("who", "n"), [("chen", 1), ("li", 1), ("sun", 0), ("he", 0)])
def test_who_may_add_one(client, people, account, who, n):
    client.force_login(getattr(people, who))
    client.post(f"/accounts/{account.pk}/interactions/new/", sent())
    assert account.interactions.count() == n
    if n:
        assert account.interactions.get().author == getattr(people, who)


def test_htmx_answers_with_the_part_of_the_page(client, people, account):
    client.force_login(people.chen)
    url = f"/accounts/{account.pk}/interactions/new/"
    step = {"next_step": "寄样品", "next_step_on": timezone.localdate()}
    page = client.post(url, sent(**step), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert page.count("谈了价格") == 1
    assert 'id="open"' in page
    assert 'hx-swap-oob="true"' in page
    assert page.count("寄样品") == 2  # in the timeline and among the open items


def test_htmx_keeps_what_was_typed_when_something_is_wrong(client, people, account):
    client.force_login(people.chen)
    url = f"/accounts/{account.pk}/interactions/new/"
    wrong = sent(next_step="寄样品", next_step_on="")
    page = client.post(url, wrong, headers={"HX-Request": "true"}).content.decode()
    assert "By when?" in page
    assert "谈了价格" in page
    assert not account.interactions.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"summary": ""},
        {"happened_at": "2099-01-01T10:00"},
        {"next_step": "寄样品"},
        {"next_step_on": "2099-01-01"},
    ],
)
def test_what_is_refused(client, people, account, wrong):
    client.force_login(people.chen)
    url = f"/accounts/{account.pk}/interactions/new/"
    assert client.post(url, sent(**wrong)).status_code == 422
    assert not account.interactions.exists()


def test_another_customers_person_cannot_be_named(client, people, account):
    stranger = ContactPersonFactory()
    client.force_login(people.chen)
    url = f"/accounts/{account.pk}/interactions/new/"
    assert client.post(url, sent(contact_person=stranger.pk)).status_code == 422


def test_from_anywhere_by_search_of_ones_own(client, people, account):
    AccountFactory(name="长江外区客户", owner=people.zhou)
    client.force_login(people.chen)
    response = client.get("/accounts/interactions/new/", {"customer": "长江"})
    assert response.url == f"/accounts/{account.pk}/interactions/new/"
    page = client.get("/accounts/interactions/new/", {"customer": "外区"}).content.decode()
    assert "长江外区客户" not in page


@pytest.mark.parametrize(
    ("who", "summary"), [("chen", "改过"), ("li", "谈了下季度的用量"), ("sun", "谈了下季度的用量")]
)
def test_the_author_may_edit_on_the_same_day(client, people, account, record, who, summary):
    client.force_login(getattr(people, who))
    client.post(f"/accounts/{account.pk}/interactions/{record.pk}/edit/", sent(summary="改过"))
    record.refresh_from_db()
    assert record.summary == summary


def test_from_the_next_day_on_a_correction_stands_beside_it(client, people, account, record):
    yesterday = timezone.now() - dt.timedelta(days=1)
    Interaction.objects.filter(pk=record.pk).update(created_at=yesterday)
    client.force_login(people.chen)
    url = f"/accounts/{account.pk}/interactions/{record.pk}/"
    assert client.post(f"{url}edit/", sent(summary="改过")).status_code == 403
    client.post(f"{url}correct/", {"text": "应为两百件"})
    record.refresh_from_db()
    assert record.summary == "谈了下季度的用量"
    assert record.corrections.get().author == people.chen
    assert "应为两百件" in client.get(f"/accounts/{account.pk}/").content.decode()


@pytest.mark.parametrize(("who", "is_void"), [("chen", True), ("li", True), ("sun", False)])
def test_who_may_void_one(client, people, account, record, who, is_void):
    client.force_login(getattr(people, who))
    url = f"/accounts/{account.pk}/interactions/{record.pk}/void/"
    client.post(url, {"reason": "记错客户"})
    record.refresh_from_db()
    assert record.is_void is is_void


def test_a_void_record_stays_readable_and_opens_nothing(client, people, account, record):
    Interaction.objects.filter(pk=record.pk).update(voided_at=timezone.now(), void_reason="错")
    client.force_login(people.chen)
    response = client.get(f"/accounts/{account.pk}/")
    assert "谈了下季度的用量" in response.content.decode()
    assert response.context["file"].next_steps == []
    edited = client.post(f"/accounts/{account.pk}/interactions/{record.pk}/edit/", sent())
    record.refresh_from_db()
    assert (edited.status_code, record.summary) == (403, "谈了下季度的用量")


def test_ticking_off_the_next_step(client, people, account, record):
    client.force_login(people.chen)
    url = f"/accounts/{account.pk}/interactions/{record.pk}/done/"
    client.post(url)
    record.refresh_from_db()
    done_at = record.next_step_done_at
    client.post(url)  # a second click changes nothing
    record.refresh_from_db()
    assert done_at
    assert record.next_step_done_at == done_at


def test_an_old_open_step_is_among_the_open_items(client, people, account, record):
    for _ in range(20):
        InteractionFactory(account=account, author=people.chen)
    Interaction.objects.filter(pk=record.pk).update(
        happened_at=timezone.now() - dt.timedelta(days=90)
    )
    client.force_login(people.chen)
    assert client.get(f"/accounts/{account.pk}/").context["file"].next_steps == [record]
