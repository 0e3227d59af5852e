"""What the demo company's people judged besides, and which tiers they decided."""

from __future__ import annotations

import datetime as dt
from random import Random

from django.utils import timezone

from accounts.demo import ledgers
from accounts.demo.story import Customer, Story
from accounts.judgements import JudgementKind as J
from accounts.models import (
    Account,
    DecisionOrigin,
    Judgement,
    ProposalStatus,
    Standing,
    TierDecision,
    TierPolicy,
    TierProposal,
)
from accounts.tier_facts import facts_of_many, tiered
from accounts.tiering import Facts, Verdict, judge
from accounts.workflow.tiering import copy_tiers
from staff.models import User

REASONS = {
    "choose": (
        "利润数据尚未核算，按用量和信誉先定",
        "两级都符合，按近三年用量定",
        "经例会讨论决定",
    ),
    "gap": ("用量连续两年接近该级下限，且回款正常", "制度未规定该区间，按上年等级延续"),
    "none": ("增长潜力待明年复核，暂按用量定级",),
    "open": ("客户申报用量可信，先定级，待数据补齐后复核",),
}
PROPOSALS = (
    "客户二期厂房投产，明年用量预计翻倍",
    "新签年度框架协议，采购品种增加",
    "竞争对手退出，份额转到我方",
    "客户主动提出提前付款",
    "今年停产检修两个月，实际需求高于数据",
)
REFUSALS = ("等下半年数据出来再定", "回款仍有逾期，暂不调整")


def add_judgements(story: Story, dice: Random) -> None:
    """Profit is judged for most whose credit or potential is; it rules out C and D."""
    for customer in story.customers:
        asked = dict(customer.profile.judgements)
        if not asked or customer.row.standing in (Standing.PROSPECT, Standing.FORMER):
            continue
        for kind in (J.PROFIT_CONTRIBUTION, J.PROFIT_RATE):
            if kind not in asked and dice.random() < 0.75:
                story.judgements.append(_not_remarkable(story, customer, kind, dice))


def _not_remarkable(story: Story, customer: Customer, kind: J, dice: Random) -> Judgement:
    owner = _owners(story)[id(customer.row)]
    return Judgement(
        account=customer.row,
        kind=kind,
        value="other",
        judged_by=story.superior(owner),
        judged_on=story.workday(dice.randrange(10, 320)),
    )


def _owners(story: Story) -> dict[int, User]:
    """Who looks after each customer now; the manager where nobody does."""
    owners = {id(customer.row): story.manager for customer in story.customers}
    for assignment in story.assignments:
        if assignment.ended_on is None and assignment.kind == "owner":
            owners[id(assignment.account)] = assignment.user
    return owners


def add_tiers(story: Story, dice: Random) -> None:
    """Decide most tiers, carry some over from an old ledger, leave the rest to the reader."""
    policy = TierPolicy.objects.in_force()
    rules, manager = policy.rules(), story.manager
    accounts = list(
        tiered(Account.objects.order_by("pk")).select_related(
            "annual_volume_fact", "owner__reports_to"
        )
    )
    facts = facts_of_many(accounts, policy)
    decisions: list[TierDecision] = []
    carried: list[tuple[Account, str]] = []
    left: list[tuple[Account, Verdict]] = []
    for account in accounts:
        verdict = judge(rules, facts[account.pk])
        choice = _choose(verdict, dice)
        if choice is None:
            left.append((account, verdict))
            continue
        if choice[1] == DecisionOrigin.CARRIED_OVER:
            carried.append((account, choice[0]))
            continue
        decisions.append(
            _decision(story, account, policy, facts[account.pk], verdict, choice, manager)
        )
    TierDecision.objects.bulk_create(decisions)
    ledgers.bring_in_tiers(story, carried)
    copy_tiers([account.pk for account in accounts])
    _propose(story, [(a, v) for a, v in left if a.owner and v.distances], manager, dice)


def _choose(verdict: Verdict, dice: Random) -> tuple[str, str, str] | None:
    """Tier, origin and reason; None where nobody has decided yet."""
    chance = dice.random()
    if verdict.is_settled:
        if chance < 0.12:
            return verdict.settled_tier, DecisionOrigin.CARRIED_OVER, ""
        return (verdict.settled_tier, DecisionOrigin.ACCEPTED, "") if chance < 0.85 else None
    by_way = sorted(verdict.distances, key=lambda distance: distance.amount)
    nearest = verdict.passing or verdict.in_band or tuple(d.tier for d in by_way)
    if not nearest:
        return None
    state = "choose" if verdict.passing else "gap" if verdict.gap else "none"
    if chance < 0.1:
        return nearest[-1], DecisionOrigin.CARRIED_OVER, ""
    is_decided = chance < (0.75 if verdict.passing else 0.35)
    return (nearest[0], DecisionOrigin.DECIDED, dice.choice(REASONS[state])) if is_decided else None


def _decision(
    story: Story,
    account: Account,
    policy: TierPolicy,
    facts: Facts,
    verdict: Verdict,
    choice: tuple[str, str, str],
    manager: User,
) -> TierDecision:
    tier, origin, reason = choice
    superior = (account.owner.reports_to if account.owner else None) or manager
    days = 20 + account.pk * 37 % 280
    decision = TierDecision(
        account=account,
        tier=tier,
        effective_on=story.workday(days),
        decided_by=superior,
        origin=origin,
        reason=reason,
        policy=policy,
        facts=facts.to_json(),
        verdict=verdict.to_json(),
        settled_tier=verdict.settled_tier,
    )
    decision.decided_at = _at(decision.effective_on)
    return decision


def _propose(
    story: Story, left: list[tuple[Account, Verdict]], manager: User, dice: Random
) -> None:
    """Some specialists wait for an answer, some have got one."""
    proposals = []
    for index, (account, verdict) in enumerate(dice.sample(left, min(7, len(left)))):
        assert account.owner is not None  # noqa: S101 - filtered by the caller
        day = story.workday(2 + index)
        proposal = TierProposal(
            account=account,
            tier=min(verdict.distances, key=lambda distance: distance.amount).tier,
            effective_on=day,
            reason=PROPOSALS[index % len(PROPOSALS)],
            proposed_by=account.owner,
            proposed_at=_at(day),
        )
        superior = account.owner.reports_to or manager
        if index >= 5 and superior != account.owner:
            proposal.status, proposal.answer = ProposalStatus.REFUSED, REFUSALS[index - 5]
            proposal.decided_by, proposal.decided_at = superior, _at(story.today)
        proposals.append(proposal)
    TierProposal.objects.bulk_create(proposals)


def _at(day: dt.date) -> dt.datetime:
    """In the morning of that day, and never after now."""
    morning = timezone.make_aware(dt.datetime.combine(day, dt.time(9, 30)))
    return min(morning, timezone.now())
