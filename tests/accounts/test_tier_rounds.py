"""The yearly review round: opened, filled in, signed as one list."""

import pytest
from django.db import IntegrityError
from django.utils import timezone

from accounts.models import Account, RoundStatus, TierDecision, TierRound, TierRoundLine
from accounts.workflow import tier_round as workflow
from staff.transitions import TransitionDenied
from tests.accounts.test_tier_decisions import know, settle
from tests.factories import AccountFactory, TierRoundFactory, TierRoundLineFactory

TODAY = timezone.localdate()


@pytest.fixture
def team(people):
    new = {"owner": people.chen, "region": people.east}
    return {
        "settled": settle(AccountFactory(**new)),
        "gap": know(AccountFactory(tier="A2", **new), 350_000),
        "other": settle(AccountFactory(owner=people.zhou, region=people.south)),
    }


@pytest.fixture
def round_(people, team):
    return workflow.open_round(actor=people.li, name="2026 年度评审", effective_on=TODAY)


def test_a_round_lists_the_team_and_fills_in_what_is_settled(people, team, round_):
    lines = {line.account_id: line for line in round_.lines.all()}
    assert set(lines) == {team["settled"].pk, team["gap"].pk}
    settled, gap = lines[team["settled"].pk], lines[team["gap"].pk]
    assert (settled.is_filled, settled.tier) == (True, "A2")
    assert (gap.is_filled, gap.tier_before, gap.settled_tier) == (False, "A2", "")


def test_signing_decides_every_line(people, team, round_):
    gap = round_.lines.get(account=team["gap"])
    with pytest.raises(TransitionDenied, match="1"):
        workflow.sign(round_, actor=people.li)
    with pytest.raises(TransitionDenied):
        workflow.fill(gap, actor=people.li, tier="A2")
    workflow.fill(gap, actor=people.li, tier="B1", reason="今年订单减半")
    assert workflow.sign(round_, actor=people.li) == workflow.Signature(decided=2)
    round_.refresh_from_db()
    assert (round_.status, round_.closed_by) == (RoundStatus.SIGNED, people.li)
    assert Account.objects.get(pk=team["gap"].pk).tier == "B1"
    assert set(TierDecision.objects.values_list("origin", "round", "reason")) == {
        ("round", round_.pk, ""),
        ("round", round_.pk, "今年订单减半"),
    }


def test_keeping_the_rest_for_one_reason(people, team, round_):
    assert workflow.keep_rest(round_, actor=people.li, reason="维持") == 1
    workflow.sign(round_, actor=people.li)
    assert Account.objects.get(pk=team["gap"].pk).tier == "A2"


def test_taking_the_tier_that_passes(people, team):
    """One tier passes, C and D are only not ruled out: one reason for all such lines."""
    open_ = know(AccountFactory(owner=people.chen), 600_000, payment_reputation="good")
    round_ = workflow.open_round(actor=people.li, name="2026", effective_on=TODAY)
    with pytest.raises(TransitionDenied):
        workflow.take_passing(round_, actor=people.li, reason="")
    assert workflow.take_passing(round_, actor=people.li, reason="利润未评，用量足够") == 1
    assert round_.lines.get(account=open_).tier == "A1"
    assert not round_.lines.get(account=team["gap"]).is_filled


def test_a_line_whose_facts_moved_comes_back(people, team, round_):
    workflow.keep_rest(round_, actor=people.li, reason="维持")
    team["settled"].judgements.filter(kind="payment_reputation").update(value="other")
    assert workflow.sign(round_, actor=people.li) == workflow.Signature(moved=1)
    line = round_.lines.get(account=team["settled"])
    assert (line.has_moved, line.is_filled, line.settled_tier) == (True, False, "")
    assert not TierDecision.objects.exists()


def test_a_customer_that_left_the_team_is_left_out(people, team, round_):
    workflow.keep_rest(round_, actor=people.li, reason="维持")
    Account.objects.filter(pk=team["gap"].pk).update(standing="former")
    assert workflow.sign(round_, actor=people.li) == workflow.Signature(decided=1, left_out=1)


@pytest.mark.parametrize(
    ("who", "may"), [("li", True), ("wang", True), ("zhao", False), ("chen", False)]
)
def test_who_may_sign(people, team, round_, who, may):
    workflow.keep_rest(round_, actor=people.li, reason="维持")
    if may:
        assert workflow.sign(round_, actor=getattr(people, who)).decided == 2
    else:
        with pytest.raises(TransitionDenied):
            workflow.sign(round_, actor=getattr(people, who))


def test_a_closed_round_stays_closed(people, team, round_):
    workflow.cancel(round_, actor=people.li, note="数据未齐")
    with pytest.raises(TransitionDenied):
        workflow.keep_rest(round_, actor=people.li, reason="维持")
    with pytest.raises(TransitionDenied):
        workflow.sign(round_, actor=people.li)
    assert workflow.open_blocker(people.li) == ""


def test_one_round_at_a_time(people, team, round_):
    with pytest.raises(TransitionDenied):
        workflow.open_round(actor=people.li, name="又一轮", effective_on=TODAY)
    with pytest.raises(IntegrityError, match="tier_round_one_open_per_person"):
        TierRoundFactory(opened_by=people.li)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"is_filled": True, "tier": "A1"}, "tier_round_line_reason_where_not_settled"),
        ({"is_filled": True, "tier": ""}, "tier_round_line_reason_where_not_settled"),
        ({"tier": "E"}, "tier_round_line_tier_known"),
    ],
)
def test_what_a_line_may_hold(values, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        TierRoundLineFactory(**values)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"status": "signed"}, "tier_round_closed_by_someone_at_a_time"),
        ({"status": "lost"}, "tier_round_closed_by_someone_at_a_time"),
    ],
)
def test_what_a_round_may_hold(values, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        TierRoundFactory(**values)


def test_who_sees_a_round(people, round_):
    seen = {
        who
        for who in ("wang", "li", "zhao", "chen", "he", "root")
        if TierRound.objects.visible_to(getattr(people, who)).exists()
    }
    assert seen == {"wang", "li"}
    assert TierRoundLine.objects.count() == 2
