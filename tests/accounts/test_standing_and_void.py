"""Standing, voiding and restoring: by superiors, with a reason."""

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Account
from accounts.workflow import account as workflow
from staff.transitions import TransitionDenied
from tests.factories import AccountFactory

pytestmark = pytest.mark.usefixtures("english")

AccountEvent = Account._meta.get_field("events").related_model


@pytest.mark.parametrize(
    ("who", "status_code", "standing"),
    [
        ("wang", 302, "small_medium"),
        ("li", 302, "small_medium"),
        ("chen", 403, "unclassified"),  # owner: told who can
        ("sun", 404, "unclassified"),
        ("zhao", 404, "unclassified"),
    ],
)
def test_who_may_change_the_standing(client, people, account, who, status_code, standing):
    client.force_login(getattr(people, who))
    sent = {"standing": "small_medium", "business_type": "none", "reason": "用量下降"}
    response = client.post(f"/accounts/{account.pk}/standing/", sent)
    account.refresh_from_db()
    assert account.standing == standing
    assert response.status_code == status_code
    if who == "chen":
        assert "Only a supervisor or a manager" in response.content.decode()


@pytest.mark.parametrize(
    ("who", "origin", "was_key", "text"),
    [
        ("li", "", False, "by an application for recognition"),
        ("li", "carried_over", False, "by an application for recognition"),
        ("wang", "", False, "Say why without an application"),
        ("wang", "correction", False, "nothing to correct"),
        ("wang", "correction", True, ""),
        ("wang", "carried_over", False, ""),
    ],
)
def test_a_key_account_comes_by_recognition(client, people, account, who, origin, was_key, text):
    if was_key:
        Account.objects.filter(pk=account.pk).update(standing="key")
        Account.objects.filter(pk=account.pk).update(standing="unclassified")
    client.force_login(getattr(people, who))
    sent = {"standing": "key", "business_type": "none", "reason": "2024年认定，见旧档案"}
    response = client.post(f"/accounts/{account.pk}/standing/", {**sent, "origin": origin})
    refusal = ""
    try:
        with transaction.atomic():
            workflow.change_standing(account, actor=getattr(people, who), origin=origin, **sent)
            transaction.set_rollback(True)
    except TransitionDenied as denied:
        refusal = str(denied)
    account.refresh_from_db()
    assert account.standing == ("unclassified" if text else "key")
    assert response.status_code == (422 if text else 302)
    if text:
        assert text in response.content.decode()
        assert text in refusal
        return
    page = client.get(f"/accounts/{account.pk}/history/").content.decode()
    origins = {"correction": "Correction of a mistake", "carried_over": "Recognised before"}
    assert origins[origin] in page
    assert "2024年认定，见旧档案" in page


def test_a_key_account_stays_one_without_saying_why_it_is_one(client, people, account):
    Account.objects.filter(pk=account.pk).update(standing="key")
    client.force_login(people.li)
    sent = {"standing": "key", "business_type": "member", "reason": "会员"}
    assert client.post(f"/accounts/{account.pk}/standing/", sent).status_code == 302
    account.refresh_from_db()
    assert (account.standing, account.business_type) == ("key", "member")


def test_the_reason_stays_in_the_trail(client, people, account):
    client.force_login(people.li)
    sent = {"standing": "small_medium", "business_type": "none", "reason": "用量下降"}
    client.post(f"/accounts/{account.pk}/standing/", sent)
    last = AccountEvent.objects.filter(pgh_obj=account).latest("pgh_id")
    assert last.pgh_context["reason"] == "用量下降"
    page = client.get(f"/accounts/{account.pk}/history/").content.decode()
    assert "用量下降" in page
    assert "李慧敏" in page


@pytest.mark.parametrize(
    ("now", "wanted", "text"),
    [
        ("unclassified", "prospect", "does not become a prospect again"),
        ("former", "key", "must be a customer again"),
    ],
)
def test_ways_that_are_closed(client, people, account, now, wanted, text):
    Account.objects.filter(pk=account.pk).update(standing=now)
    client.force_login(people.wang)
    sent = {"standing": wanted, "business_type": "none", "reason": "试", "origin": "carried_over"}
    response = client.post(f"/accounts/{account.pk}/standing/", sent)
    assert text in response.content.decode()
    account.refresh_from_db()
    assert account.standing == now


def test_a_key_account_needs_an_owner(people):
    account = AccountFactory(region=people.east)
    assert account.standing_blocker(people.wang, "key") == "A key account needs an owner first."


@pytest.mark.parametrize(
    ("who", "is_void"), [("wang", True), ("li", True), ("chen", False), ("zhao", False)]
)
def test_who_may_void(client, people, account, who, is_void):
    client.force_login(getattr(people, who))
    client.post(f"/accounts/{account.pk}/void/", {"reason": "重复录入"})
    account.refresh_from_db()
    assert account.is_void is is_void


@pytest.mark.parametrize("obstacle", ["key", "subsidiary"])
def test_what_stands_in_the_way_of_voiding(client, people, account, obstacle):
    if obstacle == "key":
        Account.objects.filter(pk=account.pk).update(standing="key")
    else:
        AccountFactory(parent=account)
    client.force_login(people.wang)
    client.post(f"/accounts/{account.pk}/void/", {"reason": "重复录入"})
    account.refresh_from_db()
    assert not account.is_void


def test_voiding_needs_a_reason(client, people, account):
    client.force_login(people.li)
    assert client.post(f"/accounts/{account.pk}/void/", {"reason": ""}).status_code == 422
    account.refresh_from_db()
    assert not account.is_void


@pytest.mark.parametrize(("who", "is_void"), [("li", False), ("chen", True), ("zhao", True)])
def test_who_may_restore(client, people, account, who, is_void):
    Account.objects.filter(pk=account.pk).update(
        voided_at=timezone.now(), voided_by=people.wang, void_reason="误"
    )
    client.force_login(getattr(people, who))
    client.post(f"/accounts/{account.pk}/restore/")
    account.refresh_from_db()
    assert account.is_void is is_void


def test_a_restored_customer_cannot_take_a_code_that_is_in_use(client, people, account):
    Account.objects.filter(pk=account.pk).update(
        code="K1", voided_at=timezone.now(), voided_by=people.wang, void_reason="误"
    )
    AccountFactory(code="K1")
    client.force_login(people.li)
    client.post(f"/accounts/{account.pk}/restore/")
    account.refresh_from_db()
    assert account.is_void
