"""A telephone return visit: what is kept, passed on and told."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from accounts.models import Feedback, Interaction, Kind
from staff.duties import synchronise
from staff.models import Notice
from staff.transitions import TransitionDenied
from tests.factories import AccountFactory, ContactPersonFactory
from tests.factories_return_visits import CallAttemptFactory, ReturnVisitFactory
from tests.visits.calls import call, questions, reach
from visits.duties import RETURN_VISITS
from visits.models import Answer, CallAttempt, Question, QuestionSet, ReturnVisit

BAD = {"timeliness": ("dissatisfied", "上月晚了三天")}


def form_data(account, answers=None, **values):
    asked = questions(account)
    data = {
        "happened_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
        "token": str(uuid.uuid4()),
        "question_set": asked[0].question_set_id,
        "summary": "",
    }
    for question in asked:
        satisfaction, text = (answers or {}).get(question.topic, ("unanswered", ""))
        data |= {f"satisfaction_{question.pk}": satisfaction, f"text_{question.pk}": text}
    return data | values


def test_a_call_is_an_interaction_with_the_answers_in_their_words(client, people, account):
    person = ContactPersonFactory(account=account)
    client.force_login(people.chen)
    answers = {"attitude": ("satisfied", "小陈很耐心"), **BAD}
    data = form_data(account, answers, contact_person=person.pk)
    response = client.post(f"/visits/return-visits/call/{account.pk}/", data)
    visit = ReturnVisit.objects.get()
    assert response.url == visit.get_absolute_url()
    assert (visit.interaction.author, visit.interaction.contact_person) == (people.chen, person)
    assert visit.interaction.channel == "phone"
    assert "小陈很耐心" in visit.interaction.summary
    said = dict(visit.answers.values_list("question__topic", "satisfaction"))
    assert said == {
        "accuracy": "unanswered",
        "timeliness": "dissatisfied",
        "attitude": "satisfied",
        "other": "unanswered",
        "opinion": "unanswered",
    }


def test_a_second_click_keeps_one_call(client, people, account):
    client.force_login(people.chen)
    data = form_data(account, BAD)
    for _ in range(2):
        client.post(f"/visits/return-visits/call/{account.pk}/", data)
    assert ReturnVisit.objects.count() == Interaction.objects.count() == 1
    assert Feedback.objects.count() == 1


def test_dissatisfaction_and_opinions_become_feedback_with_a_link_back(people, account):
    visit = reach(account, people.chen, {**BAD, "opinion": ("unanswered", "希望有微信群")})
    kinds = {row.kind: row for row in Feedback.objects.all()}
    assert kinds["problem"].text == "上月晚了三天"
    assert kinds["opinion"].text == "希望有微信群"
    assert kinds["opinion"].interaction == visit.interaction
    assert kinds["problem"].return_visit_answer.question.topic == "timeliness"


def test_a_satisfied_customer_leaves_nothing_open(people, account):
    reach(account, people.chen, {"attitude": ("satisfied", "很好")})
    assert not Feedback.objects.exists()


def days_ago(days):
    return timezone.now() - dt.timedelta(days=days)


def test_two_dissatisfied_in_a_row_tell_the_superior(people, account):
    reach(account, people.chen, BAD, happened_at=days_ago(60))
    assert not Notice.objects.filter(person=people.li).exists()
    visit = reach(account, people.chen, BAD)
    notice = Notice.objects.get(person=people.li)
    assert (notice.verb, notice.url) == ("dissatisfied_twice", visit.get_absolute_url())


def test_a_good_call_between_two_bad_ones_tells_nobody(people, account):
    for days, answers in [(120, BAD), (60, {"attitude": ("satisfied", "")}), (0, BAD)]:
        reach(account, people.chen, answers, happened_at=days_ago(days))
    assert not Notice.objects.filter(verb="dissatisfied_twice").exists()


def test_a_voided_bad_call_is_not_in_the_row(people, account):
    from accounts.workflow import interaction

    bad = reach(account, people.chen, BAD, happened_at=days_ago(60))
    interaction.void(bad.interaction, actor=people.chen, reason="打错了")
    reach(account, people.chen, BAD)
    assert not Notice.objects.filter(verb="dissatisfied_twice").exists()


@pytest.mark.parametrize(
    ("who", "status", "kept"),
    [("chen", 302, 1), ("li", 302, 1), ("wang", 302, 1), ("sun", 404, 0), ("zhou", 404, 0)],
)
def test_who_may_call(client, people, account, who, status, kept):
    client.force_login(getattr(people, who))
    response = client.post(f"/visits/return-visits/call/{account.pk}/", form_data(account, BAD))
    assert (response.status_code, ReturnVisit.objects.count()) == (status, kept)


def test_a_call_in_which_nothing_was_answered_is_an_attempt_and_stays_due(client, people, account):
    client.force_login(people.chen)
    response = client.post(f"/visits/return-visits/call/{account.pk}/", form_data(account))
    assert (response.status_code, ReturnVisit.objects.count()) == (422, 0)
    assert "请记为未接通" in response.content.decode()
    with pytest.raises(TransitionDenied):
        reach(account, people.chen, {})


def test_a_call_of_the_future_is_refused(client, people, account):
    client.force_login(people.chen)
    later = f"{timezone.localtime() + dt.timedelta(days=1):%Y-%m-%dT%H:%M}"
    data = form_data(account, BAD, happened_at=later)
    response = client.post(f"/visits/return-visits/call/{account.pk}/", data)
    assert (response.status_code, ReturnVisit.objects.count()) == (422, 0)
    assert "上月晚了三天" in response.content.decode()  # what was typed is still there


def test_the_page_shows_the_script_and_what_was_said_last_time(client, people, account):
    reach(account, people.chen, BAD, happened_at=days_ago(60))
    client.force_login(people.chen)
    page = client.get(f"/visits/return-visits/call/{account.pk}/").content.decode()
    assert account.name in page
    assert people.chen.name in page
    assert "{caller}" not in page
    assert "上月晚了三天" in page


def test_an_attempt_is_noted_and_the_customer_stays_due(client, people, account):
    client.force_login(people.chen)
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    address = f"/visits/return-visits/call/{account.pk}/attempt/"
    client.post(address, {"outcome": "later", "note": "在开会", "call_again_on": tomorrow})
    attempt = CallAttempt.objects.get()
    assert (attempt.caller, attempt.outcome, attempt.call_again_on) == (
        people.chen,
        "later",
        tomorrow,
    )
    assert not ReturnVisit.objects.exists()
    assert "在开会" in client.get(account.get_absolute_url()).content.decode()
    reach(account, people.chen)
    assert "在开会" not in client.get(account.get_absolute_url()).content.decode()


def test_a_new_version_leaves_old_answers_their_words(client, people, account):
    visit = reach(account, people.chen, BAD)
    first = visit.question_set
    client.force_login(people.wang)
    lines = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 0}
    lines |= {"form-0-topic": "timeliness", "form-0-text": "交货准时吗？"}
    lines |= {"form-1-topic": "opinion", "form-1-text": ""}
    data = {"account_kind": "", "opening": "您好", "closing": "再见", **lines}
    client.post(f"/visits/questions/{first.pk}/new-version/", data)
    first.refresh_from_db()
    assert first.retired_at
    assert [row.text for row in questions(account)] == ["交货准时吗？"]
    assert visit.answers.get(question__topic="timeliness").question.question_set == first


@pytest.mark.parametrize("who", ["chen", "li"])
def test_only_the_manager_changes_the_questions(people, account, who):
    draft = QuestionSet(opening="您好", closing="再见")
    with pytest.raises(TransitionDenied):
        call.publish(draft, [("other", "好吗？")], actor=getattr(people, who))
    assert QuestionSet.objects.count() == 1


def test_a_kind_of_customer_may_have_questions_of_its_own(people, account):
    person = AccountFactory(kind=Kind.INDIVIDUAL, owner=people.chen)
    draft = QuestionSet(opening="您好", closing="再见", account_kind=Kind.INDIVIDUAL)
    call.publish(draft, [("other", "用得惯吗？")], actor=people.wang)
    assert [row.text for row in questions(person)] == ["用得惯吗？"]
    assert len(questions(account)) == 5


@pytest.mark.parametrize(
    ("name", "rows", "values"),
    [
        ("answer_satisfaction_known", Answer, {"satisfaction": "very"}),
        ("question_set_kind_known", QuestionSet, {"account_kind": "shop"}),
        ("call_attempt_outcome_known", CallAttempt, {"outcome": "gone"}),
    ],
)
def test_the_database_refuses(people, account, name, rows, values):
    reach(account, people.chen, BAD)
    call.attempt(account, actor=people.chen, outcome="busy", note="", call_again_on=None)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        rows.objects.update(**values)


def test_a_question_is_never_changed(people, account):
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        Question.objects.update(text="改了")


def test_the_due_list_shows_the_last_call_and_the_attempts(client, people, account):
    account.standing = "key"
    account.save(update_fields=["standing"])
    ReturnVisitFactory(
        account=account, interaction__happened_at=timezone.now() - dt.timedelta(days=90)
    )
    CallAttemptFactory(account=account, caller=people.chen)
    synchronise(RETURN_VISITS)
    client.force_login(people.chen)
    (line,) = client.get("/visits/return-visits/").context["lines"]
    assert line.account == account
    assert line.last.account_id == account.pk
    assert line.attempts == 1
    client.force_login(people.zhou)
    assert not client.get("/visits/return-visits/").context["lines"]
