"""Told at once, reminded in the morning, and climbing to the superior."""

import datetime as dt
from smtplib import SMTPRecipientsRefused

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from staff import calendar, desk, digest, duties
from staff.models import Notice, Task, Verb
from tests.factories import InteractionFactory

TODAY = timezone.localdate()


@pytest.fixture
def late_step(people, account):
    day = calendar.subtract_business_days(TODAY, 5)
    InteractionFactory(account=account, author=people.chen, next_step="寄样品", next_step_on=day)
    duties.synchronise_all(today=TODAY)


def test_a_task_tells_its_assignee_and_its_giver(client, people):
    client.force_login(people.li)
    fields = {"title": "整理样品", "assignee": people.chen.pk, "due_on": TODAY, "kind": "ad_hoc"}
    client.post("/tasks/new/", fields)
    [given] = Notice.objects.visible_to(people.chen)
    assert (given.verb, given.actor) == (Verb.TASK_GIVEN, people.li)
    client.force_login(people.chen)
    client.post(f"{given.url}finish/", {"result": "好了"})
    assert Notice.objects.visible_to(people.li).get().verb == Verb.TASK_DONE
    assert not Notice.objects.visible_to(people.sun)


def test_reading_them_is_a_click_of_ones_own(client, people):
    for person in (people.chen, people.sun):
        Notice.objects.create(
            person=person, actor=people.li, verb=Verb.TASK_GIVEN, subject="x", url="/tasks/"
        )
    client.force_login(people.chen)
    client.get("/desk/notices/")
    assert Notice.objects.unread_of(people.chen).count() == 1
    client.post("/desk/notices/read/")
    assert Notice.objects.unread_of(people.chen).count() == 0
    assert Notice.objects.unread_of(people.sun).count() == 1


def test_what_stays_late_climbs_to_the_direct_superior(people, late_step):
    assert [(row.person, row.late) for row in desk.climbed_to(people.li, TODAY)] == [
        (people.chen, 1)
    ]
    assert desk.climbed_to(people.zhao, TODAY) == []
    earlier = calendar.subtract_business_days(TODAY, 3)
    assert desk.climbed_to(people.li, earlier) == []


def test_the_morning_mail_goes_to_whom_something_awaits(people, late_step, mailoutbox):
    for person in (people.chen, people.sun, people.li):
        person.email = f"{person.username}@example.com"
        person.save(update_fields=["email"])
    workday = calendar.on_or_after(TODAY)
    assert digest.send_all(workday) == 2
    assert {mail.to[0] for mail in mailoutbox} == {"chen@example.com", "li@example.com"}


class Picky(EmailBackend):
    """Refuses one address, as a mail server does with one that is gone."""

    def send_messages(self, messages):
        if messages[0].to == ["chen@example.com"]:
            raise SMTPRecipientsRefused({"chen@example.com": (550, b"no such user")})
        return super().send_messages(messages)


def test_a_refused_address_keeps_no_mail_from_the_others(people, late_step, mailoutbox, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Picky"
    for person in (people.chen, people.li, people.he):
        person.email = f"{person.username}@example.com"
        person.save(update_fields=["email"])
    Task.objects.create(title="回电", assigner=people.li, assignee=people.he, due_on=TODAY)
    assert digest.send_all(calendar.on_or_after(TODAY)) == 2
    assert {mail.to[0] for mail in mailoutbox} == {"li@example.com", "he@example.com"}


def test_no_mail_on_a_day_off(people, late_step, mailoutbox):
    people.chen.email = "chen@example.com"
    people.chen.save(update_fields=["email"])
    day = TODAY
    while calendar.is_business_day(day):
        day += dt.timedelta(days=1)
    assert digest.send_all(day) == 0


def test_the_bell_counts_what_is_unread(client, people):
    Notice.objects.create(
        person=people.chen, actor=people.li, verb=Verb.TASK_GIVEN, subject="x", url="/tasks/"
    )
    client.force_login(people.chen)
    assert "1条新通知" in client.get("/tasks/").content.decode()
