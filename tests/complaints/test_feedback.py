"""Feedback passed on: to whom, who answers without the customer's file, and the clock."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import Feedback
from accounts.workflow import feedback as workflow
from staff.duties import DUTIES, synchronise
from staff.models import Obligation
from tests.factories import AccountFactory, ContactPersonFactory, FeedbackFactory
from tests.factories_complaints import DepartmentPersonFactory

DUTY = "complaints.feedback_told"


@pytest.fixture
def department(people):
    """Zhou answers for it; he sees no customer of Chen's."""
    return DepartmentPersonFactory(user=people.zhou).department


@pytest.fixture
def feedback(people, account):
    return FeedbackFactory(account=account, raised_by=people.chen, text="希望有小包装")


def test_a_department_answers_without_seeing_the_customer(
    client, people, account, feedback, department
):
    workflow.pass_on(feedback, actor=people.chen, to=None, department=department)
    page = reverse("complaints:feedback_answer", args=[feedback.pk])
    assert people.zhou.notices.get().url == page
    client.force_login(people.zhou)
    for address in (page, reverse("complaints:questions")):
        text = client.get(address).content.decode()
        assert "希望有小包装" in text
        assert account.name not in text
    client.post(page, {"text": "下季度推出"})
    feedback.refresh_from_db()
    assert (feedback.answer, feedback.answered_by, feedback.told_at) == (
        "下季度推出",
        people.zhou,
        None,
    )
    assert people.chen.notices.get().url == feedback.get_absolute_url()
    assert client.get(feedback.get_absolute_url()).status_code == 404


def test_words_that_name_the_customer_do_not_name_them_to_a_department(
    client, people, account, feedback, department
):
    ContactPersonFactory(account=account, name="贺工", mobile="13900001111")
    Feedback.objects.update(text=f"{account.name}的贺工说：请打13900001111")
    workflow.pass_on(feedback, actor=people.chen, to=people.li, department=department)
    own = reverse("complaints:feedback_answer", args=[feedback.pk])
    pages = (reverse("complaints:questions"), own, "/desk/notices/")
    for who, is_named in (("zhou", False), ("li", True)):  # Li sees the customer
        client.force_login(getattr(people, who))
        for page in pages:
            text = client.get(page).content.decode()
            told = ("贺工" in text, "13900001111" in text, account.name in text)
            assert told == (is_named,) * 3, (who, page)
    client.post(own, {"text": "好"})
    feedback.refresh_from_db()
    assert account.name in feedback.text  # what the customer said stays as it was


@pytest.mark.parametrize(("who", "status"), [("zhou", 404), ("he", 200), ("gone", 302)])
def test_only_who_was_asked_answers(client, people, feedback, who, status):
    workflow.pass_on(feedback, actor=people.chen, to=people.he, department=None)
    client.force_login(getattr(people, who))
    page = reverse("complaints:feedback_answer", args=[feedback.pk])
    assert client.get(page).status_code == status


STAGES = {
    "to_pass": {},
    "passed": {"passed_at": timezone.now()},
    "to_tell": {"answered_at": timezone.now(), "answer": "可以"},
    "told": {"answered_at": timezone.now(), "answer": "可以", "told_at": timezone.now()},
}


@pytest.mark.parametrize("stage", STAGES)
def test_each_stage_has_its_heading(client, people, account, stage):
    for number, values in enumerate(STAGES.values()):
        FeedbackFactory(account=account, text=f"反映{number}", **values)
    FeedbackFactory(account=AccountFactory(owner=people.zhou), text="别人的")
    client.force_login(people.chen)
    found = client.get("/complaints/feedback/", {"show": stage}).context["lines"]
    assert [row.text for row, _wait in found] == [f"反映{list(STAGES).index(stage)}"]
    waiting = client.get("/complaints/feedback/").context["lines"]
    assert [row.text for row, _wait in waiting] == ["反映0", "反映1", "反映2"]


def test_nothing_leaves_the_desk_before_the_customer_is_told(people, account):
    raised = timezone.make_aware(dt.datetime(2026, 9, 30, 10))
    feedback = FeedbackFactory(account=account, raised_by=people.chen, raised_at=raised)
    with time_machine.travel(dt.datetime(2026, 10, 9, 3, tzinfo=dt.UTC), tick=False):
        synchronise(DUTIES[DUTY])
        owed = Obligation.objects.get(duty=DUTY)
        # Five business days from 30 September: the National Day week and its Saturday counted.
        assert (owed.person, owed.due_on) == (people.chen, dt.date(2026, 10, 13))
        workflow.answer(feedback, actor=people.li, text="可以")
        assert Obligation.objects.filter(duty=DUTY).open().exists()
        workflow.tell(feedback, actor=people.chen)
        owed.refresh_from_db()
        assert (owed.outcome, owed.closed_on) == ("done", dt.date(2026, 10, 9))
    assert Feedback.objects.get().is_closed
