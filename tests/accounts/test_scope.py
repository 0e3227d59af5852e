"""Who sees which customers."""

import pytest
from django.utils import timezone

from accounts.models import Account, AssignmentKind, Interaction
from tests.factories import AccountFactory, AssignmentFactory, InteractionFactory


@pytest.fixture
def accounts(people):
    owned = AccountFactory(name="陈的客户", owner=people.chen, region=people.east)
    shared = AccountFactory(name="周的客户", owner=people.zhou, region=people.south)
    AssignmentFactory(account=shared, user=people.sun, kind=AssignmentKind.SECOND)
    return {
        "owned": owned,
        "shared": shared,
        "open_east": AccountFactory(name="无人负责", region=people.east),
        "open_nowhere": AccountFactory(name="无人无区"),
    }


@pytest.mark.parametrize(
    ("who", "visible"),
    [
        ("wang", {"owned", "shared", "open_east", "open_nowhere"}),
        ("li", {"owned", "shared", "open_east"}),  # shared: her specialist Sun is second contact
        ("zhao", {"shared"}),
        ("chen", {"owned"}),
        ("sun", {"shared"}),
        ("zhou", {"shared"}),
        ("he", set()),
        ("gone", set()),
        ("root", set()),
    ],
)
def test_who_sees_which_customers(people, accounts, who, visible):
    seen = Account.objects.visible_to(getattr(people, who))
    assert {name for name, account in accounts.items() if account in seen} == visible


def test_an_ended_assignment_shows_nothing_more(people, accounts):
    accounts["owned"].assignments.update(ended_on=timezone.localdate())
    accounts["owned"].refresh_from_db()
    assert accounts["owned"].owner is None
    assert accounts["owned"] not in Account.objects.visible_to(people.chen)


def test_rows_of_a_customer_follow_the_customer(people, accounts):
    mine = InteractionFactory(account=accounts["owned"], author=people.chen)
    InteractionFactory(account=accounts["shared"], author=people.zhou)
    assert list(Interaction.objects.visible_to(people.chen)) == [mine]


def test_merged_and_voided_customers_are_left_out(people, accounts):
    Account.objects.filter(pk=accounts["owned"].pk).update(merged_into=accounts["shared"])
    assert accounts["owned"] not in Account.objects.visible_to(people.wang)
    assert accounts["owned"] in Account.objects.visible_ever_to(people.wang)
