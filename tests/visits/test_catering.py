"""Meals for visitors: asked for, decided on by the leader whom the policy names, accounted for."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from staff.models import Notice, PolicyValue, Role
from tests.factories import UserFactory
from tests.factories_visits import CateringRequestFactory, DoneReceptionFactory, ReceptionFactory
from visits.catering_policy import AFTERWARDS, APPROVER, leader_of
from visits.models import CateringRequest, CateringStatus

SUBMITTED, APPROVED, REFUSED = CateringStatus


def decide_policy(people, key, value):
    PolicyValue.objects.create(
        key=key.key, value=value, effective_from=dt.date(2020, 1, 1), set_by=people.wang,
        reason="会议决定",
    )  # fmt: skip


@pytest.fixture
def asked(people, account):
    """Chen, who answers to Li, asks."""
    reception = ReceptionFactory(account=account, host=people.chen)
    return CateringRequestFactory(reception=reception)


def in_state(state, people, account):
    reception = ReceptionFactory(account=account, host=people.chen)
    decided = {"decided_by": people.li, "decided_at": timezone.now(), "decision_note": "好"}
    return CateringRequestFactory(
        reception=reception, status=state, **({} if state == SUBMITTED else decided)
    )


POLICIES = {
    "superior": {"li"},
    "superiors": {"li", "wang"},
    "manager": {"wang"},
}


@pytest.mark.parametrize("who_decides", POLICIES)
@pytest.mark.parametrize("state", [SUBMITTED, APPROVED, REFUSED])
@pytest.mark.parametrize("step", ["approve", "refuse"])
def test_who_may_decide_in_which_state(client, people, account, who_decides, state, step):
    decide_policy(people, APPROVER, who_decides)
    for who in ("chen", "li", "wang", "sun", "zhou", "he"):
        with transaction.atomic():
            asked = in_state(state, people, account)
            client.force_login(getattr(people, who))
            response = client.post(
                f"/visits/receptions/catering/{asked.pk}/{step}/", {"note": "超标"}
            )
            asked.refresh_from_db()
            if who in {"sun", "zhou", "he"}:
                assert response.status_code == 404, who
            allowed = state == SUBMITTED and who in POLICIES[who_decides]
            result = {"approve": APPROVED, "refuse": REFUSED}[step] if allowed else state
            assert asked.status == result, who
            if allowed:
                assert asked.decided_by == getattr(people, who)
                assert Notice.objects.filter(person=people.chen).count() == 1
            transaction.set_rollback(True)


def test_nobody_approves_what_they_asked_for(client, people, account):
    """Not even the head of the department; another manager does."""
    decide_policy(people, APPROVER, "manager")
    asked = CateringRequestFactory(reception=ReceptionFactory(account=account, host=people.wang))
    client.force_login(people.wang)
    client.post(f"/visits/receptions/catering/{asked.pk}/approve/")
    asked.refresh_from_db()
    assert asked.status == SUBMITTED
    assert leader_of(people.wang) is None
    deputy = UserFactory(role=Role.MANAGER, reports_to=people.wang)
    assert leader_of(people.wang) == deputy
    assert asked.decision_blocker(deputy) == ""


def test_the_database_knows_no_self_approval(people, asked):
    values = {"status": APPROVED, "decided_by": people.chen, "decided_at": timezone.now()}
    with pytest.raises(IntegrityError, match="catering_no_self_approval"), transaction.atomic():
        CateringRequest.objects.filter(pk=asked.pk).update(**values)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("catering_status_known", {"status": "paid", "decided_at": timezone.now()}),
        ("catering_decided_by_somebody", {"status": "approved"}),
        ("catering_afterwards_with_a_reason", {"is_afterwards": True}),
        ("catering_amount_positive", {"amount": 0}),
        ("catering_cost_only_when_approved", {"actual_cost": 5}),
        ("catering_has_a_reason", {"reason": ""}),
    ],
)
def test_the_database_refuses_what_no_form_lets_through(people, asked, name, values):
    if name == "catering_status_known":
        values = {**values, "decided_by": people.li}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        CateringRequest.objects.filter(pk=asked.pk).update(**values)


def test_a_refusal_needs_a_reason(client, people, asked):
    client.force_login(people.li)
    response = client.post(f"/visits/receptions/catering/{asked.pk}/refuse/", {"note": ""})
    asked.refresh_from_db()
    assert (response.status_code, asked.status) == (422, SUBMITTED)


def test_one_asks_before_the_day_and_the_leader_is_told(client, people, account):
    reception = ReceptionFactory(account=account, host=people.chen)
    client.force_login(people.chen)
    address = f"/visits/receptions/{reception.pk}/catering/"
    client.post(address, {"amount": "0.12万", "reason": "午餐八人"})
    asked = CateringRequest.objects.get()
    assert (asked.amount, asked.requested_by, asked.is_afterwards) == (1200, people.chen, False)
    assert Notice.objects.get(person=people.li).url == asked.get_absolute_url()
    again = client.post(address, {"amount": "5", "reason": "加菜"})
    assert (again.status_code, CateringRequest.objects.count()) == (403, 1)


@pytest.mark.parametrize(("is_allowed", "reason", "kept"), [
    (True, "临时留客", 1), (True, "", 0), (False, "临时留客", 0),
])  # fmt: skip
def test_afterwards_only_with_a_reason_and_if_the_policy_lets(
    client, people, account, is_allowed, reason, kept
):
    decide_policy(people, AFTERWARDS, is_allowed)
    reception = DoneReceptionFactory(account=account, host=people.chen)
    client.force_login(people.chen)
    given = {"amount": "300", "reason": "晚餐三人", "afterwards_reason": reason}
    response = client.post(f"/visits/receptions/{reception.pk}/catering/", given)
    assert CateringRequest.objects.filter(is_afterwards=True).count() == kept
    assert response.status_code == (302 if kept else 422)


def test_a_refused_request_may_be_asked_anew(client, people, account):
    refused = in_state(REFUSED, people, account)
    client.force_login(people.chen)
    address = f"/visits/receptions/{refused.reception_id}/catering/"
    client.post(address, {"amount": "200", "reason": "工作餐"})
    assert refused.reception.catering.filter(status=SUBMITTED).count() == 1


@pytest.mark.parametrize(
    ("state", "cost", "note", "kept"),
    [
        (APPROVED, "580.50", "", Decimal("580.50")),
        (APPROVED, "700", "", None),
        (APPROVED, "700", "多来两人", Decimal("700")),
        (SUBMITTED, "500", "", None),
        (REFUSED, "500", "", None),
    ],
)
def test_the_actual_cost(client, people, account, state, cost, note, kept):
    asked = in_state(state, people, account)
    client.force_login(people.chen)
    address = f"/visits/receptions/catering/{asked.pk}/cost/"
    client.post(address, {"cost": cost, "note": note})
    asked.refresh_from_db()
    assert asked.actual_cost == kept
    assert asked.is_over is (kept == Decimal("700"))


def test_a_cancelled_reception_needs_no_decision(client, people, asked):
    asked.reception.status, asked.reception.cancel_reason = "cancelled", "改期"
    asked.reception.save()
    client.force_login(people.li)
    client.post(f"/visits/receptions/catering/{asked.pk}/approve/")
    asked.refresh_from_db()
    assert asked.status == SUBMITTED
