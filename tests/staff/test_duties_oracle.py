"""Obligations against an independent oracle in plain Python, through days of random changes."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Account, Confirmation, InformationGroup, Interaction, Standing
from staff import calendar, duties
from staff.models import Obligation, PolicyValue
from tests.factories import AccountFactory, AssignmentFactory, InteractionFactory

START = dt.date(2026, 9, 20)  # the National Day's holiday and its make-up workdays lie ahead
CONFIRM, STEP = "information.confirm", "interaction.next_step"

changes = st.lists(
    st.tuples(
        st.integers(0, 25),  # days later
        st.sampled_from(
            ["confirm", "step", "step done", "leave scope", "enter scope", "hand over", "policy"]
        ),
        st.integers(0, 2),  # which customer
    ),
    max_size=14,
)


NOTHING = duties.Change(0, 0, 0)


class Oracle:
    """What must be open on a day, from the list of what happened, without a database."""

    def __init__(self, owners):
        self.owner = list(owners)
        self.in_scope = [True] * len(owners)
        self.confirmed = [START] * len(owners)
        self.steps = {}
        self.months = 1

    def open_on(self, today):
        wanted = set()
        for n, owner in enumerate(self.owner):
            due = calendar.on_or_after(calendar.add_months(self.confirmed[n], self.months))
            if self.in_scope[n] and due - dt.timedelta(days=7) <= today:
                wanted.add((CONFIRM, n, owner, due))
        for n, due in self.steps.values():
            if due - dt.timedelta(days=7) <= today:
                wanted.add((STEP, n, self.owner[n], due))
        return wanted


def confirm(account, person, day):
    for group in InformationGroup.values:
        Confirmation.objects.update_or_create(
            account=account, group=group, defaults={"confirmed_on": day, "confirmed_by": person}
        )


def happen(what, n, today, accounts, oracle, people):
    """Change the database and tell the oracle the same."""
    account, owner = accounts[n], oracle.owner[n]
    if what == "confirm":
        confirm(account, owner, today)
        oracle.confirmed[n] = today
    elif what == "step":
        due = today + dt.timedelta(days=5)
        step = InteractionFactory(account=account, author=owner, next_step="回访", next_step_on=due)
        oracle.steps[step.pk] = (n, due)
    elif what == "step done":
        for pk in [pk for pk, (whose, _due) in oracle.steps.items() if whose == n]:
            Interaction.objects.filter(pk=pk).update(next_step_done_at=timezone.now())
            del oracle.steps[pk]
    elif what in {"leave scope", "enter scope"}:
        oracle.in_scope[n] = what == "enter scope"
        standing = Standing.KEY if oracle.in_scope[n] else Standing.UNCLASSIFIED
        Account.objects.filter(pk=account.pk).update(standing=standing)
    elif what == "hand over":
        oracle.owner[n] = people.sun if owner == people.chen else people.chen
        account.assignments.filter(ended_on=None).update(ended_on=timezone.localdate())
        AssignmentFactory(account=account, user=oracle.owner[n], started_on=timezone.localdate())
    else:
        oracle.months = 3 - oracle.months
        PolicyValue.objects.create(
            key="information.interval",
            value=oracle.months,
            effective_from=today,
            set_by=people.wang,
            reason="试行",
        )


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=changes)
def test_obligations_are_what_the_oracle_says(people, changes):
    with transaction.atomic():  # every example starts from the same empty company
        run_through(people, changes)
        transaction.set_rollback(True)


def run_through(people, changes):
    owners = [people.chen, people.sun, people.chen]
    accounts = [AccountFactory(owner=owner, standing=Standing.KEY) for owner in owners]
    for account, owner in zip(accounts, owners, strict=True):
        confirm(account, owner, START)
    numbers = {account.pk: n for n, account in enumerate(accounts)}
    oracle, today = Oracle(owners), START
    for days, what, n in changes:
        today += dt.timedelta(days=days)
        happen(what, n, today, accounts, oracle, people)
        duties.synchronise_all(today=today, accounts=numbers)
        open_ = Obligation.objects.open().filter(duty__in=[CONFIRM, STEP])
        found = {(o.duty, numbers[o.account_id], o.person, o.due_on) for o in open_}
        assert found == oracle.open_on(today)
        for code in (CONFIRM, STEP):  # as for these customers, so for all
            assert duties.synchronise(duties.DUTIES[code], today=today) == NOTHING
    duties.synchronise_all(today=today)
    assert set(duties.synchronise_all(today=today).values()) == {NOTHING}
