"""Live logins: which device, since when, and how they end."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from staff import workflow
from staff.models import Role, Session, User
from staff.tasks import clear_ended_sessions

pytestmark = pytest.mark.usefixtures("english")

PASSWORD = "a quiet sentence about tea"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; V2312A) AppleWebKit/537.36 Chrome/126.0 Mobile "
    "Safari/537.36 MicroMessenger/8.0.50"
)
OFFICE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"


def device_of(person, user_agent=OFFICE, ip="10.0.0.1"):
    client = Client(headers={"user-agent": user_agent}, REMOTE_ADDR=ip)
    client.post("/login/", {"username": person.username, "password": PASSWORD})
    return client


@pytest.fixture
def chen(people):
    people.chen.set_password(PASSWORD)
    people.chen.save()
    return people.chen


def is_alive(client):
    return client.get("/staff/me/").status_code == 200


def test_a_session_knows_its_person_and_device(chen):
    device_of(chen, PHONE, "10.0.0.9")
    session = Session.objects.get()
    assert (session.user, session.ip_address, session.is_phone) == (chen, "10.0.0.9", True)
    assert session.device.startswith("微信")
    assert "Android" in session.device


def test_the_time_of_login_stays_while_the_session_is_written_again(chen):
    client = device_of(chen)
    before = Session.objects.get().started_at
    client.defaults["REMOTE_ADDR"] = "10.0.0.77"
    assert is_alive(client)
    after = Session.objects.get()
    assert (after.started_at, after.ip_address) == (before, "10.0.0.77")


def test_use_is_noted_at_most_once_a_minute(chen, django_assert_num_queries):
    client = device_of(chen)
    seen = Session.objects.get().seen_at
    assert is_alive(client)
    assert Session.objects.get().seen_at == seen
    Session.objects.update(seen_at=seen - dt.timedelta(minutes=2))
    assert is_alive(client)
    assert Session.objects.get().seen_at >= seen


@pytest.mark.parametrize(("profile", "minutes"), [("modern", 8 * 60), ("mlps", 30)])
def test_an_unused_session_ends(chen, settings, profile, minutes):
    settings.PASSWORD_PROFILE = profile
    User.objects.update(password_changed_at=timezone.now())
    client = device_of(chen)
    Session.objects.update(seen_at=timezone.now() - dt.timedelta(minutes=minutes - 1))
    assert is_alive(client)
    Session.objects.update(seen_at=timezone.now() - dt.timedelta(minutes=minutes + 1))
    assert not is_alive(client)


# --- R14: ends at the next request ---------------------------------------------------------


def test_deactivation_ends_live_sessions(chen, people):
    client = device_of(chen)
    workflow.deactivate(chen, actor=people.li)
    assert not is_alive(client)
    assert not Session.objects.filter(user=chen).exists()


@pytest.mark.parametrize(
    "changes",
    [{"is_active": False}, {"role": Role.SUPERVISOR, "reports_to": "wang"}, {"is_superuser": True}],
    ids=["deactivated", "other post", "administrator"],
)
def test_a_change_made_anywhere_ends_live_sessions(chen, people, changes):
    client = device_of(chen)
    assert is_alive(client)
    values = {k: getattr(people, v) if k == "reports_to" else v for k, v in changes.items()}
    User.objects.filter(pk=chen.pk).update(**values)
    response = client.get("/staff/me/")
    assert response.status_code == 302
    assert response["Location"].startswith("/login/")


def test_another_superior_alone_ends_nothing(chen, people):
    client = device_of(chen)
    User.objects.filter(pk=chen.pk).update(reports_to=people.zhao)
    assert is_alive(client)


# --- my devices ----------------------------------------------------------------------------


def test_the_list_shows_my_devices_only_and_no_key(chen, people):
    people.sun.set_password(PASSWORD)
    people.sun.save()
    device_of(people.sun, ip="10.9.9.9")
    device_of(chen, PHONE)
    office = device_of(chen)
    page = office.get("/staff/me/devices/").content.decode()
    assert "微信" in page
    assert "10.9.9.9" not in page
    assert not any(session.session_key in page for session in Session.objects.all())


def test_log_this_one_out(chen):
    phone, office = device_of(chen, PHONE), device_of(chen)
    lost = Session.objects.get(user_agent=PHONE)
    response = office.post(f"/staff/me/devices/{lost.handle}/end/")
    assert response["Location"] == "/staff/me/devices/"
    assert not is_alive(phone)
    assert is_alive(office)


def test_the_present_device_is_ended_by_logging_out(chen):
    office = device_of(chen)
    office.post(f"/staff/me/devices/{Session.objects.get().handle}/end/")
    assert is_alive(office)


def test_nobody_ends_another_persons_device(chen, people):
    phone = device_of(chen, PHONE)
    client = Client()
    client.force_login(people.li)
    handle = Session.objects.get(user=chen).handle
    assert client.post(f"/staff/me/devices/{handle}/end/").status_code == 404
    assert is_alive(phone)


def test_log_out_all_others(chen):
    phone, office = device_of(chen, PHONE), device_of(chen)
    office.post("/staff/me/devices/end-others/")
    assert not is_alive(phone)
    assert is_alive(office)


def test_ended_sessions_are_cleared(chen):
    device_of(chen)
    device_of(chen, PHONE)
    device_of(chen, "Firefox/130.0")
    now = timezone.now()
    Session.objects.filter(user_agent=PHONE).update(expire_date=now - dt.timedelta(seconds=1))
    Session.objects.filter(user_agent=OFFICE).update(seen_at=now - dt.timedelta(days=1))
    clear_ended_sessions(timestamp=0)
    assert Session.objects.get().user_agent == "Firefox/130.0"
