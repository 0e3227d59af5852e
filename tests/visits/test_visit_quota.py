"""The daily visit quota (S5-4-1): by post, by name, counted from records, a duty where missed."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from staff.duties import synchronise
from staff.models import Obligation
from staff.workflow.policy import set_value
from tests.factories_visits import DoneVisitFactory
from visits.duties.quota import QUOTA, missed, tallies
from visits.policies import PERSONAL_QUOTAS, QUOTAS, quota_of

MONDAY = dt.date(2026, 6, 8)


def at(day, hour=10):
    return dt.datetime.combine(day, dt.time(hour - 8), tzinfo=dt.UTC)


def decide(people, key, value, since=MONDAY):
    with time_machine.travel(at(since), tick=False):
        set_value(key, value, actor=people.wang, effective_from=since, reason="试行")


def open_days(person):
    rows = Obligation.objects.filter(duty=QUOTA.code, person=person).open()
    return sorted(row.since.day for row in rows)


@pytest.mark.django_db
def test_nothing_is_asked_while_it_is_off(people):
    with time_machine.travel(at(MONDAY), tick=False):
        assert tallies(MONDAY) == []
        synchronise(QUOTA)
    assert not Obligation.objects.filter(duty=QUOTA.code).exists()


def test_a_missed_day_stands_on_the_desk_until_the_visit_is_recorded(people, account):
    """Monday to Thursday; two visits a day are asked of Chen by name, one of Sun by post."""
    decide(people, PERSONAL_QUOTAS, {"chen": 2})
    decide(people, QUOTAS["specialist"], 1)
    for day in range(4):
        DoneVisitFactory(
            account=account, visitor=people.chen, planned_at=at(MONDAY + dt.timedelta(days=day))
        )
    with time_machine.travel(at(dt.date(2026, 6, 11), 18), tick=False):
        synchronise(QUOTA)
        assert open_days(people.chen) == open_days(people.sun) == [8, 9, 10, 11]
        assert not open_days(people.li)  # a supervisor's quota is off
        visit = DoneVisitFactory(account=account, visitor=people.chen, planned_at=at(MONDAY, 15))
        synchronise(QUOTA)
        assert open_days(people.chen) == [9, 10, 11]
        monday = Obligation.objects.get(duty=QUOTA.code, person=people.chen, since=MONDAY)
        assert (monday.outcome, monday.due_on) == ("done", MONDAY)
        visit.interaction.voided_at, visit.interaction.void_reason = at(MONDAY, 16), "记错"
        visit.interaction.save()
        synchronise(QUOTA)
        assert open_days(people.chen) == [8, 9, 10, 11]
    # over the weekend, and a week later: what cannot be mended any more lapses
    with time_machine.travel(at(dt.date(2026, 6, 16)), tick=False):
        synchronise(QUOTA)
        assert open_days(people.chen) == [10, 11, 12, 15, 16]
        monday.refresh_from_db()
        assert monday.outcome == "lapsed"


def test_it_asks_nothing_for_days_before_it_was_decided(people):
    decide(people, PERSONAL_QUOTAS, {"chen": 1}, since=dt.date(2026, 6, 10))
    with time_machine.travel(at(dt.date(2026, 6, 12)), tick=False):
        assert {row.day.day for row in tallies(dt.date(2026, 6, 12))} == {10, 11, 12}
        assert len(missed({}, dt.date(2026, 6, 12))) == 3


def test_recording_a_visit_settles_the_day_at_once(client, people, account):
    decide(people, PERSONAL_QUOTAS, {"chen": 1})
    with time_machine.travel(at(MONDAY, 17), tick=False):
        synchronise(QUOTA)
        assert open_days(people.chen) == [8]
        client.force_login(people.chen)
        said = {"happened_at": "2026-06-08T15:00", "purpose": "走访", "summary": "用量持平"}
        page = reverse("visits:record_new", args=[account.pk])
        assert client.post(page, said).status_code == 302
        assert open_days(people.chen) == []
        assert client.get("/").status_code == 200


def test_names_are_read_and_shown(people):
    field = PERSONAL_QUOTAS.field()
    assert field.clean("陈晓 3\n\nli 0") == {"chen": 3, "li": 0}
    assert PERSONAL_QUOTAS.show({"chen": 3, "li": 0}) == "陈晓 3、李慧敏 0"
    decide(people, QUOTAS["supervisor"], 2)
    decide(people, PERSONAL_QUOTAS, {"li": 0})
    with time_machine.travel(at(MONDAY), tick=False):
        assert (quota_of(people.li), quota_of(people.zhao), quota_of(people.he)) == (0, 2, 0)
    for wrong in ("陈晓", "无名氏 3", "陈晓 三", "陈晓 51"):
        with pytest.raises(ValidationError):
            field.clean(wrong)
