"""The memory of duties: opened, followed and closed as the facts ask, and nothing twice."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Account, Confirmation, InformationGroup, Standing
from staff import calendar, duties
from staff.models import Obligation, PolicyValue
from tests.factories import AccountFactory, AssignmentFactory, InteractionFactory

TODAY = timezone.localdate()
CONFIRM = "information.confirm"


def run(code=CONFIRM, today=TODAY, accounts=None):
    change = duties.synchronise(duties.DUTIES[code], today=today, accounts=accounts)
    return change.opened, change.updated, change.closed


def confirm(account, person, day):
    for group in InformationGroup.values:
        Confirmation.objects.update_or_create(
            account=account, group=group, defaults={"confirmed_on": day, "confirmed_by": person}
        )


@pytest.fixture
def key_account(people):
    account = AccountFactory(owner=people.chen, standing=Standing.KEY)
    confirm(account, people.chen, TODAY - dt.timedelta(days=60))
    return account


def test_an_obligation_opens_once_and_stays(people, key_account):
    assert run() == (1, 0, 0)
    assert run() == (0, 0, 0)
    obligation = Obligation.objects.get()
    assert (obligation.person, obligation.account_id) == (people.chen, key_account.pk)
    since = TODAY - dt.timedelta(days=60)
    assert obligation.due_on == calendar.on_or_after(calendar.add_months(since, 1))
    assert list(Obligation.objects.late(TODAY)) == [obligation]


def test_doing_it_closes_it_as_done_on_the_day_it_was_done(people, key_account):
    run()
    confirm(key_account, people.chen, TODAY)
    assert run() == (0, 0, 1)
    obligation = Obligation.objects.get()
    assert (obligation.outcome, obligation.closed_on) == ("done", TODAY)


def test_leaving_the_scope_closes_it_as_lapsed_and_coming_back_opens_it_again(key_account):
    run()
    Account.objects.filter(pk=key_account.pk).update(standing=Standing.UNCLASSIFIED)
    assert run() == (0, 0, 1)
    assert Obligation.objects.get().outcome == "lapsed"
    Account.objects.filter(pk=key_account.pk).update(standing=Standing.KEY)
    assert run() == (0, 1, 0)
    assert Obligation.objects.open().count() == 1


def test_the_clock_survives_a_handover(people, key_account):
    run()
    before = Obligation.objects.get()
    key_account.assignments.update(ended_on=TODAY)
    AssignmentFactory(account=key_account, user=people.sun, started_on=TODAY)
    assert run() == (0, 1, 0)
    after = Obligation.objects.get()
    assert after.person == people.sun
    assert (after.opened_on, after.due_on) == (before.opened_on, before.due_on)


def test_a_change_of_policy_moves_the_day(people, key_account):
    run()
    PolicyValue.objects.create(
        key="information.interval", value=2, effective_from=TODAY, set_by=people.wang, reason="试行"
    )
    assert run() == (0, 1, 0)
    since = TODAY - dt.timedelta(days=60)
    due = calendar.on_or_after(calendar.add_months(since, 2))
    assert Obligation.objects.get().due_on == due


def test_what_somebody_just_did_is_synchronised_alone(people, key_account):
    other = AccountFactory(owner=people.zhou, standing=Standing.KEY)
    confirm(other, people.zhou, TODAY - dt.timedelta(days=90))
    assert run(accounts=[key_account.pk]) == (1, 0, 0)
    assert run(accounts=[other.pk]) == (1, 0, 0)
    assert Obligation.objects.open().count() == 2


def test_every_duty_reads_its_facts(people):
    account = AccountFactory(needs_two_contacts=True, owner=people.chen)
    AccountFactory(region=people.south)
    InteractionFactory(account=account, author=people.chen, next_step="寄样品", next_step_on=TODAY)
    changes = duties.synchronise_all(today=TODAY)
    assert {code: change.opened for code, change in changes.items() if change.opened} == {
        "contacts.two": 1,
        "interaction.next_step": 1,
        "account.owner": 1,
    }
    people_asked = dict(Obligation.objects.values_list("duty", "person__username"))
    assert people_asked == {
        "contacts.two": "li",
        "interaction.next_step": "chen",
        "account.owner": "zhao",
    }


def test_who_sees_which_obligations(people, key_account):
    run()
    for who in ("chen", "li", "wang"):
        assert Obligation.objects.visible_to(getattr(people, who)).count() == 1
    for who in ("sun", "zhou", "zhao", "he", "gone", "root"):
        assert not Obligation.objects.visible_to(getattr(people, who))


def test_tiers_and_judgements_are_asked_of_the_right_person(people):
    AccountFactory(owner=people.chen, standing=Standing.KEY, annual_volume=250_000)
    changes = duties.synchronise_all(today=TODAY)
    assert {code for code, change in changes.items() if change.opened} == {
        "tier.decide",
        "tier.judgements",
    }
    asked = dict(Obligation.objects.values_list("duty", "person__username"))
    assert asked == {"tier.decide": "li", "tier.judgements": "chen"}
