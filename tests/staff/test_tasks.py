"""Tasks: given down the line, done by their assignee, called off by their giver."""

import datetime as dt

import pytest
from django.db import IntegrityError
from django.utils import timezone

from staff.models import Task

TODAY = timezone.localdate()


@pytest.fixture
def task(people):
    return Task.objects.create(
        title="拜访三家客户",
        assigner=people.li,
        assignee=people.chen,
        due_on=TODAY - dt.timedelta(days=2),
        quantity=3,
        unit="家",
    )


def new(assignee, **changes):
    fields = {"title": "调研", "assignee": assignee.pk, "due_on": TODAY, "kind": "ad_hoc"}
    return fields | changes


@pytest.mark.parametrize(
    ("giver", "assignee", "given"),
    [
        ("li", "chen", True),
        ("wang", "zhou", True),
        ("chen", "chen", True),
        ("li", "zhou", False),
        ("chen", "sun", False),
        ("chen", "li", False),
    ],
)
def test_tasks_are_given_down_the_line(client, people, giver, assignee, given):
    client.force_login(getattr(people, giver))
    response = client.post("/tasks/new/", new(getattr(people, assignee)))
    assert Task.objects.exists() is given
    assert response.status_code == (302 if given else 200)


def test_a_failed_form_keeps_what_was_typed(client, people):
    client.force_login(people.li)
    past = TODAY - dt.timedelta(days=1)
    response = client.post("/tasks/new/", new(people.chen, title="很长的标题", due_on=past))
    assert "很长的标题" in response.content.decode()
    assert "due_on" in response.context["form"].errors


def test_overdue_follows_from_the_dates_alone(task):
    assert task.is_overdue
    assert task.days_late == 2
    assert list(Task.objects.overdue(TODAY)) == [task]


@pytest.mark.parametrize(
    ("who", "status", "done"),
    [("chen", 302, True), ("li", 302, False), ("wang", 302, False), ("zhou", 404, False)],
)
def test_only_the_assignee_finishes_it(client, people, task, who, status, done):
    client.force_login(getattr(people, who))
    response = client.post(f"/tasks/{task.pk}/finish/", {"result": "三家都去了"})
    task.refresh_from_db()
    assert response.status_code == status
    assert (task.done_at is not None) is done


@pytest.mark.parametrize(("who", "cancelled"), [("li", True), ("chen", False), ("wang", False)])
def test_only_its_giver_cancels_it(client, people, task, who, cancelled):
    client.force_login(getattr(people, who))
    client.post(f"/tasks/{task.pk}/cancel/", {"reason": "客户改期"})
    task.refresh_from_db()
    assert (task.cancelled_at is not None) is cancelled
    assert task.comments.exists() is cancelled


def test_a_second_click_on_finish_changes_nothing(client, people, task):
    client.force_login(people.chen)
    client.post(f"/tasks/{task.pk}/finish/", {"result": "完成"})
    task.refresh_from_db()
    first = task.done_at
    client.post(f"/tasks/{task.pk}/finish/", {"result": "完成"})
    task.refresh_from_db()
    assert task.done_at == first


def test_the_database_refuses_a_task_done_without_a_result(task):
    with pytest.raises(IntegrityError, match="task_done_with_a_result"):
        Task.objects.filter(pk=task.pk).update(done_at=timezone.now())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"拜访三家客户", "季度例会纪要"}),
        ("kind=meeting", {"季度例会纪要"}),
        ("q=三家", {"拜访三家客户"}),
        ("q=例会", {"季度例会纪要"}),
        ("q=十月", {"季度例会纪要"}),
        ("due_until=2000-01-01", set()),
        ("assignee={chen}", {"拜访三家客户"}),
        ("assignee={zhou}", set()),
        ("kind=nonsense", set()),
    ],
)
def test_the_list_is_narrowed_by_person_kind_day_and_source(client, people, task, query, found):
    Task.objects.create(
        title="季度例会纪要",
        kind="meeting",
        source="十月大客户会议",
        assigner=people.li,
        assignee=people.li,
        due_on=TODAY,
    )
    client.force_login(people.li)
    address = query.format(chen=people.chen.pk, zhou=people.zhou.pk)
    page = client.get(f"/tasks/?show=team&{address}").context["page"]
    assert {row.title for row in page} == found


def test_choices_of_the_list_stay_inside_the_scope(client, people):
    client.force_login(people.li)
    choices = client.get("/tasks/").context["filterset"].form.fields["assignee"].choices
    names = {str(label) for _value, label in choices}
    assert people.chen.name in names
    assert people.zhou.name not in names
