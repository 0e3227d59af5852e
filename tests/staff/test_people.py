"""Ending and reopening logins, posts and superiors, and the first manager."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from staff import workflow
from staff.models import Role, User
from staff.transitions import TransitionDenied
from tests.factories import UserFactory

TODAY = timezone.localdate


@pytest.mark.parametrize(
    ("who", "target", "status_code", "ended"),
    [
        ("wang", "chen", 302, True),
        ("li", "chen", 302, True),
        ("root", "chen", 302, True),
        ("zhao", "chen", 404, False),
        ("sun", "chen", 404, False),
        ("chen", "chen", 302, False),
        ("wang", "wang", 302, False),
        ("root", "wang", 302, False),  # nobody would stand at the top
        ("wang", "root", 302, False),
    ],
)
def test_who_may_end_a_login(client, people, who, target, status_code, ended):
    person = getattr(people, target)
    client.force_login(getattr(people, who))
    response = client.post(f"/staff/{person.pk}/deactivate/", {"left_on": TODAY().isoformat()})
    person.refresh_from_db()
    assert response.status_code == status_code
    assert (not person.is_active) is ended
    assert person.left_on == (TODAY() if ended else None)


def test_the_last_at_the_top_may_go_once_there_is_another(people):
    other = UserFactory(role=Role.MANAGER, name="副总")
    workflow.deactivate(people.wang, actor=people.root)
    assert other.is_last_top_manager


def test_a_login_does_not_end_tomorrow(people):
    with pytest.raises(TransitionDenied):
        workflow.deactivate(people.chen, actor=people.li, left_on=TODAY() + dt.timedelta(days=1))


def test_a_wrong_day_is_said_so(client, people):
    client.force_login(people.li)
    client.post(f"/staff/{people.chen.pk}/deactivate/", {"left_on": "soon"})
    people.chen.refresh_from_db()
    assert people.chen.is_active


def test_who_cannot_log_in_keeps_their_place_in_the_line(people):
    workflow.deactivate(people.li, actor=people.wang)
    assert people.chen.pk in User.objects.get(pk=people.wang.pk).line_ids


@pytest.mark.parametrize(
    ("who", "status_code", "is_active"), [("li", 302, True), ("zhao", 404, False)]
)
def test_who_may_reopen_a_login(client, people, who, status_code, is_active):
    client.force_login(getattr(people, who))
    response = client.post(f"/staff/{people.gone.pk}/reactivate/")
    people.gone.refresh_from_db()
    assert response.status_code == status_code
    assert people.gone.is_active is is_active


def test_nobody_comes_back_below_someone_who_has_left(people):
    workflow.deactivate(people.li, actor=people.wang)
    with pytest.raises(TransitionDenied):
        workflow.reactivate(people.gone, actor=people.wang)


def test_reopening_clears_the_day_of_leaving(people):
    workflow.deactivate(people.chen, actor=people.li, left_on=TODAY())
    workflow.reactivate(people.chen, actor=people.li)
    people.chen.refresh_from_db()
    assert (people.chen.is_active, people.chen.left_on) == (True, None)


def test_twice_is_refused(people):
    workflow.deactivate(people.chen, actor=people.li)
    with pytest.raises(TransitionDenied):
        workflow.deactivate(people.chen, actor=people.li)
    workflow.reactivate(people.chen, actor=people.li)
    with pytest.raises(TransitionDenied):
        workflow.reactivate(people.chen, actor=people.li)


@pytest.mark.parametrize(
    ("who", "target", "changes"),
    [
        ("li", "chen", {"role": Role.MANAGER, "reports_to": "wang"}),
        ("li", "chen", {"reports_to": "zhao"}),
        ("wang", "wang", {"role": Role.SUPERVISOR}),
        ("root", "wang", {"role": Role.SUPERVISOR, "reports_to": "root"}),
        ("chen", "sun", {"name": "别人"}),
    ],
)
def test_the_workflow_refuses_what_the_form_would(people, who, target, changes):
    person = User.objects.get(pk=getattr(people, target).pk)
    for field, value in changes.items():
        setattr(person, field, getattr(people, value) if field == "reports_to" else value)
    with pytest.raises(TransitionDenied):
        workflow.save_person(person, actor=getattr(people, who))


def test_a_promotion_with_people_moved_first(people):
    """A post may change once nobody below would be left with an impossible superior."""
    for person in User.objects.filter(reports_to=people.li):
        person.reports_to = people.zhao
        workflow.save_person(person, actor=people.wang)
    li = User.objects.get(pk=people.li.pk)
    li.role, li.reports_to = Role.SPECIALIST, people.zhao
    workflow.save_person(li, actor=people.wang)
    assert User.objects.get(pk=people.li.pk).role == Role.SPECIALIST


# --- the first manager ---------------------------------------------------------------------


@pytest.mark.django_db
def test_the_first_manager_stands_at_the_top_and_administers():
    person = workflow.create_first_manager(
        username="boss", name="总经理", password="a quiet sentence about tea"
    )
    assert person.is_top_manager
    assert person.is_superuser
    assert not person.must_change_password
    assert person.check_password("a quiet sentence about tea")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("username", "password"), [("boss", "short"), ("", "a quiet sentence about tea"), ("a b", "x")]
)
def test_a_first_manager_needs_a_good_login(username, password):
    with pytest.raises(ValidationError):
        workflow.create_first_manager(username=username, name="", password=password)
    assert not User.objects.exists()


def test_there_is_only_one_first_manager(people):
    with pytest.raises(ValidationError):
        workflow.create_first_manager(
            username="coup", name="", password="a quiet sentence about tea"
        )


def test_a_change_of_post_or_superior_moves_what_stands_on_desks(
    people, django_capture_on_commit_callbacks
):
    """By the worker: all duties of a whole team may have another person now."""
    sun = User.objects.get(pk=people.sun.pk)
    for name, value, moved in (("mobile", "13800138001", 0), ("reports_to", people.zhao, 1)):
        setattr(sun, name, value)
        with django_capture_on_commit_callbacks(execute=True):
            workflow.save_person(sun, actor=people.wang)
        assert ProcrastinateJob.objects.filter(queueing_lock="synchronise_duties").count() == moved
