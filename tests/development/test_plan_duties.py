"""Duties of development: the year's plan, its answer, contact with prospects, the meetings."""

import datetime as dt

import pytest
from django.utils import timezone

from development.duties.plan import YEAR_PLAN
from development.models import PlanStatus
from staff.duties import DUTIES, synchronise
from staff.models import Obligation, User
from tests.factories import AccountFactory, InteractionFactory
from tests.factories_meetings import HeldMeetingFactory
from tests.factories_plans import DevelopmentPlanFactory, ProspectFactory

TODAY = timezone.localdate()


def open_of(code, **values):
    return Obligation.objects.open().filter(duty=code, **values)


def test_each_supervisor_owes_the_years_plan_by_the_end_of_january(client, people):
    new_year = dt.date(TODAY.year, 1, 1)
    User.objects.update(joined_at=timezone.make_aware(dt.datetime(TODAY.year - 1, 3, 1)))
    synchronise(YEAR_PLAN, today=new_year)
    asked = {row.person: row.due_on for row in open_of("development.year_plan")}
    by = dt.date(TODAY.year, 1, 31)
    assert asked == {people.li: by, people.zhao: by}
    plan = DevelopmentPlanFactory(author=people.li, year=TODAY.year)
    client.force_login(people.li)
    client.post(f"/development/plans/{plan.pk}/report/")
    assert {row.person for row in open_of("development.year_plan")} == {people.zhao}
    assert Obligation.objects.get(person=people.li, duty="development.year_plan").outcome == "done"


def test_whoever_came_in_autumn_is_asked_for_the_next_years_plan_only(people):
    autumn = timezone.make_aware(dt.datetime(TODAY.year, 11, 2))
    User.objects.update(joined_at=autumn)
    synchronise(YEAR_PLAN, today=dt.date(TODAY.year, 12, 1))
    assert not open_of("development.year_plan").exists()


def test_a_reported_plan_waits_on_the_managers_desk_until_it_is_answered(client, people):
    plan = DevelopmentPlanFactory(author=people.li, year=TODAY.year)
    client.force_login(people.li)
    client.post(f"/development/plans/{plan.pk}/report/")
    waiting = open_of("development.plan_answer").get()
    assert waiting.person == people.wang
    duty = DUTIES["development.plan_answer"]
    assert duty.act(waiting) == plan.get_absolute_url()
    assert str(plan) in duty.names([waiting])[waiting.pk]
    client.force_login(people.wang)
    assert str(plan) in client.get("/").content.decode()
    client.post(f"/development/plans/{plan.pk}/note/")
    waiting.refresh_from_db()
    assert waiting.outcome == "done"


@pytest.mark.parametrize(("status", "asked"), [("draft", False), ("reported", True)])
def test_a_prospect_long_without_contact_is_its_owners_duty(people, status, asked):
    values = {"reported_to": people.wang, "reported_at": timezone.now()}
    plan = DevelopmentPlanFactory(author=people.li, **(values if asked else {}), status=status)
    account = AccountFactory(owner=people.chen, standing="prospect")
    prospect = ProspectFactory(plan=plan, account=account)
    old = timezone.now() - dt.timedelta(days=80)
    type(prospect).objects.update(added_at=old)
    InteractionFactory(account=account, author=people.chen, happened_at=old + dt.timedelta(days=5))
    synchronise(DUTIES["development.contact"])
    found = open_of("development.contact", account_id=account.pk)
    assert found.exists() is asked
    if asked:
        assert found.get().person == people.chen
        assert found.get().since == TODAY - dt.timedelta(days=75)
        InteractionFactory(account=account, author=people.chen)
        synchronise(DUTIES["development.contact"])
        assert not found.exists()


def test_the_meetings_are_asked_for_again_after_the_last_one(client, people):
    DevelopmentPlanFactory(author=people.li, status=PlanStatus.DRAFT)
    long_ago = timezone.now() - dt.timedelta(days=60)
    HeldMeetingFactory(convener=people.wang, starts_at=long_ago)
    HeldMeetingFactory(convener=people.li, kind="regular", starts_at=long_ago)
    for code in ("meetings.development", "meetings.specialist_regular"):
        synchronise(DUTIES[code])
    assert open_of("meetings.development").get().person == people.wang
    regular = open_of("meetings.specialist_regular", person=people.li).get()
    assert DUTIES["meetings.specialist_regular"].act(regular) == "/meetings/new/?kind=regular"
    held = HeldMeetingFactory(
        convener=people.li, kind="regular", status="planned", held_at=None,
        starts_at=timezone.now() - dt.timedelta(minutes=1),
    )  # fmt: skip
    client.force_login(people.li)
    client.post(f"/meetings/{held.pk}/minutes/", {"passed_on": "年底回款"})
    regular.refresh_from_db()
    assert regular.outcome == "done"
