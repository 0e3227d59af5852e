"""Taking a complaint, its class, its words, its neighbours; and what the database refuses."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from complaints.models import Complaint, ComplaintAddition, ComplaintPause, ComplaintStep, Verdict
from complaints.models import ComplaintStatus as S
from complaints.workflow import complaint as workflow
from staff.models import Notice, Obligation
from staff.transitions import TransitionDenied
from tests.complaints.case_states import in_state
from tests.factories import (
    AccountFactory,
    ContactPersonFactory,
    FeedbackFactory,
    InteractionFactory,
)
from tests.factories_cases import ComplaintFactory, ComplaintLinkFactory
from tests.factories_complaints import CallRecordFactory

NEW = "/complaints/cases/new/"
NOW = {"received_at": "2026-01-05T10:00", "channel": "phone"}
CRISIS = workflow.Judgement("crisis", "doubt", "报告数据错误", has_serious_error=True)
GENERAL = workflow.Judgement("general", "attitude", "接待态度差")


def words(**more):
    return {"content": "结果和我们自测差太多", "token": uuid.uuid4(), **NOW, **more}


# --- taking it ------------------------------------------------------------------------------
def test_words_are_enough_and_the_number_counts_on(client, people, account):
    client.force_login(people.he)
    for expected in ("TS-2026-0001", "TS-2026-0002"):
        response = client.post(NEW, words())
        complaint = Complaint.objects.get(number=expected)
        assert response.url == complaint.get_absolute_url()
    assert (complaint.account, complaint.status) == (None, S.RECEIVED)
    assert complaint.steps.get().verb == "received"
    assert client.get(complaint.get_absolute_url()).status_code == 200


def test_two_clicks_take_it_once(client, people):
    client.force_login(people.he)
    sent = words()
    first, second = client.post(NEW, sent), client.post(NEW, sent)
    assert first.url == second.url
    assert Complaint.objects.count() == 1


def test_the_service_centre_names_the_customer_and_the_owner_hears_of_it(client, people, account):
    """It sees no file; what it types exactly still gets there, and tells nothing more."""
    client.force_login(people.he)
    client.post(NEW, words(unit=account.name, is_acknowledged="on"))
    complaint = Complaint.objects.get()
    assert (complaint.account, complaint.status) == (account, S.ACKNOWLEDGED)
    assert complaint.acknowledged_at == complaint.received_at
    assert people.chen.notices.get().verb == "complaint_received"
    assert client.get(account.get_absolute_url()).status_code == 404
    page = client.get(complaint.get_absolute_url()).content.decode()
    assert f'href="{account.get_absolute_url()}"' not in page
    client.force_login(people.chen)
    assert complaint.number in client.get(account.get_absolute_url()).content.decode()


def test_it_takes_over_what_was_said_before(client, people, account):
    person = ContactPersonFactory(account=account, name="贺工", mobile="15400009999")
    talk = InteractionFactory(account=account, author=people.chen, contact_person=person)
    said = FeedbackFactory(
        account=account, interaction=talk, raised_by=people.chen, text="报告太慢"
    )
    client.force_login(people.chen)
    form = client.get(f"{NEW}?feedback={said.pk}").context["form"]
    assert (form.initial["content"], form.initial["complainant"]) == ("报告太慢", "贺工")
    client.post(f"{NEW}?feedback={said.pk}", words(account=account.pk))
    assert Complaint.objects.get().feedback == said
    client.force_login(people.zhou)
    assert client.get(f"{NEW}?feedback={said.pk}").status_code == 404
    assert client.get(f"{NEW}?account={account.pk}").status_code == 404


def test_it_takes_over_a_call(client, people, account):
    call = CallRecordFactory(
        account=account, taken_by=people.chen, question="结果不对", unit="甲厂"
    )
    client.force_login(people.chen)
    form = client.get(f"{NEW}?call={call.pk}").context["form"]
    assert (form.initial["content"], form.initial["unit"]) == ("结果不对", "甲厂")
    client.post(f"{NEW}?call={call.pk}", words(account=account.pk))
    assert Complaint.objects.get().call == call
    call.refresh_from_db()
    assert call.status == "complaint"


@pytest.mark.parametrize("more", [
    {"content": ""},
    {"channel": "other"},
    {"is_via": "on"},
    {"received_at": "2099-01-05T10:00"},
    {"loss_amount": "-1"},
])  # fmt: skip
def test_what_makes_no_sense_is_refused(client, people, more):
    client.force_login(people.chen)
    assert client.post(NEW, words(**more)).status_code == 422
    assert not Complaint.objects.exists()


def test_an_administrator_takes_no_complaint(client, people):
    client.force_login(people.root)
    assert client.post(NEW, words()).status_code == 403


# --- the customer's words -------------------------------------------------------------------
def test_the_words_stay_and_are_added_to(client, people, account):
    complaint = ComplaintFactory(account=account, received_by=people.chen)
    before = complaint.content
    client.force_login(people.chen)
    address = f"/complaints/cases/{complaint.pk}/"
    client.post(f"{address}edit/", {"channel": "fax", "content": "没有的事", "phone": "1"})
    client.post(f"{address}add/", {"text": "还有一批也不对"})
    complaint.refresh_from_db()
    assert (complaint.content, complaint.channel) == (before, "fax")
    page = client.get(address).content.decode()
    assert before in page
    assert "还有一批也不对" in page
    with pytest.raises(IntegrityError, match="added to, never changed"), transaction.atomic():
        Complaint.objects.filter(pk=complaint.pk).update(content="没有的事")
    with pytest.raises(TransitionDenied):
        workflow.edit(complaint, actor=people.chen, values={"content": "没有的事"})


def test_additions_and_the_chronology_are_only_ever_added_to(people, account):
    complaint = ComplaintFactory(account=account, received_by=people.chen)
    workflow.add(complaint, actor=people.chen, text="补充")
    workflow.note(complaint, actor=people.chen, text="去过现场")
    for rows, column in ((ComplaintAddition, "text"), (ComplaintStep, "note")):
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
            rows.objects.update(**{column: "改了"})
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
            rows.objects.all().delete()


# --- the class ------------------------------------------------------------------------------
def test_a_crisis_is_told_at_once_and_downgraded_by_a_second_person(client, people, account):
    complaint = in_state(S.ACKNOWLEDGED, people, account)
    workflow.classify(complaint, actor=people.li, judgement=CRISIS)
    told = Notice.objects.filter(verb="complaint_crisis").values_list("person__username", flat=True)
    assert set(told) == {"he", "wang", "chen"}  # Li classified it
    client.force_login(people.li)
    sent = {"grade": "general", "cause": "doubt", "reason": "没那么严重"}
    address = f"/complaints/cases/{complaint.pk}/classify/"
    assert client.post(address, sent).status_code == 403
    client.force_login(people.he)
    assert client.post(address, sent).status_code == 302
    complaint.refresh_from_db()
    assert (complaint.grade, complaint.crisis_by, complaint.downgraded_by) == (
        "general",
        people.li,
        people.he,
    )
    assert complaint.steps.filter(verb="downgraded", actor=people.he).exists()


def test_the_named_head_is_told_in_the_centres_place(people, account):
    from staff.models import PolicyValue

    PolicyValue.objects.create(
        key="service_centre.head",
        value="zhao",
        effective_from=timezone.localdate(),
        set_by=people.wang,
        reason="任命",
    )
    workflow.classify(in_state(S.RECEIVED, people, account), actor=people.chen, judgement=CRISIS)
    told = Notice.objects.filter(verb="complaint_crisis").values_list("person__username", flat=True)
    assert set(told) == {"zhao", "wang", "li"}


@pytest.mark.parametrize("judgement", [
    workflow.Judgement("crisis", "doubt", "很严重", is_very_dissatisfied=True),
    workflow.Judgement("general", "doubt", ""),
    workflow.Judgement("general", "", "原因不明"),
    workflow.Judgement("grave", "doubt", "严重"),
])  # fmt: skip
def test_a_class_needs_facts_a_cause_and_a_reason(people, account, judgement):
    complaint = in_state(S.ACKNOWLEDGED, people, account)
    with pytest.raises(TransitionDenied):
        workflow.classify(complaint, actor=people.li, judgement=judgement)
    complaint.refresh_from_db()
    assert (complaint.grade, complaint.status) == ("", S.ACKNOWLEDGED)


# --- neighbours -----------------------------------------------------------------------------
def test_a_repeat_is_the_same_customer_and_cause_within_the_months(people, account):
    now = timezone.now()
    year = dt.timedelta(days=366)
    latest = ComplaintFactory(account=account, cause="doubt", received_at=now)
    kept = ComplaintFactory(account=account, cause="doubt", received_at=now - year / 2)
    ComplaintFactory(account=account, cause="doubt", received_at=now - year)
    ComplaintFactory(account=account, cause="attitude", received_at=now - year / 2)
    ComplaintFactory(cause="doubt", received_at=now - year / 2)
    void = {"voided_at": now, "void_reason": "错"}
    ComplaintFactory(account=account, cause="doubt", received_at=now - year / 3, **void)
    assert list(Complaint.objects.repeats_of(latest, 12)) == [kept]
    assert latest in Complaint.objects.with_repeat(12).filter(is_repeat=True)
    assert kept not in Complaint.objects.with_repeat(5).filter(is_repeat=True)


def test_two_complaints_are_put_beside_each_other_once(client, people, account):
    one = ComplaintFactory(account=account, received_by=people.chen)
    two = ComplaintFactory(account=account, received_by=people.chen)
    foreign = ComplaintFactory(received_by=people.zhou)
    client.force_login(people.chen)
    address = f"/complaints/cases/{two.pk}/link/"
    sent = {"number": one.number, "reason": "同一批样品"}
    assert client.post(address, {**sent, "number": foreign.number}).status_code == 422
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 422
    assert client.post(address, {**sent, "number": two.number}).status_code == 422
    for here, other in ((one, two), (two, one)):
        assert client.get(here.get_absolute_url()).context["links"] == [(other, "同一批样品")]


# --- who sees what --------------------------------------------------------------------------
def test_who_sees_which_complaints(people, account):
    own = ComplaintFactory(account=account, received_by=people.he)
    taken = ComplaintFactory(account=None, received_by=people.sun)
    foreign = ComplaintFactory(account=AccountFactory(owner=people.zhou), received_by=people.zhou)
    seen = {
        name: set(Complaint.objects.visible_to(getattr(people, name)))
        for name in ("chen", "sun", "li", "wang", "he", "zhou", "zhao", "root", "gone")
    }
    assert seen == {
        "chen": {own},
        "sun": {taken},
        "li": {own, taken},
        "wang": {own, taken, foreign},
        "he": {own, taken, foreign},
        "zhou": {foreign},
        "zhao": {foreign},
        "root": set(),
        "gone": set(),
    }


# --- what the database refuses --------------------------------------------------------------
NOBODY = {"closed_by": None, "closed_at": None}


@pytest.mark.parametrize(
    ("name", "state", "values"),
    [
        ("complaint_status_known", S.REPLIED, {"status": "lost"}),
        ("complaint_words_known", S.RECEIVED, {"channel": "dream"}),
        ("complaint_other_way_is_named", S.RECEIVED, {"channel": "other"}),
        ("complaint_via_a_customer", S.RECEIVED, {"is_via": True, "account": None}),
        ("complaint_loss_not_negative", S.RECEIVED, {"loss_amount": -1}),
        ("complaint_acknowledged_has_a_time", S.RECEIVED, {"status": "acknowledged"}),
        ("complaint_graded_by_someone_with_a_reason", S.CLASSIFIED, {"grade_reason": ""}),
        ("complaint_worked_on_has_a_grade", S.RECEIVED, {"status": "classified"}),
        ("complaint_crisis_has_a_fact", S.CLASSIFIED, {"grade": "crisis"}),
        ("complaint_downgraded_by_a_second_person", S.CLASSIFIED, {"crisis_by": "chen"}),
        (
            "complaint_downgraded_by_a_second_person",
            S.CLASSIFIED,
            {"crisis_by": "chen", "downgraded_by": "chen"},
        ),
        ("complaint_investigated_by_someone", S.CLASSIFIED, {"status": "investigating"}),
        ("complaint_handled_in_words", S.INVESTIGATING, {"status": "handled"}),
        ("complaint_replied_by_someone_in_words", S.HANDLED, {"status": "replied"}),
        ("complaint_closed_with_a_verdict", S.REPLIED, {"status": "closed"}),
        (
            "complaint_closed_without_satisfaction_by_a_second_person",
            S.CLOSED,
            {"closed_by": "chen"},
        ),
        (
            "complaint_closed_without_satisfaction_by_a_second_person",
            S.CLOSED,
            {"close_reason": ""},
        ),
        ("complaint_void_has_a_reason", S.RECEIVED, {"voided_at": timezone.now()}),
    ],
)
def test_the_database_refuses_what_no_form_lets_through(people, account, name, state, values):
    complaint = in_state(state, people, account)
    given = {
        key: getattr(people, value) if key.endswith("_by") else value
        for key, value in values.items()
    }
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Complaint.objects.filter(pk=complaint.pk).update(**given)


def test_the_database_keeps_one_pause_and_ordered_links(people, account):
    complaint = in_state(S.RECEIVED, people, account)
    pause = {"complaint": complaint, "started_by": people.chen, "reason": "等样品"}
    ComplaintPause.objects.create(**pause)
    with pytest.raises(IntegrityError, match="complaint_one_pause_at_a_time"), transaction.atomic():
        ComplaintPause.objects.create(**pause)
    link = ComplaintLinkFactory()
    with pytest.raises(IntegrityError, match="complaint_links_in_order"), transaction.atomic():
        ComplaintLinkFactory(first=link.second, second=link.first)


def test_voiding_takes_it_off_every_desk(people, account):
    complaint = in_state(S.CLASSIFIED, people, account)
    workflow.note(complaint, actor=people.chen, text="登记重了")
    workflow.void(complaint, actor=people.li, reason="重复登记")
    assert not Complaint.objects.open().exists()
    assert not Obligation.objects.filter(duty__startswith="complaint.", closed_on=None).exists()
    assert Verdict.SATISFIED not in Complaint.objects.values_list("verdict", flat=True)


def test_moving_it_to_another_customer_moves_what_is_due(people, account):
    other = AccountFactory(owner=people.chen)
    complaint = Complaint(account=account, content="偏差大", received_at=timezone.now())
    complaint = workflow.receive(complaint, actor=people.chen)

    def due():
        rows = Obligation.objects.filter(duty__startswith="complaint.", closed_on=None)
        return set(rows.values_list("account_id", flat=True))

    assert due() == {account.pk}
    for target in (other, None, account):
        workflow.edit(complaint, actor=people.chen, values={"account": target})
        assert due() == {target and target.pk}


def test_the_centre_finds_the_customer_of_a_complaint_as_intake_does(client, people, account):
    """By what was heard; on the form, and later on the particulars; the file stays shut."""
    client.force_login(people.he)
    page = client.post(NEW, words(unit="上海长江机械", find="1"))
    assert page.status_code == 200
    assert page.context["form"]["content"].value() == words()["content"]
    (line,) = page.context["form"].found
    assert line.name == account.name
    assert account.get_absolute_url() not in page.content.decode()
    assert client.post(NEW, words(reference="42")).status_code == 422
    client.post(NEW, words(reference=line.reference))
    client.post(NEW, words(unit=account.name, reference="none"))  # looked up: none of these
    named, unnamed = Complaint.objects.order_by("pk")
    assert (named.account, unnamed.account) == (account, None)
    edit = f"/complaints/cases/{unnamed.pk}/edit/"
    found = client.post(edit, {"phone": "", "unit": account.name, "find": "1"}).context["form"]
    sent = {"channel": "phone", "unit": "甲厂", "is_via": "on"}
    assert client.post(edit, sent).status_code == 422
    client.post(edit, sent | {"reference": found.found[0].reference})
    unnamed.refresh_from_db()
    assert (unnamed.account, unnamed.is_via, unnamed.unit) == (account, True, "甲厂")


def test_words_of_a_way_without_a_name_are_not_shown_for_another_way(people, account):
    complaint = ComplaintFactory(account=account, channel="other", channel_words="微信")
    assert complaint.channel_label == "微信"
    complaint = workflow.edit(complaint, actor=people.li, values={"channel": "phone"})
    assert complaint.channel_label == complaint.get_channel_display()
