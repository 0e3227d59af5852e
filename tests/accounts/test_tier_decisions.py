"""Deciding, proposing, correcting and accepting tiers; what the database refuses besides."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError
from django.utils import timezone

from accounts import tier_facts
from accounts.models import (
    Account,
    AnnualVolume,
    DecisionOrigin,
    ProposalStatus,
    Standing,
    TierDecision,
    TierProposal,
)
from accounts.tiering import Facts, Verdict
from accounts.workflow import tiering as workflow
from accounts.workflow.tiering import Choice
from staff import duties
from staff.models import Notice, Obligation, Verb
from staff.transitions import TransitionDenied
from tests.factories import (
    AccountFactory,
    AnnualVolumeFactory,
    JudgementFactory,
    TierDecisionFactory,
    TierProposalFactory,
)

pytestmark = pytest.mark.usefixtures("english")

TODAY = timezone.localdate()


def know(account, amount, **judgements):
    """Give a customer an annual volume and judgements."""
    fact = AnnualVolumeFactory(account=account, amount=Decimal(amount))
    Account.objects.filter(pk=account.pk).update(annual_volume=amount, annual_volume_fact=fact)
    for kind, value in judgements.items():
        JudgementFactory(account=account, kind=kind, value=value)
    account.refresh_from_db()
    return account


def settle(account, amount=250_000, reputation="fairly_good"):
    """Everything known, so that the rules leave exactly A2."""
    return know(
        account,
        amount,
        payment_reputation=reputation,
        profit_contribution="other",
        profit_rate="other",
    )


# --- Deciding ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "decides"), [("wang", True), ("li", True), ("chen", False), ("he", False)]
)
def test_who_may_decide(people, account, who, decides):
    settle(account)
    if decides:
        workflow.decide(account, actor=getattr(people, who), tier="A2", effective_on=TODAY)
    else:
        with pytest.raises(TransitionDenied, match=r"supervisor|主管"):
            workflow.decide(account, actor=getattr(people, who), tier="A2", effective_on=TODAY)
    account.refresh_from_db()
    assert (account.tier == "A2") is decides
    assert account.tier_decisions.exists() is decides


def test_a_decision_keeps_its_facts_and_policy(people, account):
    settle(account)
    decision = workflow.decide(account, actor=people.li, tier="A2", effective_on=TODAY)
    decision.refresh_from_db()
    facts = Facts.from_json(decision.facts)
    assert (decision.previous_tier, decision.settled_tier) == ("", "A2")
    assert decision.policy.version == 1
    assert facts.volume.amount == 250_000
    assert facts.volume.as_of == dt.date(2025, 12, 31)
    assert Verdict.from_json(decision.verdict).settled_tier == "A2"
    assert facts.judged["profit_rate"].on == TODAY


def test_unsettled_needs_a_reason(people, account):
    know(account, 350_000)  # in the gap between A2 and A1
    with pytest.raises(TransitionDenied, match=r"reason|理由"):
        workflow.decide(account, actor=people.li, tier="A2", effective_on=TODAY)
    decision = workflow.decide(
        account, actor=people.li, tier="A2", effective_on=TODAY, reason="三年平均 28万"
    )
    assert decision.settled_tier == ""


def test_no_tier_is_a_decision_with_a_reason(people, account):
    settle(account)
    workflow.decide(account, actor=people.li, tier="A2", effective_on=TODAY)
    workflow.decide(account, actor=people.li, tier="", effective_on=TODAY, reason="停止供货")
    account.refresh_from_db()
    assert account.tier == ""
    assert account.tier_decisions.count() == 2


def test_what_the_person_saw_has_changed(people, account):
    settle(account)
    seen = workflow.open_case(account).token
    account.judgements.filter(kind="profit_rate").update(value="high")
    with pytest.raises(TransitionDenied):
        workflow.decide(account, actor=people.li, tier="A2", effective_on=TODAY, seen=seen)
    assert not account.tier_decisions.exists()


def test_not_in_advance_and_not_before_the_tier_in_force(people, account):
    settle(account)
    tomorrow, yesterday = TODAY + dt.timedelta(days=1), TODAY - dt.timedelta(days=1)
    with pytest.raises(TransitionDenied):
        workflow.decide(account, actor=people.li, tier="A2", effective_on=tomorrow)
    workflow.decide(account, actor=people.li, tier="A2", effective_on=TODAY)
    with pytest.raises(TransitionDenied):
        workflow.decide(account, actor=people.li, tier="A2", effective_on=yesterday)


def test_a_merged_customer_is_not_decided(people, account):
    settle(account)
    Account.objects.filter(pk=account.pk).update(merged_into=AccountFactory())
    with pytest.raises(TransitionDenied):
        workflow.decide(account, actor=people.li, tier="A2", effective_on=TODAY)


@pytest.mark.parametrize("standing", [Standing.PROSPECT, Standing.FORMER])
def test_who_is_no_customer_has_no_tier(people, account, standing):
    proposal = TierProposalFactory(account=settle(account), proposed_by=people.chen)
    Account.objects.filter(pk=account.pk).update(standing=standing)
    choice = {"tier": "A2", "effective_on": TODAY, "reason": "试"}
    for step in (
        lambda: workflow.decide(account, actor=people.li, **choice),
        lambda: workflow.accept(proposal, actor=people.li),
        lambda: workflow.propose(account, actor=people.sun, **choice),
    ):
        with pytest.raises(TransitionDenied, match="Prospects and former"):
            step()
    assert not TierDecision.objects.exists()


def test_judged_per_group_sums_what_is_known(people, account):
    AccountFactory(parent=account)  # its volume is not known: it adds nothing, and is not zero
    AccountFactory(parent=account, annual_volume=Decimal(60_000))
    know(account, 150_000)
    policy = workflow.open_case(account).policy
    policy.judged_per = "group"
    case = workflow.open_case(account, policy)
    assert case.facts.volume.amount == 210_000
    assert case.facts.volume.basis == "group"


def test_a_group_is_judged_over_every_level(people, account):
    """集团 → 子公司 → 孙公司: one figure for all; neither a voided company's nor a stranger's."""
    middle = AccountFactory(parent=account, annual_volume=Decimal(60_000))
    below = AccountFactory(parent=middle, annual_volume=Decimal(5_000))
    unknown = AccountFactory(parent=below)
    AccountFactory(
        parent=middle,
        annual_volume=Decimal(1),
        voided_at=timezone.now(),
        voided_by=people.wang,
        void_reason="重复",
    )
    stranger = AccountFactory(annual_volume=Decimal(7))
    know(account, 150_000)
    group = dict.fromkeys([account.pk, middle.pk, below.pk, unknown.pk], Decimal(215_000))
    found = tier_facts.rows(Account.objects.filter(voided_at=None), (), "group")
    assert {row.pk: row.amount for row in found} == {**group, stranger.pk: Decimal(7)}
    policy = workflow.open_case(account).policy
    policy.judged_per = "group"
    for one in (account, middle, below, unknown):
        assert workflow.open_case(one, policy).facts.volume.amount == 215_000


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_keeps_decisions_as_they_are(account, change):
    decision = TierDecisionFactory(account=account)
    decisions = TierDecision.objects.filter(pk=decision.pk)
    with pytest.raises(DatabaseError, match=r"Cannot (update|delete)"):
        decisions.update(tier="A1") if change == "update" else decisions.delete()


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"reason": ""}, "tier_decision_reason_where_not_settled"),
        ({"reason": "", "tier": ""}, "tier_decision_reason_where_not_settled"),
        ({"origin": "accepted"}, "tier_decision_accepts_only_what_is_settled"),
        ({"origin": "carried_over"}, "tier_decision_carried_over_names_the_file"),
        ({"carried_from": "old.xlsx"}, "tier_decision_carried_over_names_the_file"),
        ({"origin": "correction"}, "tier_decision_correction_names_what_it_corrects"),
        ({"origin": "round"}, "tier_decision_round_names_the_round"),
        ({"origin": "dice"}, "tier_decision_origin_known"),
        ({"tier": "E"}, "tier_decision_tier_known"),
    ],
)
def test_what_a_decision_may_hold(account, values, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        TierDecisionFactory(account=account, **values)


# --- Proposals --------------------------------------------------------------------------------


def test_a_specialist_proposes_and_the_supervisor_accepts(people, account):
    know(account, 350_000)
    proposal = workflow.propose(
        account, actor=people.chen, tier="A2", effective_on=TODAY, reason="扩建中"
    )
    decision = workflow.accept(proposal, actor=people.li)
    account.refresh_from_db()
    proposal.refresh_from_db()
    assert (account.tier, proposal.status) == ("A2", ProposalStatus.ACCEPTED)
    assert (decision.decided_by, decision.reason) == (people.li, "扩建中")
    assert proposal.decision == decision


def test_those_concerned_are_told(people, account):
    proposal = workflow.propose(
        account, actor=people.chen, tier="A2", effective_on=TODAY, reason="扩建中"
    )
    assert list(Notice.objects.values_list("person", "verb")) == [
        (people.li.pk, Verb.TIER_PROPOSED)
    ]
    workflow.refuse(proposal, actor=people.wang, answer="用量未到")
    notice = Notice.objects.get(verb=Verb.TIER_ANSWERED)
    assert (notice.person, notice.actor) == (people.chen, people.wang)


def test_a_decision_clears_the_desk_at_once(people, account):
    Account.objects.filter(pk=account.pk).update(standing=Standing.KEY)
    settle(account)
    duties.synchronise(duties.DUTIES["tier.decide"])
    waiting = Obligation.objects.filter(duty="tier.decide", closed_on=None)
    assert [o.person for o in waiting] == [people.li]
    workflow.decide(account, actor=people.li, tier="A2", effective_on=TODAY)
    assert not waiting.all().exists()


def test_a_refusal_says_why_and_decides_nothing(people, account):
    proposal = TierProposalFactory(account=account, proposed_by=people.chen)
    with pytest.raises(TransitionDenied):
        workflow.refuse(proposal, actor=people.li, answer="")
    workflow.refuse(proposal, actor=people.li, answer="用量未到")
    account.refresh_from_db()
    assert (account.tier, account.tier_decisions.exists()) == ("", False)


def test_nobody_decides_their_own_proposal(people, account):
    proposal = TierProposalFactory(account=account, proposed_by=people.li)
    with pytest.raises(TransitionDenied):
        workflow.accept(proposal, actor=people.li)
    with pytest.raises(TransitionDenied):
        workflow.refuse(proposal, actor=people.li, answer="改主意")
    workflow.withdraw(proposal, actor=people.li)
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.WITHDRAWN


@pytest.mark.parametrize("status", ["accepted", "refused"])
def test_the_database_refuses_a_self_decided_proposal(people, account, status):
    proposal = TierProposalFactory(account=account, proposed_by=people.li)
    decision = TierDecisionFactory(account=account) if status == "accepted" else None
    with pytest.raises(IntegrityError, match="tier_proposal_not_decided_by_its_proposer"):
        TierProposal.objects.filter(pk=proposal.pk).update(
            status=status,
            decided_by=people.li,
            decided_at=timezone.now(),
            answer="自批",
            decision=decision,
        )


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"reason": ""}, "tier_proposal_has_a_reason"),
        ({"tier": "E"}, "tier_proposal_tier_known"),
        ({"status": "refused"}, "tier_proposal_decided_by_someone_at_a_time"),
        (
            {"status": "refused", "decided_by_id": "li", "decided_at": timezone.now()},
            "tier_proposal_refused_with_an_answer",
        ),
        (
            {"status": "accepted", "decided_by_id": "li", "decided_at": timezone.now()},
            "tier_proposal_accepted_with_a_decision",
        ),
    ],
)
def test_what_a_proposal_may_hold(people, account, values, constraint):
    if values.get("decided_by_id"):
        values = {**values, "decided_by_id": people.li.pk}
    with pytest.raises(IntegrityError, match=constraint):
        TierProposalFactory(account=account, proposed_by=people.chen, **values)


def test_one_proposal_waits_per_customer(people, account):
    TierProposalFactory(account=account, proposed_by=people.chen)
    with pytest.raises(TransitionDenied, match="陈晓"):
        workflow.propose(account, actor=people.sun, tier="B1", effective_on=TODAY, reason="补")
    with pytest.raises(IntegrityError, match="tier_proposal_one_open_per_customer"):
        TierProposalFactory(account=account, proposed_by=people.sun)


# --- As of a day ------------------------------------------------------------------------------


def day(month, number=1):
    return dt.date(2025, month, number)


def at(month, number=1):
    return timezone.make_aware(dt.datetime(2025, month, number, 12))


@pytest.fixture
def history(people, account):
    """A1 from January; in July it was found that it should have been A2 from March."""
    first = TierDecisionFactory(
        account=account, tier="A1", effective_on=day(1), decided_at=at(1, 5)
    )
    second = TierDecisionFactory(
        account=account, tier="B1", effective_on=day(3), decided_at=at(3, 5)
    )
    correction = TierDecisionFactory(
        account=account,
        tier="A2",
        effective_on=day(3),
        decided_at=at(7, 5),
        origin=DecisionOrigin.CORRECTION,
        corrects=second,
    )
    return first, second, correction


@pytest.mark.parametrize(
    ("on", "known_at", "tier"),
    [
        (day(2), None, "A1"),
        (day(6, 30), None, "A2"),
        (day(6, 30), at(6, 30), "B1"),
        (day(6, 30), at(2), "A1"),
        (day(6, 30), at(1, 2), None),
        (dt.date(2024, 12, 31), None, None),
    ],
)
def test_who_was_what_on_a_day(account, history, on, known_at, tier):
    found = TierDecision.objects.as_of(on, known_at).first()
    assert (found and found.tier) == tier
    assert Account.objects.with_tier_as_of(on, known_at).get().tier_then == (tier or "")


def test_a_correction_replaces_the_tier_in_force(people, account):
    settle(account)
    wrong = workflow.decide(
        account, actor=people.li, tier="B1", effective_on=TODAY, reason="看错行"
    )
    workflow.correct(wrong, actor=people.li, tier="A2", effective_on=TODAY, reason="录错客户")
    account.refresh_from_db()
    assert account.tier == "A2"
    assert list(TierDecision.objects.current().values_list("tier", flat=True)) == ["A2"]
    with pytest.raises(TransitionDenied):
        workflow.correct(wrong, actor=people.li, tier="A1", effective_on=TODAY, reason="再改")


def test_taking_back_a_decision_brings_back_the_one_before(people, account):
    settle(account)
    earlier = TODAY - dt.timedelta(days=40)
    workflow.decide(account, actor=people.li, tier="A2", effective_on=earlier)
    wrong = workflow.decide(
        account, actor=people.li, tier="B1", effective_on=TODAY, reason="看错行"
    )
    before = TODAY - dt.timedelta(days=50)
    workflow.correct(wrong, actor=people.li, tier="C", effective_on=before, reason="当时为C")
    account.refresh_from_db()
    assert account.tier == "A2"


# --- Many at once -----------------------------------------------------------------------------


@pytest.fixture
def team(people):
    """Chen's customers: two settled, one with its tier already, one in a gap, one prospect."""
    new = {"owner": people.chen, "region": people.east}
    return {
        "a2": settle(AccountFactory(**new)),
        "a1": settle(AccountFactory(**new), 600_000, "good"),
        "done": settle(AccountFactory(tier="A2", **new)),
        "gap": know(AccountFactory(**new), 350_000),
        "prospect": settle(AccountFactory(standing=Standing.PROSPECT, **new)),
        "other": settle(AccountFactory(owner=people.zhou, region=people.south)),
    }


def accept(actor, effective_on=TODAY, **options):
    accounts = Account.objects.visible_to(actor)
    options["seen"] = workflow.settled(accounts, **options).token
    return workflow.accept_settled(accounts, actor=actor, effective_on=effective_on, **options)


def test_accepting_what_the_rules_settle(people, team):
    assert accept(people.li) == 2
    tiers = {name: Account.objects.get(pk=a.pk).tier for name, a in team.items()}
    assert tiers == {
        "a2": "A2", "a1": "A1", "done": "A2", "gap": "", "prospect": "", "other": "",
    }  # fmt: skip
    assert set(TierDecision.objects.values_list("origin", "decided_by")) == {
        ("accepted", people.li.pk)
    }
    assert accept(people.li) == 0


def test_many_take_effect_no_earlier_than_the_tier_in_force(people, team):
    TierDecisionFactory(account=team["a2"], tier="B1", effective_on=TODAY)
    earlier = TODAY - dt.timedelta(days=30)
    assert accept(people.li, effective_on=earlier) == 2
    team["a2"].refresh_from_db()
    assert team["a2"].tier == "A2"
    since = dict(TierDecision.objects.current().values_list("account", "effective_on"))
    assert since == {team["a2"].pk: TODAY, team["a1"].pk: earlier}


def test_accepting_one_tier_only(people, team):
    assert accept(people.wang, tier="A1") == 1


def test_accepting_a_list_that_has_changed(people, team):
    accounts = Account.objects.visible_to(people.li)
    seen = workflow.settled(accounts).token
    settle(AccountFactory(owner=people.chen))
    with pytest.raises(TransitionDenied):
        workflow.accept_settled(accounts, actor=people.li, effective_on=TODAY, seen=seen)
    assert not TierDecision.objects.exists()


def test_a_specialist_accepts_nothing(people, team):
    with pytest.raises(TransitionDenied):
        accept(people.chen)


def test_carried_over_tiers_name_their_file_and_wait_for_review(people, team):
    tiers = {team["a2"].pk: Choice("A2"), team["gap"].pk: Choice("B1")}
    details = {"effective_on": TODAY, "file_name": "旧台账.xlsx", "dated": dt.date(2024, 12, 31)}
    with pytest.raises(TransitionDenied):
        workflow.carry_over(tiers, actor=people.li, **details)
    assert workflow.carry_over(tiers, actor=people.wang, **details) == 2
    team["gap"].refresh_from_db()
    assert team["gap"].tier == "B1"
    waiting = TierDecision.objects.current().filter(origin=DecisionOrigin.CARRIED_OVER)
    assert waiting.count() == 2
    assert accept(people.wang, carried_over=True, tier="A2") == 2  # and the one typed in as A2
    assert waiting.count() == 1


@pytest.mark.django_db
def test_annual_volume_rows_are_read_only_once(people, team, django_assert_num_queries):
    with django_assert_num_queries(3):  # policy, bands, customers
        workflow.settled(Account.objects.all())
    assert AnnualVolume.objects.count() == 6
