"""The pages of applications: who reads them, what decisions lead to, what a crafted POST meets."""

import pytest
from django.urls import reverse
from django.utils import timezone

from development.models import RecognitionApplication
from development.recognition_policy import WAIVER
from development.workflow import recognition as workflow
from development.workflow import survey as survey_workflow
from staff.models import PolicyValue
from tests.factories import AccountFactory, UserFactory
from tests.factories_accounts import AttachmentFactory
from tests.factories_recognition import DeputyFactory, in_state, ready, submitted
from tests.factories_surveys import JudgedFieldSurveyFactory, SurveyFileFactory


def post(client, who, application, step, **sent):
    client.force_login(who)
    return client.post(f"/development/applications/{application.pk}/{step}/", sent)


@pytest.mark.parametrize("step", ["approve", "refuse", "send-back"])
def test_nobody_decides_their_own_by_a_crafted_post_or_in_the_admin(client, people, account, step):
    application = submitted(account, people.wang)
    post(client, people.wang, application, step, note="自己批", seen=application.seen)
    change = reverse("admin:development_recognitionapplication_change", args=[application.pk])
    sent = {"status": "approved", "decided_by": people.wang.pk, "_save": ""}
    assert client.get(change).status_code == 200
    assert client.post(change, sent).status_code == 403
    application.refresh_from_db()
    assert (application.status, application.steps.count()) == ("submitted", 1)


def test_a_decision_leads_to_the_next_case(client, people, account):
    first = submitted(account, people.chen)
    second = submitted(AccountFactory(owner=people.sun), people.sun)
    client.force_login(people.li)
    page = client.get("/development/approvals/").content.decode()
    assert page.index(first.number) < page.index(second.number)
    response = post(client, people.li, first, "approve", note="同意", seen=first.seen)
    assert response.url == second.get_absolute_url()
    response = post(client, people.li, second, "send-back", note="补报价", seen=second.seen)
    assert response.url == "/development/approvals/"


def test_a_second_click_changes_nothing_and_says_who_was_first(client, people, account):
    application = submitted(account, people.chen)
    seen = application.seen
    post(client, people.li, application, "approve", seen=seen)
    response = post(client, people.li, application, "approve", seen=seen)
    assert response.url == application.get_absolute_url()
    page = client.get(response.url).content.decode()
    assert f"您的审批未记入。{people.li.name}批准" in page
    assert people.wang.name in page
    assert application.steps.filter(verb="approved").count() == 1


@pytest.mark.parametrize("step", ["refuse", "send-back"])
def test_without_a_reason_nothing_is_decided_and_nothing_typed_is_lost(
    client, people, account, step
):
    application = in_state("waiting_manager", account, people)
    response = post(client, people.wang, application, step, note="", tier="B1")
    assert response.status_code == 422
    assert "note" in response.context["form"].errors
    assert response.context["form"]["tier"].value() == "B1"
    application.refresh_from_db()
    assert application.status == "submitted"


def test_a_deputy_outside_the_line_reads_the_case_and_no_more(client, people, account):
    survey = JudgedFieldSurveyFactory(account=account, lead=people.chen)
    photo = SurveyFileFactory(survey=survey).attachment
    other = AttachmentFactory(account=account, uploaded_by=people.chen)
    application = submitted(account, people.chen)
    address = application.get_absolute_url()
    client.force_login(people.zhao)
    assert client.get(address).status_code == 404
    DeputyFactory(absent=people.li, deputy=people.zhao)
    page = client.get(address).content.decode()
    assert survey.findings in page
    assert account.get_absolute_url() not in page
    assert client.get(account.get_absolute_url()).status_code == 404
    file = client.get(f"{address}files/{photo.pk}/")
    assert b"".join(file.streaming_content) == photo.file.read()
    for close in file._resource_closers:
        close()
    photo.file.close()
    assert client.get(f"{address}files/{other.pk}/").status_code == 404
    assert client.get(f"{address}print/").status_code == 200
    assert client.get(f"{address}edit/").status_code == 200
    assert post(client, people.zhao, application, "approve").status_code == 302
    assert client.get(address).status_code == 200  # what one decided one may still read


def test_the_applicant_sees_where_it_is_and_a_nobody_is_said(client, people, account, english):
    submitted(account, people.chen)
    straight = UserFactory(reports_to=people.wang)
    alone = submitted(AccountFactory(owner=straight), straight)
    client.force_login(people.chen)
    page = client.get("/development/applications/?show=mine").content.decode()
    assert people.li.name in page
    client.force_login(people.wang)
    assert "Nobody can decide" in client.get("/development/applications/").content.decode()
    assert "nobody holds the post" in client.get(alone.get_absolute_url()).content.decode()


def test_an_amount_left_out_gets_its_sentence_at_its_field(client, people, account, english):
    JudgedFieldSurveyFactory(account=account, lead=people.chen)
    client.force_login(people.chen)
    address = f"/development/applications/new/{account.pk}/"
    goods = {"goods-TOTAL_FORMS": 3, "goods-INITIAL_FORMS": 0, "goods-0-item": "液压油"}
    sent = {"reasons": "用量大", "origin": "new", "type_asked": "agreement", **goods}
    response = client.post(address, sent)
    assert response.status_code == 422
    assert response.context["goods"].forms[0].errors == {"amount": ["What amount a year, in yuan?"]}
    assert "用量大" in response.content.decode()
    response = client.post(address, {**sent, "goods-0-amount": "26万"})
    application = RecognitionApplication.objects.get()
    assert response.url == application.get_absolute_url()
    assert (application.total, application.applicant) == (260_000, people.chen)
    again = {**sent, "goods-0-amount": "26万", "goods-0-item": "齿轮油"}
    again |= {"goods-INITIAL_FORMS": 1, "goods-1-item": "导轨油", "goods-1-amount": "1.5"}
    client.post(f"/development/applications/{application.pk}/edit/", again)
    assert [line.item for line in application.lines.all()] == ["齿轮油", "导轨油"]


def test_the_form_opens_when_the_surveys_are_judged(client, people, account):
    client.force_login(people.chen)
    address = f"/development/applications/new/{account.pk}/"
    assert client.post(address, {}).status_code == 403
    survey = JudgedFieldSurveyFactory(account=account, lead=people.chen)
    assert f'href="{address}"' in client.get(survey.get_absolute_url()).content.decode()
    assert client.post(address, {}).status_code == 422
    survey_workflow.reopen(survey, actor=people.li, reason="补")
    assert client.post(address, {}).status_code == 403


def test_the_printed_form_has_everything_and_a_box_for_each_level(client, people, account, english):
    application = ready(account, people.chen)
    application = workflow.submit(application, actor=people.chen)
    workflow.approve(application, actor=people.li, note="情况属实")
    client.force_login(people.wang)
    page = client.get(f"{application.get_absolute_url()}print/").content.decode()
    for text in (
        application.number, account.name, application.reasons, application.trading_policy,
        "齿轮油", "260,000.00", "三条产线满负荷", "有据", "情况属实", people.li.name,
        "Opinion of the Key account supervisor", "Opinion of the Key account manager",
    ):  # fmt: skip
        assert text in page, text


def test_whoever_applies_reads_first_why_it_came_back(client, people, account):
    application = submitted(account, people.chen)
    post(client, people.li, application, "send-back", note="请补报价单", seen=application.seen)
    client.force_login(people.chen)
    page = client.get(application.get_absolute_url()).content.decode()
    assert page.index("请补报价单") < page.index("reasons-title")


def test_a_waiver_left_out_gets_its_sentence_at_its_field(client, people, account):
    PolicyValue.objects.create(
        key=WAIVER.key,
        value=True,
        effective_from=timezone.localdate(),
        set_by=people.wang,
        reason="试行",
    )
    application = submitted(account, people.chen, verdict="unknown")
    response = post(client, people.li, application, "approve", note="同意", seen=application.seen)
    assert response.status_code == 422
    assert "waiver_reason" in response.context["form"].errors
    post(client, people.li, application, "approve", waiver_reason="战略", seen=application.seen)
    application.refresh_from_db()
    assert application.waiver_reason == "战略"


def test_a_remark_stays_and_a_withdrawal_says_why(client, people, account):
    application = submitted(account, people.chen)
    post(client, people.li, application, "remark", note="请核对账期")
    assert post(client, people.chen, application, "withdraw", reason="").status_code == 422
    post(client, people.chen, application, "withdraw", reason="客户暂缓")
    application.refresh_from_db()
    assert application.status == "withdrawn"
    notes = list(application.steps.values_list("verb", "note"))
    assert notes[-2:] == [("commented", "请核对账期"), ("withdrawn", "客户暂缓")]


def test_a_deputy_is_named_and_ended_on_their_page(client, people):
    client.force_login(people.li)
    sent = {"absent": people.li.pk, "deputy": people.zhao.pk, "reason": "休假"}
    sent |= {"starts_on": "2099-01-05", "ends_on": "2099-01-04"}
    assert client.post("/development/deputies/", sent).status_code == 422
    sent["ends_on"] = "2099-01-09"
    assert client.post("/development/deputies/", sent).status_code == 302
    deputy = people.li.deputies.get()
    client.force_login(people.zhao)
    page = client.get("/development/deputies/").content.decode()
    assert people.li.name in page
    assert "未开始" in page  # also for a deputy, who cannot end it
    client.post(f"/development/deputies/{deputy.pk}/end/")
    deputy.refresh_from_db()
    assert deputy.ended_at is None
    client.force_login(people.wang)
    client.post(f"/development/deputies/{deputy.pk}/end/")
    deputy.refresh_from_db()
    assert deputy.ended_at is not None


def test_what_was_refused_can_be_applied_for_again_from_its_survey(client, people, account):
    application = submitted(account, people.chen)
    workflow.refuse(application, actor=people.li, note="成本过高")
    survey = account.surveys.get(kind="field")
    client.force_login(people.chen)
    again = f'href="/development/applications/new/{account.pk}/"'
    assert again in client.get(survey.get_absolute_url()).content.decode()
