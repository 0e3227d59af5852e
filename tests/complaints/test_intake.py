"""The page of the one at the telephone: what it keeps, and what it tells about customers."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.identify import identified, identify
from accounts.models import Identification
from complaints.models import CallRecord
from staff import company
from staff.workflow.policy import set_value
from tests.factories import AccountFactory

INTAKE = "/complaints/intake/"
WORDS = {
    "phone": "15400005678",
    "unit": "",
    "caller": "刘工",
    "kind": "enquiry",
    "question": "HM46 的闪点是多少?",
    "answered": "yes",
    "answer": "210 度",
    "received_at": "2026-11-20T10:00",
}


@pytest.fixture
def foreign(people):
    return AccountFactory(name="广州南沙远洋机械有限公司", owner=people.zhou, region=people.south)


def test_three_fields_are_enough(client, people):
    client.force_login(people.he)
    response = client.post(INTAKE, {**WORDS, "phone": "", "caller": ""})
    call = CallRecord.objects.get()
    assert response.url == call.get_absolute_url()
    assert (call.status, call.answer, call.taken_by, call.account) == (
        "answered",
        "210 度",
        people.he,
        None,
    )
    assert client.get(response.url).status_code == 200


def test_what_is_not_answered_waits_for_a_call(client, people, account):
    client.force_login(people.chen)
    sent = {**WORDS, "answered": "no", "account": account.pk, "responsible": people.li.pk}
    client.post(INTAKE, {**sent, "why_not_answered": "要问技术部"})
    call = CallRecord.objects.get()
    assert (call.status, call.answer, call.responsible) == ("open", "", people.li)
    assert people.li.notices.get().verb == "call_to_return"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"answer": ""}, "answer"),
        ({"question": ""}, "question"),
        ({"answered": "no", "phone": ""}, "phone"),
        ({"promise": "免费换货"}, "promise_authorised_by"),
        ({"is_via": "on"}, "is_via"),
        ({"received_at": "2999-01-01T10:00"}, "received_at"),
    ],
)
def test_what_is_missing_is_told_at_its_field(client, people, change, field):
    client.force_login(people.he)
    response = client.post(INTAKE, WORDS | change)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not CallRecord.objects.exists()


def test_only_superiors_and_the_centre_authorise_promises(client, people):
    client.force_login(people.chen)
    sent = {**WORDS, "promise": "免费换货", "promise_authorised_by": people.chen.pk}
    assert client.post(INTAKE, sent).status_code == 422
    client.post(INTAKE, sent | {"promise_authorised_by": people.li.pk})
    assert CallRecord.objects.get().promise_authorised_by == people.li


def test_the_centre_finds_a_customer_whose_file_it_does_not_see(client, people, foreign):
    client.force_login(people.he)
    page = client.post(INTAKE, {**WORDS, "unit": "广州南沙远洋机械", "find": "1"})
    assert page.status_code == 200
    assert page.context["form"]["question"].value() == WORDS["question"]
    (line,) = page.context["form"].found
    assert line.name == foreign.name
    assert "周凯" in line.hint
    assert f"/accounts/{foreign.pk}/" not in page.content.decode()
    client.post(INTAKE, {**WORDS, "reference": line.reference})
    call = CallRecord.objects.get()
    assert call.account == foreign
    shown = client.get(call.get_absolute_url()).content.decode()
    assert foreign.name in shown
    assert f"/accounts/{foreign.pk}/" not in shown


def test_a_short_name_or_its_pinyin_is_enough_for_the_centre_alone(client, people, foreign):
    for asked in ("远洋", "yuanyang", "nsyy"):
        found = identify(people.he, name=asked)
        assert [match.name for match in found.matches] == [foreign.name], asked
        assert identified(people.he, found.matches[0].reference) == foreign
        assert not identify(people.chen, name=asked), asked
    assert Identification.objects.filter(user=people.he).count() == 3  # logged, each once
    assert not identify(people.he, name="不存在")


def test_the_look_up_beside_the_page_says_the_same(client, people, foreign):
    client.force_login(people.he)
    page = client.post("/complaints/intake/whose/", {"unit": "广州南沙远洋机械"})
    assert foreign.name in page.content.decode()


def test_a_reference_serves_its_asker_alone_and_no_other_text(people, foreign):
    (match,) = identify(people.he, name="广州南沙远洋机械").matches
    assert identified(people.he, match.reference) == foreign
    assert identified(people.chen, match.reference) is None
    assert identified(people.he, match.reference + "x") is None
    assert identified(people.root, match.reference) is None


def test_a_forged_reference_keeps_nothing(client, people):
    client.force_login(people.he)
    response = client.post(INTAKE, {**WORDS, "reference": "42"})
    assert response.status_code == 422
    assert not CallRecord.objects.exists()


def test_a_foreign_customer_cannot_be_picked(client, people, foreign):
    client.force_login(people.chen)
    assert client.post(INTAKE, {**WORDS, "account": foreign.pk}).status_code == 422
    assert client.get(f"{INTAKE}?account={foreign.pk}").status_code == 404


def test_the_script_names_the_company_and_who_speaks_dialects(client, people):
    set_value(
        company.NAME,
        "恒泽润滑",
        actor=people.wang,
        effective_from=timezone.localdate(),
        reason="公司名称",
    )
    people.sun.dialects = ["wu"]
    people.sun.save(update_fields=["dialects"])
    client.force_login(people.he)
    page = client.get(INTAKE).content.decode()
    assert "您好，恒泽润滑，请问您有什么需要帮助的？" in page
    assert "孙婷" in page
    assert page.count('<details class="guide"') == 4


@pytest.mark.parametrize(("who", "status"), [("he", 200), ("chen", 200), ("root", 403)])
def test_who_takes_calls(client, people, who, status):
    client.force_login(getattr(people, who))
    assert client.get(reverse("complaints:intake")).status_code == status
