"""Surveys (S1 第6条): begun, filled in part by part, judged, reopened and given up; by whom."""

import datetime as dt
from itertools import product

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Kind
from development.models import Principle, Survey, SurveyDocument, SurveyStatus
from development.workflow import survey as workflow
from staff import duties
from staff.models import Obligation
from staff.transitions import TransitionDenied
from tests.factories import AccountFactory
from tests.factories_surveys import (
    FieldSurveyFactory,
    JudgedFieldSurveyFactory,
    JudgedSurveyFactory,
    SurveyDocumentFactory,
    SurveyFactory,
    SurveyPrincipleFactory,
)

OPEN, JUDGED, DROPPED = SurveyStatus.OPEN, SurveyStatus.JUDGED, SurveyStatus.DROPPED
TODAY = timezone.localdate()


@pytest.fixture
def survey(people, account):
    """A general survey of Chen's, with all four principles judged."""
    made = workflow.start(
        Survey(account=account, kind="general", lead=people.chen), actor=people.chen
    )
    workflow.judge_principles(
        made, actor=people.chen, verdicts=dict.fromkeys(Principle.values, ("met", "有据"))
    )
    return made


STEPS = {
    "talk": {"head_name": "邵厂长", "talked_on": TODAY.isoformat(), "situation": "扩产"},
    "judge": {"suitability": "suitable", "judgement": "符合四项原则"},
    "reopen": {"reason": "补交决算表"},
    "drop": {"reason": "客户另有打算"},
}
ALLOWED = {
    ("talk", OPEN): {"chen", "li", "wang"},
    ("judge", OPEN): {"chen", "li", "wang"},
    ("drop", OPEN): {"chen", "li", "wang"},
    ("reopen", JUDGED): {"li", "wang"},
}
RESULT = {"talk": OPEN, "judge": JUDGED, "reopen": OPEN, "drop": DROPPED}


def in_each_state(people):
    """Three general surveys of Chen's: under way, judged, given up."""
    found = {}
    for state in (OPEN, JUDGED, DROPPED):
        account = AccountFactory(owner=people.chen, region=people.east)
        made = Survey(account=account, kind="general", lead=people.chen)
        made = workflow.start(made, actor=people.chen)
        verdicts = dict.fromkeys(Principle.values, ("met", "有据"))
        workflow.judge_principles(made, actor=people.chen, verdicts=verdicts)
        if state == JUDGED:
            workflow.judge(made, actor=people.chen, suitability="suitable", judgement="好")
        if state == DROPPED:
            workflow.drop(made, actor=people.chen, reason="停产")
        found[state] = Survey.objects.get(pk=made.pk)
    return found


def test_who_may_take_which_step_in_which_state(client, people):
    surveys = in_each_state(people)
    for who in ("chen", "li", "wang", "sun", "zhou", "he", "root"):
        client.force_login(getattr(people, who))
        for state, step in product(surveys, STEPS):
            case, survey = (who, state, step), surveys[state]
            with transaction.atomic():
                response = client.post(f"/development/surveys/{survey.pk}/{step}/", STEPS[step])
                after = Survey.objects.get(pk=survey.pk)
                transaction.set_rollback(True)
            if who in {"sun", "zhou", "he", "root"}:
                assert response.status_code == 404, case
            if who in ALLOWED.get((step, state), set()):
                assert response.status_code == 302, case
                assert after.status == RESULT[step], case
                if step == "judge":
                    assert after.judged_by == getattr(people, who), case
            else:
                assert response.status_code in {403, 404}, case
                assert after.status == state, case


def test_a_general_survey_begins_with_its_checklist(client, people, account):
    client.force_login(people.chen)
    address = f"/development/surveys/new/{account.pk}/"
    response = client.post(address, {"kind": "general", "lead": people.chen.pk})
    survey = Survey.objects.get()
    assert response.url == survey.get_absolute_url()
    assert [row.kind for row in survey.documents.all()] == ["profile", "accounts"]
    assert {row.principle for row in survey.principles.all()} == set(Principle.values)
    again = client.post(address, {"kind": "general", "lead": people.chen.pk})
    assert again.status_code == 422
    assert Survey.objects.count() == 1
    assert "一般调查" in client.get(account.get_absolute_url()).content.decode()


def test_the_field_survey_opens_when_the_general_one_is_judged(client, people, account, survey):
    client.force_login(people.chen)
    address, given = f"/development/surveys/new/{account.pk}/", {"kind": "field"}
    given["lead"] = people.chen.pk
    assert client.post(address, given).status_code == 422
    workflow.judge(survey, actor=people.li, suitability="suitable", judgement="好")
    assert client.post(address, given).status_code == 302
    assert Survey.objects.get(kind="field").based_on == survey


def test_nobody_judges_before_all_principles_are_judged(client, people, survey, english):
    survey.principles.filter(principle="cost").update(verdict="")
    client.force_login(people.chen)
    response = client.post(f"/development/surveys/{survey.pk}/judge/", STEPS["judge"])
    assert response.status_code == 403
    assert "Not yet judged: Cost management" in response.content.decode()
    with pytest.raises(TransitionDenied):
        workflow.judge(survey, actor=people.chen, suitability="suitable", judgement="好")


def test_a_verdict_needs_evidence_at_its_field_and_nothing_typed_is_lost(client, people, survey):
    client.force_login(people.chen)
    sent = {"verdict_cost": "not_met", "evidence_cost": "", "evidence_integrity": "信用报告良好"}
    response = client.post(f"/development/surveys/{survey.pk}/principles/", sent)
    assert response.status_code == 422
    assert "evidence_cost" in response.context["form"].errors
    assert "信用报告良好" in response.content.decode()
    assert survey.principles.get(principle="cost").verdict == "met"


def test_old_accounts_are_pointed_out_and_not_refused(client, people, survey, english):
    document = survey.documents.get(kind="accounts")
    address = f"/development/surveys/{survey.pk}/documents/{document.pk}/"
    client.force_login(people.chen)
    assert client.post(address, {"received_on": TODAY.isoformat()}).status_code == 422
    for year, is_old in ((TODAY.year - 1, False), (TODAY.year - 3, True)):
        sent = {"received_on": TODAY.isoformat(), "year": year}
        assert client.post(address, sent).status_code == 302
        page = client.get(survey.get_absolute_url()).content.decode()
        assert ("older than the last closed year" in page) is is_old


def test_a_document_comes_with_its_file_and_is_received_with_it(client, people, survey):
    document = survey.documents.get(kind="profile")
    client.force_login(people.chen)
    client.post(
        f"/development/surveys/{survey.pk}/documents/{document.pk}/",
        {"file": SimpleUploadedFile("概况.txt", "成立于一九九八年".encode())},
    )
    document.refresh_from_db()
    assert (document.attachment.name, document.received_on) == ("概况.txt", TODAY)
    assert document.attachment.account == survey.account
    big = SimpleUploadedFile("大.txt", b"x" * 20_000_001)
    response = client.post(f"/development/surveys/{survey.pk}/files/", {"file": big})
    assert response.status_code == 422
    assert "file" in response.context["form"].errors


@pytest.mark.parametrize(("kind", "status"), [("individual", 302), ("organisation", 422)])
def test_only_an_individual_need_not_bring_accounts(client, people, survey, kind, status):
    survey.account.kind = Kind(kind)
    survey.account.save(update_fields=["kind"])
    document = survey.documents.get(kind="accounts")
    client.force_login(people.chen)
    sent = {"is_not_applicable": "on", "reason": "个人会员"}
    client.post(f"/development/surveys/{survey.pk}/documents/{document.pk}/", sent)
    document.refresh_from_db()
    assert document.is_not_applicable is (status == 302)


def test_whoever_was_not_on_site_is_asked_for_and_blocks_nothing(client, people, account, english):
    survey = FieldSurveyFactory(account=account, lead=people.chen)
    client.force_login(people.chen)
    sent = {"held_on": TODAY.isoformat(), "findings": "设备新", "colleagues": [people.li.pk]}
    assert client.post(f"/development/surveys/{survey.pk}/field/", sent).status_code == 302
    page = client.get(survey.get_absolute_url()).content.decode()
    assert "Not on site: Key account manager. Why?" in page
    assert (
        client.post(f"/development/surveys/{survey.pk}/judge/", STEPS["judge"]).status_code == 302
    )
    survey.refresh_from_db()
    assert survey.status == JUDGED


def test_whoever_leads_a_survey_must_be_able_to_open_the_file(client, people, account):
    client.force_login(people.li)
    address = f"/development/surveys/new/{account.pk}/"
    response = client.post(address, {"kind": "general", "lead": people.sun.pk})
    assert people.sun.name in response.content.decode()
    assert not Survey.objects.exists()
    client.post(address, {"kind": "general", "lead": people.chen.pk})
    assert Survey.objects.get().lead == people.chen


def test_a_survey_is_due_at_its_lead_until_it_is_judged(people, account, survey):
    duty = duties.DUTIES["development.survey"]
    duties.synchronise(duty)
    obligation = Obligation.objects.get(duty=duty.code)
    assert (obligation.person, obligation.account_id) == (people.chen, account.pk)
    workflow.judge(survey, actor=people.chen, suitability="suitable", judgement="好")
    obligation.refresh_from_db()
    assert obligation.outcome == "done"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("survey_kind_known", {"kind": "desk"}),
        ("survey_status_known", {"status": "asked"}),
        ("survey_judged_by_somebody_with_reasons", {"status": "judged"}),
        ("survey_judged_by_somebody_with_reasons", {"suitability": "suitable"}),
        ("survey_given_up_with_a_reason", {"status": "dropped"}),
        ("survey_field_follows_a_general", {"kind": "field"}),
    ],
)
def test_the_database_refuses_what_no_form_lets_through(survey, name, values):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Survey.objects.filter(pk=survey.pk).update(**values)


def test_a_field_survey_builds_on_a_judged_survey_of_its_own_customer(people, account):
    with pytest.raises(IntegrityError, match="survey_field_follows_a_general"):
        SurveyFactory(
            account=AccountFactory(), kind="field", lead=people.chen,
            based_on=JudgedSurveyFactory(account=account),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("survey_one_open_of_a_kind", lambda s: SurveyFactory(account=s.account)),
        (
            "survey_principle_verdict_has_evidence",
            lambda s: SurveyPrincipleFactory(survey=s, evidence=""),
        ),
        (
            "survey_document_not_applicable_with_a_reason",
            lambda s: SurveyDocumentFactory(survey=s, is_not_applicable=True),
        ),
        ("survey_document_other_has_a_name", lambda s: SurveyDocumentFactory(survey=s, name="")),
    ],
)
def test_the_database_refuses_wrong_rows(people, account, name, make):
    survey = SurveyFactory(account=account, lead=people.chen)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make(survey)


def test_a_judged_survey_of_last_year_still_says_what_it_was(client, people, account):
    survey = JudgedFieldSurveyFactory(account=account, lead=people.chen)
    assert not SurveyDocument.objects.exists()
    client.force_login(people.li)
    page = client.get(survey.get_absolute_url()).content.decode()
    assert survey.findings in page
    assert survey.based_on.get_absolute_url() in page
    assert dt.date.today() >= survey.held_on
