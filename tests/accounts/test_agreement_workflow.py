"""Agreements: drawn up, signed by both sides, kept, renewed, ended; never by the back door."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.agreement_number import NUMBER, next_number
from accounts.agreement_term import stage
from accounts.models import Account, Agreement, AgreementNote, AgreementObligation
from accounts.tier_facts import type_facts_of
from accounts.tiering import judge_type
from accounts.workflow import agreement as workflow
from accounts.workflow import business_type
from staff import duties
from staff.models import Obligation
from staff.transitions import TransitionDenied
from tests.factories import AccountFactory
from tests.factories_accounts import (
    AgreementFactory,
    AgreementObligationFactory,
    DraftAgreementFactory,
    days_from_now,
)

pytestmark = pytest.mark.usefixtures("english")
TODAY = timezone.localdate


@pytest.fixture
def draft(people, account):
    return DraftAgreementFactory(account=account, our_signer=people.li, drawn_up_by=people.chen)


@pytest.fixture
def agreement(people, account):
    return AgreementFactory(account=account, our_signer=people.li, drawn_up_by=people.chen)


@pytest.fixture
def still_open():
    return lambda code: Obligation.objects.filter(duty=code, closed_on=None)


def a_draft(account, kind="vip", **values):
    return Agreement(account=account, kind=kind, **values)


# --- numbers -----------------------------------------------------------------------------------


def test_numbers_count_on_within_kind_and_year(people, account):
    year = TODAY().year
    numbers = [
        workflow.draw_up(a_draft(account, kind), actor=people.chen).number
        for kind in ("vip", "vip", "sales")
    ]
    assert numbers == [f"VIP-{year}-001", f"VIP-{year}-002", f"XS-{year}-001"]


def test_a_number_of_ones_own_is_kept_and_no_other_agreement_gets_it(people, account):
    workflow.draw_up(a_draft(account, number="2026协议07"), actor=people.chen)
    with pytest.raises(TransitionDenied, match="Another agreement has this number"):
        workflow.draw_up(a_draft(account, number="2026协议07"), actor=people.chen)


def test_a_rule_may_put_the_serial_anywhere(people, account):
    DraftAgreementFactory(number="KA202605-9/内")
    assert next_number("sales", dt.date(2026, 5, 4), "KA{year}{month}-{n}/内") == "KA202605-10/内"


@pytest.mark.parametrize("rule", ["{kind}", "{n}{n3}", "{nn}", "{jahr}-{n}"])
def test_a_rule_without_exactly_one_serial_is_refused(rule):
    with pytest.raises(Exception, match=r"serial number once|Not understood"):
        NUMBER.field().clean(rule)


# --- signature ---------------------------------------------------------------------------------


def test_both_sides_sign(people, draft):
    signed = workflow.sign(draft, actor=people.chen, signed_on=TODAY(), values={})
    assert (signed.status, signed.signed_on, signed.phase) == ("signed", TODAY(), "in_force")


@pytest.mark.parametrize(
    "field", ["our_signer", "their_signer", "their_capacity", "our_party", "starts_on"]
)
def test_without_a_signer_or_a_day_nothing_is_signed(people, draft, field):
    empty = None if field in {"our_signer", "starts_on"} else ""
    with pytest.raises(TransitionDenied, match="Still missing"):
        workflow.sign(draft, actor=people.chen, signed_on=TODAY(), values={field: empty})
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_signature_of_tomorrow_is_refused(people, draft):
    with pytest.raises(TransitionDenied, match="future"):
        workflow.sign(draft, actor=people.chen, signed_on=days_from_now(1), values={})


def test_signing_twice_is_refused(people, draft):
    workflow.sign(draft, actor=people.chen, signed_on=TODAY(), values={})
    with pytest.raises(TransitionDenied, match="being prepared"):
        workflow.sign(draft, actor=people.chen, signed_on=TODAY(), values={})


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("agreement_signed_by_both_sides", {"their_signer": ""}),
        ("agreement_signed_by_both_sides", {"our_signer": None}),
        ("agreement_signed_has_a_day", {"signed_on": None}),
        ("agreement_ends_after_it_starts", {"ends_on": dt.date(2001, 1, 1)}),
        ("agreement_early_end_has_day_and_reason", {"status": "ended"}),
        ("agreement_kind_known", {"kind": "other"}),
        ("agreement_(status_known|early_end)", {"status": "lost"}),
        ("agreement_capacities_known", {"their_capacity": "uncle"}),
        ("agreement_has_a_number", {"number": ""}),
        ("agreement_amount_not_negative", {"amount": -1}),
    ],
)
def test_the_database_refuses(agreement, name, values):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Agreement.objects.filter(pk=agreement.pk).update(**values)


# --- changes -----------------------------------------------------------------------------------


def test_a_signed_one_is_corrected_by_superiors_with_a_reason(people, agreement):
    with pytest.raises(TransitionDenied, match="only a supervisor"):
        workflow.edit(agreement, actor=people.chen, values={"title": "x"}, reason="笔误")
    with pytest.raises(TransitionDenied, match="needs a reason"):
        workflow.edit(agreement, actor=people.li, values={"title": "x"})
    workflow.edit(agreement, actor=people.li, values={"title": "x"}, reason="笔误")
    agreement.refresh_from_db()
    assert agreement.title == "x"


def test_a_correction_cannot_take_a_signer_away(people, agreement):
    with pytest.raises(TransitionDenied, match="Still missing"):
        workflow.edit(agreement, actor=people.li, values={"their_signer": ""}, reason="笔误")


def test_ending_early_needs_superior_day_and_reason(people, agreement):
    today = TODAY()
    with pytest.raises(TransitionDenied, match="supervisor or a manager"):
        workflow.end(agreement, actor=people.chen, ended_on=today, reason="客户违约")
    with pytest.raises(TransitionDenied, match="reason"):
        workflow.end(agreement, actor=people.li, ended_on=today, reason="")
    ended = workflow.end(agreement, actor=people.li, ended_on=today, reason="客户违约")
    assert (ended.phase, ended.phase_on(today - dt.timedelta(days=1))) == ("ended", "in_force")


def test_a_draft_is_dropped_and_stays_readable(people, draft):
    workflow.drop(draft, actor=people.chen, reason="价格未谈拢")
    draft.refresh_from_db()
    assert (draft.status, draft.end_reason) == ("dropped", "价格未谈拢")
    assert draft.work_blocker(people.chen)


@pytest.mark.parametrize(
    ("start", "end", "phase"),
    [(-30, -1, "expired"), (-30, 0, "in_force"), (0, None, "in_force"), (1, 30, "upcoming")],
)
def test_where_it_stands_follows_from_its_dates(people, account, start, end, phase):
    agreement = AgreementFactory(
        account=account,
        starts_on=days_from_now(start),
        ends_on=None if end is None else days_from_now(end),
    )
    assert agreement.phase == phase
    assert Agreement.objects.in_force(TODAY()).exists() is (phase == "in_force")
    assert Agreement.objects.expired(TODAY()).exists() is (phase == "expired")


@pytest.mark.parametrize(
    ("left", "reached"), [(91, None), (90, 90), (61, 90), (60, 60), (30, 30), (0, 30), (-1, None)]
)
def test_stages_of_the_runway(left, reached):
    assert stage(left, [90, 60, 30]) == reached


# --- S1 第4条: the type --------------------------------------------------------------------------


@pytest.fixture
def eligible(people):
    return AccountFactory(
        name="杭州终端客户有限公司",
        owner=people.chen,
        region=people.east,
        standing="key",
        is_end_customer=True,
        long_term_intention=True,
    )


def verdict_of(account):
    return judge_type(type_facts_of(Account.objects.for_detail().get(pk=account.pk)))


def test_a_vip_agreement_in_force_makes_an_agreement_key_account(people, eligible):
    assert verdict_of(eligible).passing == ()
    agreement = AgreementFactory(account=eligible)
    assert verdict_of(eligible).passing == ("agreement",)
    assert judge_type(type_facts_of(eligible)).passing == ("agreement",)
    workflow.end(agreement, actor=people.li, ended_on=TODAY(), reason="客户违约")
    assert verdict_of(eligible).passing == ()


@pytest.mark.parametrize(
    "values",
    [{"kind": "sales"}, {"starts_on": days_from_now(2)}, {"ends_on": days_from_now(-1)}],
)
def test_no_other_paper_does(eligible, values):
    AgreementFactory(account=eligible, **values)
    assert verdict_of(eligible).passing == ()


def test_the_type_is_decided_by_a_superior_with_a_reason(people, eligible):
    for actor, reason in ((people.chen, "签约"), (people.li, "")):
        with pytest.raises(TransitionDenied):
            business_type.decide_type(
                eligible, actor=actor, business_type="agreement", reason=reason
            )
    business_type.decide_type(eligible, actor=people.li, business_type="agreement", reason="签约")
    eligible.refresh_from_db()
    assert eligible.business_type == "agreement"


def test_beginning_and_end_of_a_vip_agreement_ask_for_a_decision(people, eligible, still_open):
    draft = DraftAgreementFactory(account=eligible, our_signer=people.li)
    workflow.sign(draft, actor=people.chen, signed_on=TODAY(), values={})
    assert still_open("type.decide").get().person == people.li
    business_type.decide_type(eligible, actor=people.li, business_type="agreement", reason="签约")
    assert not still_open("type.decide").exists()
    workflow.end(draft, actor=people.li, ended_on=TODAY(), reason="客户违约")
    assert still_open("type.decide").get().person == people.li


# --- S1 第8条: recognised, then signed ------------------------------------------------------------


def test_recognised_and_not_yet_signed(people, account, still_open):
    business_type.recognise(account, actor=people.wang, reason="认定申请已批准")
    account.refresh_from_db()
    assert (account.standing, account.business_type) == ("key", "none")
    assert list(Account.objects.awaiting_signature()) == [account]
    assert still_open("agreement.sign").get().person == people.chen
    draft = DraftAgreementFactory(account=account, kind="sales", our_signer=people.li)
    workflow.sign(draft, actor=people.chen, signed_on=TODAY(), values={})
    assert not Account.objects.awaiting_signature().exists()
    assert Obligation.objects.get(duty="agreement.sign").outcome == "done"


def test_a_member_key_account_needs_no_agreement(people, account):
    business_type.recognise(account, actor=people.wang, reason="批准", business_type="member")
    assert not Account.objects.awaiting_signature().exists()


def test_nobody_without_an_owner_is_recognised(people):
    with pytest.raises(TransitionDenied, match="owner"):
        business_type.recognise(AccountFactory(), actor=people.wang, reason="批准")


# --- what is due ---------------------------------------------------------------------------------


def test_the_runway_ends_with_a_renewal(people, account, still_open):
    old = AgreementFactory(account=account, ends_on=days_from_now(80))
    AgreementFactory(account=account, ends_on=days_from_now(95))
    duties.synchronise_all(accounts=[account.pk])
    assert [row.due_on for row in still_open("agreement.renew")] == [old.ends_on]
    follower = workflow.draw_up(
        a_draft(account, starts_on=days_from_now(81), our_party="甲", their_party="乙"),
        actor=people.chen,
        renews=old,
    )
    assert old.renew_blocker(people.chen)
    workflow.sign(
        follower,
        actor=people.chen,
        signed_on=TODAY(),
        values={
            "our_signer": people.li,
            "their_signer": "马志远",
            "their_capacity": "appointed",
        },
    )
    assert not still_open("agreement.renew").exists()


def test_of_a_voided_customer_no_agreement_moves(people, account, agreement):
    due = AgreementObligation(text="交付样品", due_on=days_from_now(3))
    workflow.oblige(agreement, actor=people.chen, obligation=due)
    Account.objects.filter(pk=account.pk).update(
        voided_at=timezone.now(), voided_by=people.li, void_reason="重复录入"
    )
    for change in (
        lambda: workflow.settle(due, actor=people.chen, outcome="已交付"),
        lambda: workflow.end(agreement, actor=people.li, ended_on=TODAY(), reason="不再合作"),
        lambda: workflow.draw_up(a_draft(account), actor=people.chen, renews=agreement),
    ):
        with pytest.raises(TransitionDenied, match="voided"):
            change()
    due.refresh_from_db()
    assert due.settled_on is None
    assert not agreement.renewals.exists()


def test_what_was_never_signed_has_nothing_to_renew_or_end(people, account):
    old = DraftAgreementFactory(account=account)
    with pytest.raises(TransitionDenied, match="Only a signed agreement can be ended"):
        workflow.end(old, actor=people.li, ended_on=TODAY(), reason="不再合作")
    with pytest.raises(TransitionDenied, match="Only a signed agreement can be renewed"):
        workflow.draw_up(a_draft(account), actor=people.chen, renews=old)
    assert not old.renewals.exists()


def test_not_renewing_needs_a_reason_and_ends_it(people, account, still_open):
    old = AgreementFactory(account=account, ends_on=days_from_now(-3))
    duties.synchronise_all(accounts=[account.pk])
    assert still_open("agreement.renew").count() == 1
    workflow.leave_to_end(old, actor=people.li, reason="客户转向")
    assert not still_open("agreement.renew").exists()


def test_an_obligation_is_on_the_desk_until_it_is_settled(people, agreement, still_open):
    due = AgreementObligation(text="交付样品", due_on=days_from_now(3))
    workflow.oblige(agreement, actor=people.chen, obligation=due)
    assert still_open("agreement.obligation").get().person == people.chen
    with pytest.raises(TransitionDenied, match="what came of it"):
        workflow.settle(due, actor=people.chen, outcome="")
    workflow.settle(due, actor=people.chen, outcome="已交付")
    assert not still_open("agreement.obligation").exists()
    with pytest.raises(TransitionDenied, match="settled"):
        workflow.settle(due, actor=people.chen, outcome="再次交付")


def test_an_obligation_of_a_draft_is_not_due_yet(people, draft, still_open):
    AgreementObligationFactory(agreement=draft)
    duties.synchronise_all(accounts=[draft.account_id])
    assert not still_open("agreement.obligation").exists()


def test_notes_keep_their_author(people, agreement):
    written = workflow.note(
        agreement, actor=people.chen, note=AgreementNote(kind="urging", text="催交货款")
    )
    assert (written.author, written.agreement) == (people.chen, agreement)


def test_scope(people, agreement):
    seen = [
        who
        for who in ("chen", "li", "wang", "sun", "zhou", "zhao", "he", "root", "gone")
        if Agreement.objects.visible_to(getattr(people, who)).exists()
    ]
    assert seen == ["chen", "li", "wang"]
