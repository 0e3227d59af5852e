"""The customer file: one page about a customer."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Account, AssignmentKind
from accounts.workflow.volume import first_of
from tests.factories import (
    AccountFactory,
    AnnualVolumeFactory,
    AssignmentFactory,
    ConfirmationFactory,
    ContactPersonFactory,
    CorrectionFactory,
    FeedbackFactory,
    InteractionFactory,
    JudgementFactory,
    MonthlyVolumeFactory,
)

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("who", "status_code"),
    [
        ("wang", 200),  # leads all
        ("li", 200),  # supervises the owner
        ("chen", 200),  # owner
        ("sun", 404),  # another specialist
        ("zhao", 404),  # another line
        ("he", 404),  # no post
        ("root", 404),  # configures only
    ],
)
def test_who_may_open_the_file(client, people, account, who, status_code):
    client.force_login(getattr(people, who))
    assert client.get(f"/accounts/{account.pk}/").status_code == status_code
    missing = client.get(f"/accounts/{account.pk + 1000}/")
    assert missing.status_code == 404


def fill(account, people, n):
    for number in range(n):
        person = ContactPersonFactory(account=account)
        record = InteractionFactory(
            account=account,
            author=people.chen,
            contact_person=person,
            next_step=f"下一步{number}",
            next_step_on=timezone.localdate() - dt.timedelta(days=number),
        )
        CorrectionFactory(interaction=record, author=people.li)
        FeedbackFactory(account=account, raised_by=people.chen)
        month = first_of(timezone.localdate(), -number)
        MonthlyVolumeFactory(account=account, month=month)
        AnnualVolumeFactory(account=account, period_from=dt.date(2000 + number, 1, 1))
        AccountFactory(parent=account, owner=people.chen)
    AssignmentFactory(account=account, user=people.sun, kind=AssignmentKind.SECOND)
    JudgementFactory(account=account, judged_by=people.li)
    ConfirmationFactory(account=account, confirmed_by=people.li)


@pytest.mark.parametrize("n", [1, 20])
def test_the_file_takes_a_fixed_number_of_queries(
    client, people, account, n, django_assert_max_num_queries
):
    fill(account, people, n)
    client.force_login(people.chen)
    client.get(f"/accounts/{account.pk}/")  # the first one also writes down the device
    with django_assert_max_num_queries(20):
        response = client.get(f"/accounts/{account.pk}/")
    assert response.status_code == 200


def test_an_empty_file_says_what_to_do_next(client, people, account):
    client.force_login(people.chen)
    page = client.get(f"/accounts/{account.pk}/").content.decode()
    assert "No contact yet" in page
    assert "No monthly figures" in page


def test_a_month_that_nobody_knows_is_no_zero(client, people, account):
    MonthlyVolumeFactory(account=account, month=first_of(timezone.localdate(), -2), amount=0)
    client.force_login(people.chen)
    chart = client.get(f"/accounts/{account.pk}/").context["file"].chart
    assert len(chart["labels"]) == 36
    assert chart["series"][0]["values"][-3:] == [0, None, None]


def test_a_parent_outside_the_scope_is_not_named(client, people, account):
    parent = AccountFactory(name="外区集团总公司", owner=people.zhou)
    Account.objects.filter(pk=account.pk).update(parent=parent)
    client.force_login(people.chen)
    assert "外区集团总公司" not in client.get(f"/accounts/{account.pk}/").content.decode()
    assert "外区集团总公司" not in client.get(f"/accounts/{account.pk}/history/").content.decode()


def test_a_merged_customer_leads_to_the_kept_one(client, people, account):
    kept = AccountFactory(owner=people.chen)
    Account.objects.filter(pk=account.pk).update(merged_into=kept)
    client.force_login(people.chen)
    response = client.get(f"/accounts/{account.pk}/")
    assert (response.status_code, response.url) == (302, f"/accounts/{kept.pk}/")


def test_a_merge_into_somebody_elses_customer_shows_nothing(client, people, account):
    kept = AccountFactory(owner=people.zhou)
    Account.objects.filter(pk=account.pk).update(merged_into=kept)
    client.force_login(people.chen)
    assert client.get(f"/accounts/{account.pk}/").status_code == 404


def test_a_voided_customer_shows_a_notice(client, people, account):
    Account.objects.filter(pk=account.pk).update(
        voided_at=timezone.now(), voided_by=people.li, void_reason="重复录入"
    )
    client.force_login(people.chen)
    page = client.get(f"/accounts/{account.pk}/").content.decode()
    assert "重复录入" in page
    assert "Only a supervisor or a manager" in page
