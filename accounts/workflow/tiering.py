"""Deciding, proposing, accepting and correcting tiers (S1 第3条). People decide; nothing here
chooses a tier. Every function locks the customer first, then reads the facts again."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import (
    Account,
    DecisionOrigin,
    ProposalStatus,
    TierDecision,
    TierPolicy,
    TierProposal,
    TierRound,
)
from accounts.models.tiering import decide_tier_blocker
from accounts.querysets.account import AccountQuerySet
from accounts.tier_facts import NOT_TIERED, facts_of_many, rows, tiered
from accounts.tiering import BulkJudge, Facts, Verdict, judge
from staff import duties
from staff.duties import followed
from staff.models import User, Verb
from staff.transitions import TransitionDenied
from staff.workflow.notice import notify

BATCH = 1000
# What one person signs at once; the rest waits for the next signature.
BULK_LIMIT = 5000
TIER_DUTIES = ("tier.decide", "tier.review", "tier.policy")


@dataclass(frozen=True)
class Case:
    """Everything a decision about one customer rests on, as read at one moment."""

    account: Account
    policy: TierPolicy
    facts: Facts
    verdict: Verdict
    latest: TierDecision | None

    @property
    def token(self) -> str:
        """Changes whenever what the person looked at has changed."""
        seen = [
            self.policy.pk,
            self.facts.to_json(),
            self.account.tier,
            self.latest.pk if self.latest else None,
        ]
        text = json.dumps(seen, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:24]


@dataclass(frozen=True)
class Choice:
    """What a person chose for one customer, and how it is recorded."""

    tier: str
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


def open_case(account: Account, policy: TierPolicy | None = None) -> Case:
    policy = policy or TierPolicy.objects.in_force()
    facts = facts_of_many([account], policy)[account.pk]
    return Case(account, policy, facts, judge(policy.rules(), facts), latest_decision(account))


def latest_decision(account: Account) -> TierDecision | None:
    decisions = TierDecision.objects.filter(account=account).as_of(timezone.localdate())
    return decisions.select_related("decided_by", "policy").first()


def needs_reason(verdict: Verdict, tier: str) -> bool:
    """Whether choosing this tier must be explained: the rules alone do not say it."""
    return not tier or tier != verdict.settled_tier


def decide_blocker(account: Account, user: User) -> str:
    """Why `user` may not decide this customer's tier now; "" if they may."""
    return propose_blocker(account, user) or decide_tier_blocker(user)


def propose_blocker(account: Account, user: User) -> str:
    """Why `user` may not propose a tier for this customer now; "" if they may."""
    if account.standing in NOT_TIERED:
        return gettext("Prospects and former customers have no tier.")
    return account.edit_blocker(user)


# --- One customer -----------------------------------------------------------------------------


@followed
@transaction.atomic
def decide(
    account: Account,
    *,
    actor: User,
    tier: str,
    effective_on: dt.date,
    reason: str = "",
    seen: str = "",
) -> TierDecision:
    """Put a customer in a tier. `seen` is the token of the case the person looked at; if it has
    changed since, nothing is decided and the person is told what happened."""
    case = open_case(_lock(account))
    _refuse(decide_blocker(case.account, actor))
    _refuse(_stale(case, seen))
    _refuse(_date_blocker(case, effective_on))
    return _decide(case, actor, DecisionOrigin.DECIDED, Choice(tier, reason), effective_on)


@followed
@transaction.atomic
def correct(
    decision: TierDecision, *, actor: User, tier: str, effective_on: dt.date, reason: str
) -> TierDecision:
    """Record that a decision was wrong: the old row stays, a new one takes its place."""
    case = open_case(_lock(decision.account))
    decision = TierDecision.objects.select_related("account").get(pk=decision.pk)
    _refuse(case.account.edit_blocker(actor) or decision.correct_blocker(actor))
    _refuse("" if reason else gettext("A correction needs a reason."))
    _refuse(_future_blocker(effective_on))
    choice = Choice(tier, reason, {"corrects": decision})
    return _decide(case, actor, DecisionOrigin.CORRECTION, choice, effective_on)


@transaction.atomic
def propose(
    account: Account, *, actor: User, tier: str, effective_on: dt.date, reason: str
) -> TierProposal:
    account = _lock(account)
    _refuse(propose_blocker(account, actor))
    waiting = TierProposal.objects.filter(account=account).waiting().first()
    if waiting:
        raise TransitionDenied(
            gettext("A proposal of %(name)s for this customer is already waiting.")
            % {"name": waiting.proposed_by}
        )
    _refuse("" if reason else gettext("A proposal needs a reason."))
    _refuse(_future_blocker(effective_on))
    proposal = TierProposal.objects.create(
        account=account, tier=tier, effective_on=effective_on, reason=reason, proposed_by=actor
    )
    if actor.reports_to:
        _tell(actor.reports_to, Verb.TIER_PROPOSED, proposal, actor)
    return proposal


@followed
@transaction.atomic
def accept(proposal: TierProposal, *, actor: User, answer: str = "") -> TierDecision:
    """Decide what somebody else proposed, with their reason."""
    case = open_case(_lock(proposal.account))
    proposal = _lock_proposal(proposal)
    _refuse(propose_blocker(case.account, actor) or proposal.decide_blocker(actor))
    effective_on = proposal.effective_on
    if case.latest:  # decided meanwhile: the proposal takes effect after that, not before
        effective_on = max(effective_on, case.latest.effective_on)
    choice = Choice(proposal.tier, proposal.reason)
    decision = _decide(case, actor, DecisionOrigin.DECIDED, choice, effective_on)
    _close_proposal(proposal, ProposalStatus.ACCEPTED, actor, answer, decision)
    return decision


@transaction.atomic
def refuse(proposal: TierProposal, *, actor: User, answer: str) -> TierProposal:
    proposal = _lock_proposal(proposal)
    _refuse(proposal.decide_blocker(actor))
    _refuse("" if answer else gettext("A refusal needs a reason."))
    _close_proposal(proposal, ProposalStatus.REFUSED, actor, answer)
    return proposal


@transaction.atomic
def withdraw(proposal: TierProposal, *, actor: User) -> TierProposal:
    proposal = _lock_proposal(proposal)
    _refuse(proposal.withdraw_blocker(actor))
    _close_proposal(proposal, ProposalStatus.WITHDRAWN, actor)
    return proposal


# --- Many customers ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Settled:
    """Customers whose verdict leaves one tier that is not theirs yet."""

    tiers: dict[int, str]  # customer → the settled tier
    total: int  # with those beyond what one signature takes

    @property
    def token(self) -> str:
        text = json.dumps(sorted(self.tiers.items()))
        return hashlib.sha256(text.encode()).hexdigest()[:24]


def settled(accounts: AccountQuerySet, *, tier: str = "", carried_over: bool = False) -> Settled:
    """Which customers of the queryset a person may accept at once, by customer number.

    Normally those whose tier would change; with `carried_over` those whose tier came from an old
    ledger and is what the rules say, so that accepting turns it into a decision of today.
    """
    policy = TierPolicy.objects.in_force()
    judges = BulkJudge(policy.rules())
    found: dict[int, str] = {}
    total = 0
    for row in rows(tiered(accounts), judges.policy.kinds, policy.judged_per):
        settled_tier = judges.outcome(row.amount, row.values).settled_tier
        if settled_tier and (settled_tier == row.tier) is carried_over:
            if tier and settled_tier != tier:
                continue
            total += 1
            if len(found) < BULK_LIMIT:
                found[row.pk] = settled_tier
    return Settled(found, total)


@transaction.atomic
def accept_settled(
    accounts: AccountQuerySet,
    *,
    actor: User,
    effective_on: dt.date,
    seen: str,
    tier: str = "",
    carried_over: bool = False,
) -> int:
    """Accept every settled verdict of the queryset, if it is still the list the person saw."""
    _refuse(decide_tier_blocker(actor))
    _refuse(_future_blocker(effective_on))
    now = settled(accounts, tier=tier, carried_over=carried_over)
    locked = _lock_many(now.tiers)
    if settled(accounts, tier=tier, carried_over=carried_over).token != seen or now.token != seen:
        raise TransitionDenied(gettext("The list has changed since you opened it. Look again."))
    choices = {pk: Choice(settled_tier) for pk, settled_tier in now.tiers.items()}
    return _decide_many(locked, choices, actor, DecisionOrigin.ACCEPTED, effective_on)


@transaction.atomic
def carry_over(
    choices: Mapping[int, Choice],
    *,
    actor: User,
    effective_on: dt.date,
    file_name: str,
    dated: dt.date,
) -> int:
    """Record what an old ledger says, by customer, as the manager's decisions.

    They stand in the list of carried-over decisions until somebody reviews them.
    """
    _refuse(carry_over_blocker(actor))
    _refuse(_future_blocker(effective_on))
    locked = _lock_many(choices)
    details = {"carried_from": file_name, "carried_on": dated}
    told = {pk: replace(choice, details=details) for pk, choice in choices.items()}
    return _decide_many(locked, told, actor, DecisionOrigin.CARRIED_OVER, effective_on)


def carry_over_blocker(user: User) -> str:
    """Why `user` may not carry over tiers from an old ledger; "" if they may."""
    if user.is_active and user.is_manager:
        return ""
    return gettext("Only the key account manager can carry over tiers from an old ledger.")


def decide_round(round_: TierRound, choices: Mapping[int, Choice], *, actor: User) -> int:
    """Record the signed lines of a round; inside the transaction that signs it."""
    locked = _lock_many(choices)
    return _decide_many(locked, choices, actor, DecisionOrigin.ROUND, round_.effective_on)


# --- Shared -----------------------------------------------------------------------------------


def _refuse(blocker: str) -> None:
    if blocker:
        raise TransitionDenied(blocker)


def _lock(account: Account) -> Account:
    """Lock the customer; its facts are read after this, never before."""
    locked = Account.objects.select_for_update(of=("self",)).select_related("annual_volume_fact")
    return locked.get(pk=account.pk)


def _lock_many(pks: Iterable[int]) -> list[Account]:
    """Lock customers in one order, so that two signatures never wait for each other in a ring."""
    locked = Account.objects.select_for_update(of=("self",)).filter(
        pk__in=list(pks), merged_into=None, voided_at=None
    )
    return list(locked.select_related("annual_volume_fact").order_by("pk"))


def _lock_proposal(proposal: TierProposal) -> TierProposal:
    locked: TierProposal = TierProposal.objects.select_for_update().get(pk=proposal.pk)
    return locked


def _stale(case: Case, seen: str) -> str:
    if not seen or seen == case.token:
        return ""
    if case.latest and case.latest.decided_at > timezone.now() - dt.timedelta(hours=1):
        return gettext(
            "%(name)s decided %(tier)s for this customer in the meantime. Nothing was changed."
        ) % {"name": case.latest.decided_by, "tier": case.latest.tier or gettext("no tier")}
    return gettext("What is known about this customer has changed since. Look again.")


def _date_blocker(case: Case, effective_on: dt.date) -> str:
    if case.latest and effective_on < case.latest.effective_on:
        return gettext(
            "The tier in force has been decided from %(day)s on. Choose that day or a later one, "
            "or correct that decision."
        ) % {"day": case.latest.effective_on}
    return _future_blocker(effective_on)


def _reason_blocker(verdict: Verdict, choice: Choice) -> str:
    if choice.reason or not needs_reason(verdict, choice.tier):
        return ""
    return gettext("The rules do not settle this tier: give a reason.")


def _future_blocker(effective_on: dt.date) -> str:
    if effective_on > timezone.localdate():
        return gettext("A tier is decided from today or an earlier day on, not in advance.")
    return ""


def _decide(
    case: Case, actor: User, origin: DecisionOrigin, choice: Choice, effective_on: dt.date
) -> TierDecision:
    _refuse(_reason_blocker(case.verdict, choice))
    decision = _row(case.account, case.policy, case.facts, case.verdict, choice)
    decision.decided_by, decision.origin, decision.effective_on = actor, origin, effective_on
    decision.save(force_insert=True)
    copy_tiers([case.account.pk])
    _meet_duties([case.account.pk])
    return decision


def _decide_many(
    accounts: list[Account],
    choices: Mapping[int, Choice],
    actor: User,
    origin: DecisionOrigin,
    effective_on: dt.date,
) -> int:
    policy = TierPolicy.objects.in_force()
    rules = policy.rules()
    for start in range(0, len(accounts), BATCH):
        batch = accounts[start : start + BATCH]
        facts = facts_of_many(batch, policy)
        # As in a single acceptance: never before the tier in force, which it would not change.
        is_old = origin == DecisionOrigin.CARRIED_OVER
        since = {} if is_old else _in_force_since(batch)
        before = _tiers_before(batch, effective_on) if is_old else {}
        decisions = []
        for account in batch:
            verdict = judge(rules, facts[account.pk])
            choice = choices[account.pk]
            if not is_old:
                _refuse(_reason_blocker(verdict, choice))
            decision = _row(account, policy, facts[account.pk], verdict, choice)
            decision.previous_tier = before.get(account.pk, account.tier)
            decision.decided_by, decision.origin = actor, origin
            decision.effective_on = max(effective_on, since.get(account.pk, effective_on))
            decisions.append(decision)
        TierDecision.objects.bulk_create(decisions)
        copy_tiers([account.pk for account in batch])
    _meet_duties([account.pk for account in accounts])
    return len(accounts)


def _in_force_since(accounts: list[Account]) -> dict[int, dt.date]:
    """Customer → the day its decision in force takes effect."""
    decisions = TierDecision.objects.as_of(timezone.localdate()).filter(account__in=accounts)
    return dict(decisions.values_list("account", "effective_on"))


def _tiers_before(accounts: list[Account], day: dt.date) -> dict[int, str]:
    """Customer → its tier on a day that may be long ago; "" before its first decision."""
    decisions = TierDecision.objects.filter(account__in=accounts)
    decided = dict.fromkeys(decisions.order_by().values_list("account", flat=True), "")
    return decided | dict(decisions.as_of(day).values_list("account", "tier"))


def _row(
    account: Account, policy: TierPolicy, facts: Facts, verdict: Verdict, choice: Choice
) -> TierDecision:
    return TierDecision(
        account=account,
        tier=choice.tier,
        previous_tier=account.tier,
        reason=choice.reason,
        policy=policy,
        facts=facts.to_json(),
        verdict=verdict.to_json(),
        settled_tier=verdict.settled_tier,
        **choice.details,
    )


def copy_tiers(pks: list[int]) -> None:
    """Make `Account.tier` what the decisions say today; the accounts are locked."""
    latest = TierDecision.objects.filter(
        account=OuterRef("pk"), corrected_by=None, effective_on__lte=timezone.localdate()
    ).order_by("-effective_on", "-decided_at", "-pk")
    now = Coalesce(Subquery(latest.values("tier")[:1]), Value(""))
    changed = Account.objects.filter(pk__in=pks).annotate(tier_now=now).exclude(tier=F("tier_now"))
    changed.update(tier=F("tier_now"))


def _close_proposal(
    proposal: TierProposal,
    status: ProposalStatus,
    actor: User,
    answer: str = "",
    decision: TierDecision | None = None,
) -> None:
    proposal.status = status
    proposal.decided_by, proposal.decided_at = actor, timezone.now()
    proposal.answer, proposal.decision = answer, decision
    proposal.save(update_fields=["status", "decided_by", "decided_at", "answer", "decision"])
    _tell(proposal.proposed_by, Verb.TIER_ANSWERED, proposal, actor)


def _tell(person: User, verb: Verb, proposal: TierProposal, actor: User) -> None:
    url = reverse("accounts:tier", args=[proposal.account_id])
    notify(person, verb, actor=actor, subject=str(proposal), url=url)


def _meet_duties(pks: list[int]) -> None:
    """Close what a decision settles on the desks, in the same transaction."""
    for code in TIER_DUTIES:
        duties.synchronise(duties.DUTIES[code], accounts=pks)
