"""Departments: asked without naming the customer; answering by login, by link, by word of mouth."""

import datetime as dt
import re

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.models import AnswerLink, DepartmentQuestion, LinkKnock
from complaints.workflow import call as calls
from complaints.workflow import department_question as workflow
from staff.models import Department
from staff.transitions import TransitionDenied
from tests.factories_complaints import (
    CallRecordFactory,
    DepartmentFactory,
    DepartmentPersonFactory,
    DepartmentQuestionFactory,
)

NAMED = "长江机械问闪点"
SENT = {"text": "210 度", "answerer": "技术部老王"}


@pytest.fixture
def call(people, account):
    account.short_name = "长江机械"
    account.save(update_fields=["short_name"])
    return CallRecordFactory(account=account, taken_by=people.chen, caller="刘志远")


@pytest.fixture
def question(people, call):
    """Sun answers for the department; the call is Chen's."""
    department = DepartmentFactory(name="技术部")
    DepartmentPersonFactory(department=department, user=people.sun)
    return workflow.ask(call, actor=people.chen, department=department, text="闪点多少?")


@pytest.fixture
def token(people, question):
    return workflow.make_link(question, actor=people.chen)


def address(token):
    return reverse("complaints:answer", args=[token])


def test_asking_tells_the_department_and_moves_the_call(people, call, question):
    call.refresh_from_db()
    assert call.status == "with_departments"
    notice = people.sun.notices.get()
    assert (notice.verb, notice.url) == ("department_asked", question.get_absolute_url())


@pytest.mark.parametrize(
    "text", [NAMED, "刘志远问闪点", "回电 15400001234", "上海长江机械有限公司"]
)
def test_a_question_names_no_customer(client, people, call, text):
    department = DepartmentFactory()
    with pytest.raises(TransitionDenied):
        workflow.ask(call, actor=people.chen, department=department, text=text)
    client.force_login(people.chen)
    sent = {"department": department.pk, "text": text}
    assert client.post(f"/complaints/calls/{call.pk}/ask/", sent).status_code == 422
    assert not DepartmentQuestion.objects.exists()


def test_only_the_department_answers_with_a_login(client, people, question):
    """The page, the button's reason and the workflow ask one rule."""
    for name in ("chen", "li", "he"):
        person = getattr(people, name)
        assert "技术部" in question.answer_blocker(person)
        with pytest.raises(TransitionDenied):
            workflow.answer(question, actor=person, text="210 度")
        client.force_login(person)
        page = client.post(question.get_absolute_url(), {"text": "210 度"})
        assert page.status_code == 404
    assert not question.answer_blocker(people.sun)
    assert workflow.answer(question, actor=people.sun, text="210 度").answered_by == people.sun


def test_the_departments_own_page_shows_the_question_and_nothing_of_the_call(
    client, people, account, call, question
):
    client.force_login(people.sun)
    for page in (reverse("complaints:questions"), question.get_absolute_url()):
        text = client.get(page).content.decode()
        assert "闪点多少?" in text
        for secret in (account.name, "长江机械", call.caller, call.phone, call.number):
            assert secret not in text
    assert client.get(call.get_absolute_url()).status_code == 404
    client.post(question.get_absolute_url(), {"text": "210 度"})
    question.refresh_from_db()
    assert (question.answer, question.answered_by) == ("210 度", people.sun)
    assert people.chen.notices.get().verb == "department_answered"


def test_a_link_answers_one_question_once_and_names_nobody(client, account, call, question, token):
    page = client.get(address(token))
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    text = page.content.decode()
    assert "闪点多少?" in text
    for secret in (account.name, "长江机械", call.caller, call.phone, call.number):
        assert secret not in text
    assert client.post(address(token), SENT).status_code == 200
    question.refresh_from_db()
    assert (question.answer, question.answerer, question.answered_by) == (
        "210 度",
        "技术部老王",
        None,
    )
    assert question.call.responsible.notices.get().verb == "department_answered"


def test_the_form_is_taken_from_a_browser_that_sends_its_origin(token):
    """With "no-referrer" browsers send "Origin: null", and no answer ever arrived."""
    strict = Client(enforce_csrf_checks=True)
    page = strict.get(address(token))
    assert page["Referrer-Policy"] == "same-origin"
    secret = strict.cookies["csrftoken"].value
    words = {**SENT, "csrfmiddlewaretoken": secret}
    assert strict.post(address(token), words, headers={"origin": "null"}).status_code == 403
    here = {"origin": "http://testserver"}
    assert strict.post(address(token), words, headers=here).status_code == 200


def test_the_secret_is_kept_nowhere(token):
    link = AnswerLink.objects.get()
    assert token not in str(vars(link))
    assert len(link.digest) == 64


SPOILING = {
    "wrong": lambda people, question: None,
    "expired": lambda people, question: question.links.update(expires_at=timezone.now()),
    "revoked": lambda people, question: workflow.revoke_link(question, actor=people.chen),
    "renewed": lambda people, question: workflow.make_link(question, actor=people.chen),
    "used": lambda people, question: workflow.answer(question, actor=people.sun, text="210 度"),
    "withdrawn": lambda people, question: workflow.withdraw(
        question, actor=people.chen, reason="已查到"
    ),
    "call_over": lambda people, question: calls.void(
        question.call, actor=people.chen, reason="误登"
    ),
    "too_many": lambda people, question: LinkKnock.objects.bulk_create(
        LinkKnock(address="127.0.0.1") for _ in range(workflow.KNOCKS)
    ),
}


def without_secrets(response):
    """A page without what differs from one request to the next."""
    return re.sub(rb"[\w-]{20,}", b"", response.content)


@pytest.mark.parametrize("spoiled", SPOILING)
def test_every_link_that_does_not_work_looks_alike(client, people, question, token, spoiled):
    nonsense = client.get(address("x" * 43))
    SPOILING[spoiled](people, question)
    used = "x" * 42 + "y" if spoiled == "wrong" else token
    shown, sent = client.get(address(used)), client.post(address(used), SENT)
    assert shown.status_code == sent.status_code == nonsense.status_code == 404
    assert without_secrets(shown) == without_secrets(nonsense)
    question.refresh_from_db()
    assert not question.answerer


def test_a_link_ends_by_itself_after_the_time_policy_gives(client, question, token):
    with time_machine.travel(timezone.now() + dt.timedelta(days=6, hours=23), tick=False):
        assert client.get(address(token)).status_code == 200
    with time_machine.travel(timezone.now() + dt.timedelta(days=7, hours=1), tick=False):
        assert client.get(address(token)).status_code == 404


def test_wrong_addresses_are_counted_and_forgotten(client, question, token):
    for _number in range(workflow.KNOCKS):
        client.get(address("nonsense"))
    assert client.get(address(token)).status_code == 404
    with time_machine.travel(timezone.now() + dt.timedelta(hours=2), tick=False):
        assert client.get(address(token)).status_code == 200
        client.get(address("nonsense"))
    assert LinkKnock.objects.count() == 1


def test_the_address_is_shown_once(client, people, question):
    client.force_login(people.chen)
    made = client.post(f"/complaints/questions/{question.pk}/link/")
    assert "/complaints/answer/" in made.content.decode()
    shown = client.get(question.call.get_absolute_url()).content.decode()
    assert "/complaints/answer/" not in shown


def test_withdrawing_the_last_question_opens_the_call_again(people, call, question):
    workflow.withdraw(question, actor=people.chen, reason="已查到")
    call.refresh_from_db()
    assert call.status == "open"
    with pytest.raises(TransitionDenied):
        workflow.answer(question, actor=people.sun, text="210 度")


def test_an_answer_by_word_of_mouth_is_noted_by_whoever_works_on_the_call(people, question):
    with pytest.raises(TransitionDenied):
        workflow.note_answer(question, actor=people.sun, text="210 度", answerer="老王")
    workflow.note_answer(question, actor=people.chen, text="210 度", answerer="老王")
    question.refresh_from_db()
    assert (question.answered_by, question.answerer) == (people.chen, "老王")
    assert question.who_answered == "老王（陈晓记录）"


@pytest.mark.parametrize(("who", "is_kept"), [("he", True), ("li", True), ("chen", False)])
def test_who_keeps_the_departments(client, people, who, is_kept):
    client.force_login(getattr(people, who))
    sent = {"name": "质量部", "is_active": "on", "people": [people.sun.pk]}
    response = client.post("/complaints/departments/new/", sent)
    assert response.status_code == (302 if is_kept else 403)
    assert Department.objects.filter(name="质量部", people=people.sun).exists() is is_kept


BROKEN = [
    ("department_question_has_words", {"text": ""}),
    ("department_question_answered_by_someone", {"answer": "210 度"}),
    ("department_question_withdrawn_with_a_reason", {"withdrawn_at": timezone.now()}),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "values"), BROKEN)
def test_the_database_refuses(name, values):
    question = DepartmentQuestionFactory()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        DepartmentQuestion.objects.filter(pk=question.pk).update(**values)
