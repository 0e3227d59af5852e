"""The desk: what awaits me, at one click, and what awaits my team."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Standing
from staff import duties
from staff.models import Task
from tests.factories import AccountFactory, InteractionFactory

TODAY = timezone.localdate()


@pytest.fixture
def steps(people, account):
    """Chen agreed on two steps: one is late, one is for today."""
    for text, day in [("寄样品", TODAY - dt.timedelta(days=3)), ("报价", TODAY)]:
        InteractionFactory(account=account, author=people.chen, next_step=text, next_step_on=day)
    duties.synchronise_all(today=TODAY)


def test_what_awaits_me_is_grouped_with_the_latest_first(client, people, steps):
    client.force_login(people.chen)
    response = client.get("/")
    groups = response.context["groups"]
    assert [(g.duty.code, g.count, g.late) for g in groups] == [("interaction.next_step", 2, 1)]
    assert "上海长江机械有限公司" in response.content.decode()


def test_the_team_stands_on_the_superiors_desk(client, people, steps):
    client.force_login(people.li)
    team = {row.person.username: (row.open, row.late) for row in client.get("/").context["team"]}
    assert team == {"chen": (2, 1), "sun": (0, 0)}


@pytest.mark.parametrize(
    ("who", "status"), [("li", 200), ("wang", 200), ("zhao", 404), ("sun", 404), ("he", 404)]
)
def test_who_may_read_anothers_desk(client, people, steps, who, status):
    client.force_login(getattr(people, who))
    assert client.get(f"/desk/{people.chen.pk}/").status_code == status


def test_another_persons_obligations_do_not_show(client, people, steps):
    client.force_login(people.zhou)
    assert "上海长江机械有限公司" not in client.get("/").content.decode()
    page = client.get("/desk/duties/interaction.next_step/")
    assert "上海长江机械有限公司" not in page.content.decode()


def more_to_do(people, count):
    for _ in range(count):
        account = AccountFactory(owner=people.chen, standing=Standing.KEY)
        InteractionFactory(
            account=account, author=people.chen, next_step="回访", next_step_on=TODAY
        )
    duties.synchronise_all(today=TODAY)


def queries_of(client, person):
    client.force_login(person)
    client.get("/")  # the first request of a session notes the device
    with CaptureQueriesContext(connection) as captured:
        client.get("/")
    return len(captured)


@pytest.mark.parametrize("who", ["chen", "li", "wang"])
def test_the_same_number_of_queries_for_one_thing_and_for_many(client, people, who):
    more_to_do(people, 1)
    few = queries_of(client, getattr(people, who))
    more_to_do(people, 15)
    assert queries_of(client, getattr(people, who)) == few <= 16


def test_a_task_stands_on_the_desk_until_it_is_done(client, people):
    task = Task.objects.create(
        title="整理样品", assigner=people.li, assignee=people.chen, due_on=TODAY
    )
    client.force_login(people.chen)
    assert list(client.get("/").context["tasks"]) == [task]
    client.post(f"/tasks/{task.pk}/finish/", {"result": "已整理"})
    assert not client.get("/").context["tasks"]
