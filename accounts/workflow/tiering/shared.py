"""What every decision about tiers does: lock, refuse, write the row, copy the tier, meet duties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import (
    Account,
    DecisionOrigin,
    TierDecision,
    TierPolicy,
)
from accounts.tier_facts import facts_of_many
from accounts.tiering import Facts, Verdict, judge
from staff import duties
from staff.models import User
from staff.transitions import TransitionDenied

from .case import Case, Choice, needs_reason

BATCH = 1000
TIER_DUTIES = ("tier.decide", "tier.review", "tier.policy")


def refuse_for(blocker: str) -> None:
    if blocker:
        raise TransitionDenied(blocker)


def lock(account: Account) -> Account:
    """Lock the customer; its facts are read after this, never before."""
    locked = Account.objects.select_for_update(of=("self",)).select_related("annual_volume_fact")
    return locked.get(pk=account.pk)


def lock_many(pks: Iterable[int]) -> list[Account]:
    """Lock customers in one order, so that two signatures never wait for each other in a ring."""
    locked = Account.objects.select_for_update(of=("self",)).filter(
        pk__in=list(pks), merged_into=None, voided_at=None
    )
    return list(locked.select_related("annual_volume_fact").order_by("pk"))


def reason_blocker(verdict: Verdict, choice: Choice) -> str:
    if choice.reason or not needs_reason(verdict, choice.tier):
        return ""
    return gettext("The rules do not settle this tier: give a reason.")


def future_blocker(effective_on: dt.date) -> str:
    if effective_on > timezone.localdate():
        return gettext("A tier is decided from today or an earlier day on, not in advance.")
    return ""


def row_of(
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


def meet_duties(pks: list[int]) -> None:
    """Close what a decision settles on the desks, in the same transaction."""
    for code in TIER_DUTIES:
        duties.synchronise(duties.DUTIES[code], accounts=pks)


def record(
    case: Case, actor: User, origin: DecisionOrigin, choice: Choice, effective_on: dt.date
) -> TierDecision:
    refuse_for(reason_blocker(case.verdict, choice))
    decision = row_of(case.account, case.policy, case.facts, case.verdict, choice)
    decision.decided_by, decision.origin, decision.effective_on = actor, origin, effective_on
    decision.save(force_insert=True)
    copy_tiers([case.account.pk])
    meet_duties([case.account.pk])
    return decision


def record_many(
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
                refuse_for(reason_blocker(verdict, choice))
            decision = row_of(account, policy, facts[account.pk], verdict, choice)
            decision.previous_tier = before.get(account.pk, account.tier)
            decision.decided_by, decision.origin = actor, origin
            decision.effective_on = max(effective_on, since.get(account.pk, effective_on))
            decisions.append(decision)
        TierDecision.objects.bulk_create(decisions)
        copy_tiers([account.pk for account in batch])
    meet_duties([account.pk for account in accounts])
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
