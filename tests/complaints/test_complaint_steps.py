"""Who may take which step of a complaint in which state: one table."""

import pytest
from django.db import transaction
from django.utils import timezone

from complaints.models import Complaint
from complaints.models import ComplaintStatus as S
from complaints.workflow import complaint as workflow
from staff.models import Obligation
from tests.complaints.case_states import in_state
from tests.factories import AssignmentFactory

INVOLVED = {"chen", "li", "wang", "he"}
LEAD = {"li", "wang", "he"}
OPEN = set(S) - {S.CLOSED}
BEFORE_REPLY = {S.RECEIVED, S.ACKNOWLEDGED, S.CLASSIFIED, S.INVESTIGATING, S.HANDLED}
GENERAL = {"grade": "general", "cause": "doubt", "reason": "对结果有怀疑"}
CRISIS = {"grade": "crisis", "cause": "doubt", "reason": "报告数据错误", "has_serious_error": "on"}
HANDLED = {"findings": "设备未校准", "measures": "重新检测"}
NOTED = {"text": "客户又来电", "happened_at": "2026-01-05T10:00"}

# Step: what is sent, in which states, by whom, and the state after (None: as before).
TABLE = {
    "edit": ({"channel": "fax"}, OPEN, INVOLVED, None),
    "add": ({"text": "还说上月也有一次"}, OPEN, INVOLVED, None),
    "note": (NOTED, OPEN, INVOLVED, None),
    "acknowledge": ({}, {S.RECEIVED}, INVOLVED, S.ACKNOWLEDGED),
    "classify": (CRISIS, OPEN - {S.TO_APPROVE}, INVOLVED, "classified at least"),
    "investigate": ({"handler": "chen"}, {S.CLASSIFIED}, INVOLVED, S.INVESTIGATING),
    "assign": ({"handler": "sun", "reason": "出差"}, {S.INVESTIGATING, S.HANDLED}, LEAD, None),
    "pause": ({"reason": "等样品"}, BEFORE_REPLY, INVOLVED, None),
    "handle": (HANDLED, {S.INVESTIGATING, S.HANDLED}, INVOLVED, S.HANDLED),
    "reply": ({"text": "已重测", "way": "电话"}, {S.HANDLED}, INVOLVED, S.REPLIED),
    "close": ({"verdict": "satisfied"}, {S.REPLIED}, INVOLVED, S.CLOSED),
    "approve": ({}, {S.TO_APPROVE}, LEAD, S.CLOSED),
    "refuse": ({"reason": "再谈一次"}, {S.TO_APPROVE}, LEAD, S.REPLIED),
    "reopen": ({"reason": "客户又不满意"}, {S.REPLIED, S.CLOSED}, INVOLVED, S.INVESTIGATING),
    "void": ({"reason": "重复登记"}, set(S), {"li", "wang"}, None),
}


def after(step, state, expected):
    if expected == "classified at least":
        return S.CLASSIFIED if state in {S.RECEIVED, S.ACKNOWLEDGED} else state
    return expected or state


BLOCKERS = {"note": "add", "refuse": "approve"}


def is_early_void(step, name, state):
    """Whoever took it may void it until it is classified."""
    return step == "void" and name == "chen" and state in {S.RECEIVED, S.ACKNOWLEDGED}


@pytest.mark.parametrize("step", TABLE)
def test_who_may_take_which_step_in_which_state(client, people, account, step):
    """Sun sees the customer as second contact and may do nothing; others outside see nothing.

    A refusal is knocked at once per person; in the other states the same blocker is asked.
    """
    sent, states, who, expected = TABLE[step]
    AssignmentFactory(account=account, user=people.sun, kind="second")
    given = {
        key: getattr(people, value).pk if key == "handler" else value for key, value in sent.items()
    }
    complaints = {state: in_state(state, people, account) for state in S}
    wrong = []

    def take(name, state):
        with transaction.atomic():
            pk = complaints[state].pk
            response = client.post(f"/complaints/cases/{pk}/{step}/", given)
            now = Complaint.objects.get(pk=pk)
            done = now.steps.count() + now.additions.count()
            transaction.set_rollback(True)
        return response.status_code, now.status, done

    for name in ("chen", "sun", "li", "wang", "he"):
        user = getattr(people, name)
        client.force_login(user)
        knocked = False
        for state in S:
            if (name in who and state in states) or is_early_void(step, name, state):
                code, status, done = take(name, state)
                right = (code, status) == (302, after(step, state, expected)) and done
            elif knocked:
                right = getattr(complaints[state], f"{BLOCKERS.get(step, step)}_blocker")(user)
            else:
                right, knocked = take(name, state) == (403, state, 0), True
            if not right:
                wrong.append((name, state))
    for name in ("zhou", "root"):
        client.force_login(getattr(people, name))
        if take(name, S.CLASSIFIED) != (404, S.CLASSIFIED, 0):
            wrong.append(name)
    assert not wrong


def test_whoever_asks_to_close_never_approves_it(client, people, account):
    """Li asks: Chen may not decide, Li may not, the service centre may."""
    complaint = in_state(S.REPLIED, people, account)
    client.force_login(people.li)
    address = f"/complaints/cases/{complaint.pk}/"
    refused = client.post(f"{address}close/", {"verdict": "not_given"})
    assert refused.status_code == 422
    client.post(f"{address}close/", {"verdict": "not_given", "reason": "多次联系不上"})
    complaint.refresh_from_db()
    assert complaint.status == S.TO_APPROVE
    for name in ("li", "chen"):
        client.force_login(getattr(people, name))
        assert client.post(f"{address}approve/").status_code == 403
    client.force_login(people.he)
    assert client.post(f"{address}approve/").status_code == 302
    complaint.refresh_from_db()
    assert (complaint.status, complaint.closed_by) == (S.CLOSED, people.he)
    listed = client.get("/complaints/cases/", {"show": "unsatisfied"}).context["page"]
    assert list(listed.object_list) == [complaint]


def test_refusing_to_close_forgets_the_verdict_and_keeps_it_in_the_chronology(
    client, people, account
):
    complaint = in_state(S.TO_APPROVE, people, account)
    client.force_login(people.li)
    client.post(f"/complaints/cases/{complaint.pk}/refuse/", {"reason": "再谈一次"})
    complaint.refresh_from_db()
    assert (complaint.verdict, complaint.close_asked_by) == ("", None)
    assert complaint.steps.get().note == "再谈一次"
    assert people.chen.notices.filter(verb="complaint_not_closed").exists()


def test_whoever_refuses_to_close_has_decided(people, account):
    complaint = in_state(S.REPLIED, people, account)
    workflow.close(
        complaint, actor=people.chen, verdict="dissatisfied", words="", reason="坚持退款"
    )
    asked = Obligation.objects.get(duty="complaint.approve")
    assert (asked.person, asked.closed_on) == (people.li, None)
    workflow.refuse_close(complaint, actor=people.li, reason="再谈一次")
    asked.refresh_from_db()
    assert (asked.outcome, asked.closed_on) == ("done", timezone.localdate())


def test_a_reopened_complaint_keeps_what_was_said_and_needs_a_new_reply(client, people, account):
    complaint = in_state(S.CLOSED, people, account)
    client.force_login(people.chen)
    client.post(f"/complaints/cases/{complaint.pk}/reopen/", {"reason": "客户又打来"})
    complaint.refresh_from_db()
    assert (complaint.status, complaint.verdict, complaint.replied_at) == (
        S.INVESTIGATING,
        "",
        None,
    )
    assert complaint.reply == "已电话说明"
    assert complaint.reopened_at is not None
    assert complaint.steps.get().verb == "reopened"
