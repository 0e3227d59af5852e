"""Feedback by a private link, and feedback that the service centre writes down itself."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Feedback
from accounts.workflow import feedback as feedbacks
from complaints.models import AnswerLink
from complaints.workflow import department_question as workflow
from staff.models import Notice
from staff.transitions import TransitionDenied
from tests.factories import AccountFactory, ContactPersonFactory, FeedbackFactory
from tests.factories_complaints import AnswerLinkFactory, CallRecordFactory, DepartmentFactory

ASKED = "能不能出小包装?"


@pytest.fixture
def feedback(people, account):
    row = FeedbackFactory(account=account, raised_by=people.chen, text=ASKED)
    return feedbacks.pass_on(row, actor=people.chen, to=None, department=DepartmentFactory())


def path(token):
    return reverse("complaints:answer", args=[token])


def test_somebody_without_a_login_answers_once(client, people, account, feedback):
    client.force_login(people.chen)
    page = client.post(reverse("complaints:feedback_link", args=[feedback.pk]), {"text": ASKED})
    address = page.context["address"]
    assert "no-store" in page["Cache-Control"]
    client.logout()
    shown = client.get(address).content.decode()
    assert ASKED in shown
    assert account.name not in shown
    sent = {"text": "下季度有", "answerer": "老秦"}
    assert client.post(address, sent).status_code == 200
    feedback.refresh_from_db()
    assert (feedback.answer, feedback.who_answered, feedback.answered_by) == (
        "下季度有",
        "老秦",
        None,
    )
    told = Notice.objects.get(verb="department_answered")
    assert (told.person, told.url) == (people.chen, feedback.get_absolute_url())
    assert client.post(address, sent).status_code == client.get(address).status_code == 404
    client.force_login(people.chen)
    assert "老秦" in client.get(feedback.get_absolute_url()).content.decode()


def test_what_ends_a_link(client, people, feedback):
    """Each of these, and the address is as unknown as any other."""

    def passed_on_anew(row):
        feedbacks.pass_on(row, actor=people.chen, to=None, department=DepartmentFactory())

    ends = {
        "revoked": lambda row: workflow.revoke_feedback_link(row),
        "renewed": lambda row: workflow.make_feedback_link(row, actor=people.chen, text=ASKED),
        "passed on anew": passed_on_anew,
        "answered": lambda row: feedbacks.answer(row, actor=people.li, text="可以"),
    }
    for word, end in ends.items():
        token = workflow.make_feedback_link(feedback, actor=people.chen, text=ASKED)
        assert client.get(path(token)).status_code == 200, word
        end(feedback)
        assert client.get(path(token)).status_code == 404, word
    with pytest.raises(TransitionDenied):  # answered by now
        workflow.make_feedback_link(feedback, actor=people.chen, text=ASKED)


def test_a_link_expires(client, people, feedback):
    token = workflow.make_feedback_link(feedback, actor=people.chen, text=ASKED)
    with time_machine.travel(timezone.now() + dt.timedelta(days=60)):
        assert client.get(path(token)).status_code == 404


def test_the_words_never_name_the_customer(client, people, account, feedback):
    ContactPersonFactory(account=account, name="贺工", mobile="15400009999")
    client.force_login(people.chen)
    page = reverse("complaints:feedback_link", args=[feedback.pk])
    for words in (f"{account.name}要小包装", "贺工要小包装", "打15400009999"):
        assert client.post(page, {"text": words}).status_code == 422, words
        with pytest.raises(TransitionDenied):
            workflow.make_feedback_link(feedback, actor=people.chen, text=words)
    assert not AnswerLink.objects.exists()


def test_who_makes_a_link(client, people, feedback):
    page = reverse("complaints:feedback_link", args=[feedback.pk])
    for who, status in (("li", 200), ("zhou", 404), ("he", 404)):
        client.force_login(getattr(people, who))
        assert client.post(page, {"text": ASKED}).status_code == status, who
    not_passed = FeedbackFactory(account=feedback.account, text=ASKED)
    client.force_login(people.chen)
    page = reverse("complaints:feedback_link", args=[not_passed.pk])
    assert client.post(page, {"text": ASKED}).status_code == 403


def test_a_link_asks_one_thing(people, feedback):
    link = AnswerLinkFactory()
    for wrong in ({"feedback": feedback}, {"question": None}, {"text": "再问"}):
        with pytest.raises(IntegrityError, match="answer_link_asks_one"), transaction.atomic():
            AnswerLink.objects.filter(pk=link.pk).update(**wrong)
    one = {"question": None, "feedback": feedback, "text": ASKED, "made_by": people.chen}
    AnswerLinkFactory(**one)
    with pytest.raises(IntegrityError, match="answer_link_one_per_feedback"), transaction.atomic():
        AnswerLinkFactory(**one)


# --- the service centre ---------------------------------------------------------------------
TAKE = "/complaints/feedback/new/"


def test_the_centre_writes_down_what_a_customer_says_and_follows_it(client, people, account):
    FeedbackFactory(account=account, raised_by=people.chen, text="别人记的")
    client.force_login(people.he)
    said = {"kind": "need", "text": ASKED, "unit": account.name}
    assert client.post(TAKE, said).status_code == 422  # nobody chosen
    (line,) = client.post(TAKE, {**said, "find": "1"}).context["form"].found
    client.post(TAKE, {**said, "reference": line.reference})
    kept = Feedback.objects.get(raised_by=people.he)
    assert (kept.account, kept.text) == (account, ASKED)
    assert people.chen.notices.get().url == kept.get_absolute_url()
    listed = client.get("/complaints/feedback/")
    assert [row for row, _wait in listed.context["lines"]] == [kept]
    own = reverse("complaints:feedback_answer", args=[kept.pk])
    assert own in listed.content.decode()
    feedbacks.answer(kept, actor=people.li, text="下季度有")
    assert people.he.notices.get().url == own
    page = client.get(own).content.decode()
    assert "下季度有" in page
    assert account.get_absolute_url() not in page
    assert client.post(own, {"text": "没有"}).status_code == 403
    assert client.get(kept.get_absolute_url()).status_code == 404


def test_feedback_of_a_call_stands_on_its_contact_record(client, people, account):
    foreign = CallRecordFactory(account=AccountFactory(owner=people.zhou), taken_by=people.zhou)
    call = CallRecordFactory(account=account, taken_by=people.chen, question="想要小包装")
    client.force_login(people.chen)
    assert client.get(f"{TAKE}?call={foreign.pk}").status_code == 404
    form = client.get(f"{TAKE}?call={call.pk}").context["form"]
    assert form.initial["text"] == "想要小包装"
    client.post(f"{TAKE}?call={call.pk}", {"kind": "need", "text": "想要小包装"})
    kept = Feedback.objects.get()
    assert (kept.account, kept.interaction, kept.raised_by) == (
        account,
        call.interaction,
        people.chen,
    )
