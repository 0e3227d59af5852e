"""Logging in, being locked out, and what a login page may tell."""

import datetime as dt

import pytest
from axes.models import AccessFailureLog
from django.utils import timezone

from staff import workflow

PASSWORD = "a quiet sentence about tea"


@pytest.fixture
def chen(people):
    people.chen.set_password(PASSWORD)
    people.chen.employee_number, people.chen.mobile = "K0042", "13800138000"
    people.chen.save()
    return people.chen


def log_in(client, login, password=PASSWORD, ip="10.0.0.1", **extra):
    return client.post(
        "/login/", {"username": login, "password": password}, REMOTE_ADDR=ip, **extra
    )


def fail(client, times, login="chen", ip="10.0.0.1"):
    return [log_in(client, login, "wrong", ip).status_code for _ in range(times)]


def is_logged_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "login",
    [
        "chen",
        "CHEN",
        " chen ",
        "ｃｈｅｎ",
        "K0042",
        "13800138000",
        "138 0013 8000",
        "+8613800138000",
    ],
)
def test_each_of_the_three_logins(client, chen, login):
    response = log_in(client, login)
    assert response.status_code == 302
    assert response["Location"] == "/"


@pytest.mark.parametrize(("login", "password"), [("chen", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_login_learns_nothing(client, chen, login, password):
    response = log_in(client, login, password)
    assert response.status_code == 200
    assert not is_logged_in(client)
    assert [str(e) for e in response.context["form"].non_field_errors()] == [
        str(response.context["form"].error_messages["invalid_login"])
    ]


def test_who_has_left_is_told_the_same_as_a_stranger(client, people):
    people.gone.set_password(PASSWORD)
    people.gone.save()
    response = log_in(client, "gone")
    assert response.status_code == 200
    assert not is_logged_in(client)


def test_a_mobile_entered_as_someones_user_name_takes_nothing_away(client, chen, people):
    type(chen).objects.filter(pk=people.sun.pk).update(mobile="K0042")
    log_in(client, "K0042")
    assert client.session["_auth_user_id"] == str(chen.pk)


@pytest.mark.parametrize(
    ("target", "landing"),
    [("/accounts/?q=a", "/accounts/?q=a"), ("https://evil.example/", "/"), ("//evil.example", "/")],
)
def test_next_leads_only_to_our_own_pages(client, chen, target, landing):
    response = client.post("/login/", {"username": "chen", "password": PASSWORD, "next": target})
    assert response["Location"] == landing


def test_a_stranger_is_sent_to_the_login_page_and_back(client, people):
    assert client.get("/staff/")["Location"] == "/login/?next=/staff/"
    assert client.get("/login/").status_code == 200
    assert client.post("/language/", {"language": "en"}).status_code == 302


def test_whoever_is_logged_in_needs_no_login_page(client, people):
    client.force_login(people.chen)
    assert client.get("/login/")["Location"] == "/"


def test_the_session_ends_with_the_browser(client, chen):
    log_in(client, "chen")
    assert client.cookies["sessionid"]["max-age"] == ""
    assert client.cookies["sessionid"]["httponly"]


# --- guessing (R14) ------------------------------------------------------------------------


def test_the_fifth_failure_closes_the_login_and_says_how_long(client, chen):
    assert fail(client, 5) == [200, 200, 200, 200, 429]
    response = log_in(client, "chen")
    assert response.status_code == 429
    assert not is_logged_in(client)
    assert response.context["minutes"] == 15
    assert 0 < int(response["Retry-After"]) <= 900


def test_others_behind_the_same_address_are_unaffected(client, chen, people):
    people.sun.set_password(PASSWORD)
    people.sun.save()
    fail(client, 6)
    assert log_in(client, "sun").status_code == 302


def test_the_person_at_another_address_is_unaffected(client, chen):
    fail(client, 6)
    assert log_in(client, "chen", ip="10.0.0.2").status_code == 302


def test_the_three_logins_of_a_person_count_together(client, chen):
    fail(client, 2, "chen")
    fail(client, 2, "K0042")
    assert fail(client, 1, "13800138000") == [429]
    assert log_in(client, "chen").status_code == 429


def earlier(minutes):
    AccessFailureLog.objects.update(attempt_time=timezone.now() - dt.timedelta(minutes=minutes))


def test_the_login_opens_again_after_the_cool_off(client, chen):
    fail(client, 5)
    earlier(14)
    assert log_in(client, "chen").status_code == 429
    earlier(16)
    assert log_in(client, "chen").status_code == 302


def test_refused_attempts_do_not_prolong_the_lock(client, chen):
    fail(client, 5)
    earlier(14)
    fail(client, 3)
    assert AccessFailureLog.objects.count() == 5


def test_failures_far_apart_do_not_add_up(client, chen):
    fail(client, 4)
    earlier(16)
    assert fail(client, 1) == [200]


def test_a_login_starts_the_count_anew(client, chen):
    fail(client, 4)
    log_in(client, "chen")
    client.logout()
    assert fail(client, 4) == [200] * 4


def test_many_addresses_close_the_login_too(client, chen):
    """The slower tier: twenty failures in an hour, from anywhere."""
    for n in range(10):
        fail(client, 2, ip=f"10.0.1.{n}")
    assert log_in(client, "chen", ip="10.0.2.1").status_code == 429
    earlier(61)
    assert log_in(client, "chen", ip="10.0.2.1").status_code == 302


def test_a_login_that_nobody_has_is_closed_as_well(client, chen):
    assert fail(client, 6, "nobody")[-2:] == [429, 429]


def test_a_new_initial_password_lifts_the_lock(client, chen, people):
    fail(client, 6)
    password = workflow.issue_initial_password(chen, actor=people.li)
    assert log_in(client, "chen", password).status_code == 302


@pytest.mark.parametrize(
    ("is_behind", "counted"), [(True, "203.0.113.7"), (False, "10.0.0.1")], ids=["proxy", "none"]
)
def test_only_the_proxys_word_on_the_address_counts(client, chen, settings, is_behind, counted):
    settings.BEHIND_PROXY = is_behind
    log_in(client, "chen", "wrong", HTTP_X_FORWARDED_FOR="1.2.3.4, 203.0.113.7")
    assert AccessFailureLog.objects.get().ip_address == counted
