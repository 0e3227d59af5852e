"""Telephone return visits: due, tried, made, and what becomes of the answers."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Account, Feedback, Standing
from staff import calendar, duties, policy
from staff.models import Notice, Obligation
from staff.transitions import TransitionDenied
from tests.factories import AccountFactory, InteractionFactory
from tests.visits.factories import AttemptFactory, ReturnVisitFactory
from visits.duties import RETURN_VISIT_INTERVAL, due_on, planned_on
from visits.models import Answer, QuestionSet, ReturnVisit
from visits.workflow import return_visit as workflow
from visits.workflow.return_visit import Given

pytestmark = pytest.mark.usefixtures("english")
TODAY = timezone.localdate()
CODE = "return_visit.call"


@pytest.fixture
def questions(db):
    found = QuestionSet.objects.get(version=1).questions.all()
    return {question.topic: question for question in found}


def key_account(owner, *, days=100, **fields):
    account = AccountFactory(owner=owner, standing=Standing.KEY, **fields)
    added = timezone.now() - dt.timedelta(days=days)
    Account.objects.filter(pk=account.pk).update(created_at=added)
    return account


def form(questions, **answers):
    """The call page as filled in: `accuracy="dissatisfied:words"`."""
    sent = {"happened_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}"}
    for topic, question in questions.items():
        verdict, _colon, words = answers.get(topic, "not_answered:").partition(":")
        sent |= {f"verdict_{question.pk}": verdict, f"text_{question.pk}": words}
    return sent


def record(account, actor, questions, **answers):
    call = InteractionFactory.build(account=account, happened_at=timezone.now())
    given = {questions[topic].pk: Given(*answer) for topic, answer in answers.items()}
    question_set = QuestionSet.objects.get(version=1)
    return workflow.record(
        account, actor=actor, call=call, question_set=question_set, answers=given
    )


def still_open(account):
    return Obligation.objects.filter(duty=CODE, account_id=account.pk, closed_on=None)


@pytest.mark.parametrize(
    ("since", "due"),
    [
        (dt.date(2025, 12, 31), dt.date(2026, 2, 28)),  # no 31 February; a make-up workday
        (dt.date(2026, 1, 5), dt.date(2026, 3, 5)),
        (dt.date(2026, 3, 4), dt.date(2026, 5, 6)),  # behind the Labour Day holiday
    ],
)
def test_two_months_end_on_a_business_day(since, due):
    assert due_on(policy.Values({}), since) == due


def test_due_from_the_day_it_came_in_and_again_from_the_last_call(client, people, questions):
    account = key_account(people.chen)
    duties.synchronise_all(accounts=[account.pk])
    first = still_open(account).get()
    assert first.person == people.chen
    assert first.due_on < TODAY
    client.force_login(people.chen)
    sent = form(questions, service="satisfied:")
    assert client.post(f"/visits/return/call/{account.pk}/", sent).status_code == 302
    assert not still_open(account).exists()
    first.refresh_from_db()
    assert (first.closed_on, first.outcome) == (TODAY, "done")
    later = calendar.add_months(TODAY, 2)
    duties.synchronise_all(today=later, accounts=[account.pk])
    assert still_open(account).get().since == TODAY


def test_an_attempt_is_logged_and_does_not_count(client, people):
    account = key_account(people.chen)
    duties.synchronise_all(accounts=[account.pk])
    client.force_login(people.chen)
    again = TODAY + dt.timedelta(days=3)
    client.post(
        f"/visits/return/call/{account.pk}/attempt/",
        {"outcome": "later", "call_again_on": again, "note": "在开会"},
    )
    assert still_open(account).exists()
    call = client.get("/visits/return/").context["calls"][0]
    assert (call.account, call.planned_on, call.attempt.note) == (account, again, "在开会")


def test_later_needs_a_day(client, people):
    account = key_account(people.chen)
    client.force_login(people.chen)
    response = client.post(f"/visits/return/call/{account.pk}/attempt/", {"outcome": "later"})
    assert response.status_code == 422
    assert "On which day?" in response.content.decode()


def test_the_clock_survives_a_handover(people):
    account = key_account(people.chen)
    duties.synchronise_all(accounts=[account.pk])
    before = still_open(account).get()
    Account.objects.filter(pk=account.pk).update(owner=people.sun)
    duties.synchronise_all(accounts=[account.pk])
    after = still_open(account).get()
    assert (after.pk, after.since, after.due_on) == (before.pk, before.since, before.due_on)
    assert after.person == people.sun


@pytest.mark.parametrize(
    ("standing", "important", "called"),
    [
        (Standing.KEY, False, True),
        (Standing.UNCLASSIFIED, True, True),
        (Standing.UNCLASSIFIED, False, False),
        (Standing.PROSPECT, False, False),
    ],
)
def test_the_scope_is_the_policys(people, standing, important, called):
    account = key_account(people.chen)
    Account.objects.filter(pk=account.pk).update(
        standing=standing, is_important_agreement=important
    )
    duties.synchronise_all()
    assert still_open(account).exists() is called


def test_calls_of_one_ledger_are_spread_over_the_window(people):
    day = TODAY + dt.timedelta(days=30)
    days = {
        planned_on(Obligation(account_id=number, due_on=calendar.on_or_after(day)))
        for number in range(100)
    }
    assert len(days) == 10
    assert all(calendar.is_business_day(planned) for planned in days)


def test_displeasure_and_opinions_become_feedback(client, people, questions):
    account = key_account(people.chen)
    client.force_login(people.chen)
    sent = form(
        questions,
        service="satisfied:很好",
        accuracy="dissatisfied:少发两桶",
        timeliness="dissatisfied:",
        opinion=":希望有夜间送货",
    )
    client.post(f"/visits/return/call/{account.pk}/", sent)
    visit = ReturnVisit.objects.get()
    rows = {row.question.topic: row for row in visit.answers.all()}
    assert rows["service"].feedback is None
    assert (rows["accuracy"].feedback.kind, rows["accuracy"].feedback.text) == (
        "problem",
        "少发两桶",
    )
    assert rows["timeliness"].feedback.text == questions["timeliness"].text
    assert rows["opinion"].feedback.kind == "opinion"
    assert Feedback.objects.filter(account=account, interaction=visit.interaction).count() == 3
    assert (rows["attitude"].verdict, rows["opinion"].verdict) == ("not_answered", "")
    assert visit.interaction.author == people.chen
    assert "少发两桶" in visit.interaction.summary


def test_nothing_answered_is_no_return_visit(client, people, questions):
    account = key_account(people.chen)
    client.force_login(people.chen)
    response = client.post(f"/visits/return/call/{account.pk}/", form(questions))
    assert response.status_code == 422
    assert "Log it as an attempt" in response.content.decode()
    assert not ReturnVisit.objects.exists()
    assert not account.interactions.exists()


def test_a_failed_call_keeps_what_was_typed(client, people, questions):
    account = key_account(people.chen)
    client.force_login(people.chen)
    sent = form(questions, opinion=":送货时先来电话") | {"happened_at": "2099-01-01T08:00"}
    response = client.post(f"/visits/return/call/{account.pk}/", sent)
    assert response.status_code == 422
    assert "送货时先来电话" in response.content.decode()


@pytest.mark.parametrize(("before", "alerts"), [("dissatisfied", 1), ("satisfied", 0), (None, 0)])
def test_twice_in_a_row_alerts_the_superior(people, questions, before, alerts):
    account = key_account(people.chen)
    if before:
        first = record(account, people.chen, questions, accuracy=(before, "少发"))
        ReturnVisit.objects.filter(pk=first.pk).update(made_on=TODAY - dt.timedelta(days=60))
    record(account, people.chen, questions, attitude=("dissatisfied", "态度差"))
    found = Notice.objects.filter(person=people.li, verb="dissatisfied_twice")
    assert found.count() == alerts
    assert all(account.name in str(notice) for notice in found)


def test_the_call_page_says_who_calls_and_what_was_said_last_time(client, people, questions):
    account = key_account(people.chen)
    record(account, people.chen, questions, accuracy=("dissatisfied", "上次少发了两桶"))
    client.force_login(people.chen)
    page = client.get(f"/visits/return/call/{account.pk}/").content.decode()
    assert people.chen.name in page
    assert "上次少发了两桶" in page
    assert all(question.text in page for question in questions.values())


@pytest.mark.parametrize(
    ("who", "status"), [("chen", 200), ("li", 200), ("sun", 404), ("zhao", 404), ("root", 404)]
)
def test_who_may_call_whom(client, people, who, status):
    account = key_account(people.chen)
    client.force_login(getattr(people, who))
    assert client.get(f"/visits/return/call/{account.pk}/").status_code == status


def test_a_new_version_is_used_from_its_day_and_leaves_the_old_as_asked(client, people, questions):
    client.force_login(people.wang)
    old = QuestionSet.objects.get(version=1)
    sent = {
        "account_kind": "individual",
        "subject": "用油",
        "opening": "您好",
        "closing": "再见",
        "begins_on": TODAY,
        "text_0": "满意吗？",
        **{f"topic_{place}": "service" for place in range(8)},
        **{f"asks_{place}": "verdict" for place in range(8)},
    }
    client.post(f"/visits/return/questions/{old.pk}/", sent)
    made = QuestionSet.objects.get(account_kind="individual")
    assert [question.text for question in made.questions.all()] == ["满意吗？"]
    person = AccountFactory(kind="individual", owner=people.chen)
    firm = AccountFactory(kind="organisation", owner=people.chen)
    assert QuestionSet.objects.in_use(person, TODAY) == made
    assert QuestionSet.objects.in_use(person, TODAY - dt.timedelta(days=1)) == old
    assert QuestionSet.objects.in_use(firm, TODAY) == old
    with pytest.raises(Exception, match="Cannot"), transaction.atomic():
        questions["service"].delete()


@pytest.mark.parametrize("who", ["chen", "li", "root"])
def test_only_the_manager_changes_the_questions(people, questions, who):
    row = QuestionSet(subject="x", opening="x", closing="x", begins_on=TODAY)
    with pytest.raises(TransitionDenied):
        workflow.new_version(row, [questions["service"]], actor=getattr(people, who))


def test_figures_count_and_stay_inside_the_scope(client, people, questions):
    mine, foreign = key_account(people.chen), key_account(people.zhou)
    record(
        mine, people.chen, questions, accuracy=("dissatisfied", "少发"), service=("satisfied", "")
    )
    record(foreign, people.zhou, questions, accuracy=("dissatisfied", "少发"))
    client.force_login(people.li)
    figures = client.get("/visits/return/figures/").context["figures"]
    lines = {line.topic: line for line in figures.lines}
    assert figures.calls == 1
    assert (lines["accuracy"].dissatisfied, lines["service"].satisfied) == (1, 1)
    assert lines["attitude"].not_answered == 1
    assert client.get("/visits/return/figures/?tier=A1").context["figures"].calls == 0


def test_the_database_asks_for_a_follow_up_of_displeasure(people, questions):
    visit = ReturnVisitFactory(account=key_account(people.chen))
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(
            return_visit=visit, question=questions["service"], verdict="dissatisfied"
        )


def test_lists_read_the_same_number_of_queries(
    client, people, questions, django_assert_max_num_queries
):
    for _ in range(6):
        account = key_account(people.chen)
        AttemptFactory(account=account, caller=people.chen)
        record(account, people.chen, questions, accuracy=("dissatisfied", "少发"))
    duties.synchronise_all(today=TODAY)
    client.force_login(people.chen)
    for address in ("/visits/return/", "/visits/return/?show=done"):
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200


def test_the_interval_is_an_open_question(client, people):
    client.force_login(people.chen)
    rows = client.get("/rules/values/?open=1").context["rows"]
    assert RETURN_VISIT_INTERVAL.key in [row.name for row in rows]
