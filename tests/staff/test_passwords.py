"""Choosing a password, under both profiles."""

import datetime as dt

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from staff import workflow
from staff.models import FormerPassword, Session, User
from staff.passwords import initial_password
from staff.transitions import TransitionDenied

OLD, NEW = "A quiet sentence about tea", "Another quiet 1 about rain"


@pytest.fixture
def chen(people):
    people.chen.set_password(OLD)
    people.chen.mobile = "13800138000"
    people.chen.save()
    return people.chen


@pytest.mark.parametrize(
    ("profile", "password", "is_good"),
    [
        ("modern", "short one", False),
        ("modern", "correct horse battery", True),  # no composition rules
        ("modern", "天气很好我们去喝茶吧好不好", True),
        ("modern", "password1234", False),  # on the list
        ("modern", "my 13800138000 phone", False),
        ("modern", OLD, False),  # the present one
        ("modern", "x" * 129, False),
        ("mlps", "Tea4you", False),  # seven
        ("mlps", "tea-4-you", True),  # small, digit, other
        ("mlps", "teaforyou", False),
        ("mlps", "TeaForYou", False),  # two classes
        ("mlps", "Chen-2026-x", False),  # the user name
        ("mlps", OLD, False),
    ],
)
def test_which_passwords_are_good_enough(chen, settings, profile, password, is_good):
    settings.PASSWORD_PROFILE = profile
    if is_good:
        validate_password(password, chen)
    else:
        with pytest.raises(ValidationError):
            validate_password(password, chen)


def used_after(chen, changes):
    """Whether the first password may come back after so many others."""
    for n in range(changes):
        chen = workflow.change_password(chen, password=f"Nummer-{n}-of-many")
    try:
        validate_password(OLD, chen)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("profile", "changes", "may_return"),
    [("mlps", 4, False), ("mlps", 5, True), ("modern", 1, True)],
)
def test_when_an_old_password_may_return(chen, settings, profile, changes, may_return):
    settings.PASSWORD_PROFILE = profile
    assert used_after(chen, changes) is may_return


def test_no_more_hashes_are_kept_than_needed(chen):
    used_after(chen, 7)
    assert FormerPassword.objects.filter(user=chen).count() == 4


@pytest.mark.parametrize(
    ("profile", "age", "leads_to"),
    [("mlps", 91, "/password/"), ("mlps", 89, None), ("modern", 900, None)],
)
def test_an_old_password_must_be_changed(client, chen, settings, profile, age, leads_to):
    settings.PASSWORD_PROFILE = profile
    User.objects.update(password_changed_at=timezone.now() - dt.timedelta(days=age))
    client.force_login(chen)
    assert client.get("/staff/me/").headers.get("Location") == leads_to


def change(client, old=OLD, new=NEW, again=None):
    return client.post(
        "/password/", {"old_password": old, "new_password1": new, "new_password2": again or new}
    )


def test_change_of_password(client, chen):
    other = Client()
    other.force_login(chen)
    client.force_login(chen)
    assert change(client)["Location"] == "/"
    chen.refresh_from_db()
    assert chen.check_password(NEW)
    assert timezone.now() - chen.password_changed_at < dt.timedelta(minutes=1)
    assert client.get("/staff/me/").status_code == 200
    assert other.get("/staff/me/").status_code == 302
    assert Session.objects.filter(user=chen).count() == 1


@pytest.mark.parametrize(
    ("old", "new", "again", "field"),
    [
        ("wrong", NEW, None, "old_password"),
        (OLD, NEW, NEW + "x", "new_password2"),
        (OLD, "short", None, "new_password1"),
    ],
)
def test_a_refused_change_changes_nothing(client, chen, old, new, again, field):
    client.force_login(chen)
    response = change(client, old, new, again)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    chen.refresh_from_db()
    assert chen.check_password(OLD)


def test_the_first_login_leads_to_a_new_password_and_nowhere_else(client, chen):
    User.objects.filter(pk=chen.pk).update(must_change_password=True)
    client.force_login(chen)
    for path in ("/", "/staff/", f"/staff/{chen.pk}/", "/admin/"):
        assert client.get(path)["Location"] == "/password/", path
    htmx = client.get("/staff/", headers={"HX-Request": "true"})
    assert htmx["HX-Redirect"] == "/password/"
    assert client.get("/password/").status_code == 200
    change(client)
    assert client.get("/staff/me/").status_code == 200


def test_logging_out_is_possible_before_changing(client, chen):
    User.objects.filter(pk=chen.pk).update(must_change_password=True)
    client.force_login(chen)
    assert client.post("/logout/")["Location"] == "/login/"


# --- initial passwords ---------------------------------------------------------------------


@pytest.mark.parametrize("profile", ["modern", "mlps"])
def test_an_initial_password_passes_the_profile(people, settings, profile):
    settings.PASSWORD_PROFILE = profile
    for _ in range(20):
        validate_password(initial_password(), people.chen)


@pytest.mark.parametrize(
    ("who", "status_code", "issued"),
    [
        ("wang", 200, True),
        ("li", 200, True),
        ("root", 200, True),
        ("zhao", 404, False),  # another line
        ("sun", 404, False),
        ("chen", 302, False),  # oneself
    ],
)
def test_who_may_give_a_new_initial_password(client, chen, people, who, status_code, issued):
    client.force_login(getattr(people, who))
    response = client.post(f"/staff/{chen.pk}/initial-password/")
    chen.refresh_from_db()
    assert response.status_code == status_code
    assert (not chen.check_password(OLD)) is issued
    assert chen.must_change_password is issued


def test_it_is_shown_once_and_kept_nowhere(client, chen, people):
    client.force_login(people.li)
    response = client.post(f"/staff/{chen.pk}/initial-password/")
    [(_, password)] = response.context["issued"]
    chen.refresh_from_db()
    assert chen.check_password(password)
    assert password in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies.get("messages")
    assert password not in client.get(f"/staff/{chen.pk}/").content.decode()


@pytest.mark.parametrize("target", ["root", "wang"])
def test_nobody_becomes_an_administrator_by_a_new_password(people, target):
    """A second top manager may not log in as an administrator or as their equal."""
    equal = User.objects.create_user("equal", name="副总", role="manager")
    with pytest.raises(TransitionDenied):
        workflow.issue_initial_password(getattr(people, target), actor=equal)
