"""What other apps show on a customer file."""

import datetime as dt

import pytest
from django.db.models import F

from accounts import panels
from accounts.models import Feedback, Interaction
from tests.factories import AccountFactory, FeedbackFactory, InteractionFactory

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def registered(monkeypatch):
    """Two panels of our own instead of those of the apps."""
    monkeypatch.setattr(panels, "PANELS", {})
    panels.register(
        panels.Panel(
            code="test.steps",
            noun="Promise",
            source=lambda user: Interaction.objects.filter(author=user),
            text=F("next_step"),
            due=F("next_step_on"),
            address=lambda pk: f"/promise/{pk}/",
            begin=lambda account: f"/promise/new/{account}/",
            begin_label="Make a promise",
        )
    )
    panels.register(
        panels.Panel(
            code="test.words",
            noun="Words",
            source=lambda user: Feedback.objects.visible_to(user),
            text="text",
            address=lambda pk: f"/words/{pk}/",
        )
    )


def test_open_items_of_all_apps_in_one_query(
    people, account, registered, django_assert_num_queries
):
    late, soon = dt.date(2020, 1, 2), dt.date(2099, 1, 2)
    InteractionFactory(account=account, author=people.chen, next_step="soon", next_step_on=soon)
    InteractionFactory(account=account, author=people.chen, next_step="late", next_step_on=late)
    FeedbackFactory(account=account, text="too dear")
    with django_assert_num_queries(1):
        found = panels.open_items(account, people.chen)
    assert [(item.noun, item.text, item.is_overdue) for item in found] == [
        ("Promise", "late", True),
        ("Promise", "soon", False),
        ("Words", "too dear", False),
    ]


def test_others_items_and_other_customers_stay_out(people, account, registered):
    InteractionFactory(author=people.sun, account=account, next_step="x", next_step_on="2099-01-02")
    FeedbackFactory(account=AccountFactory(), text="elsewhere")
    assert panels.open_items(account, people.chen) == []


def test_the_file_shows_them_and_what_can_be_begun(client, people, account, registered):
    row = FeedbackFactory(account=account, text="too dear")
    client.force_login(people.chen)
    page = client.get(f"/accounts/{account.pk}/").content.decode()
    assert f'href="/words/{row.pk}/"' in page
    assert f'href="/promise/new/{account.pk}/"' in page
    assert "Make a promise" in page


def test_without_apps_nothing_is_read(people, account, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(panels, "PANELS", {})
    with django_assert_num_queries(0):
        assert panels.open_items(account, people.chen) == []
