"""One customer: a superior decides or corrects, somebody proposes and another answers."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import (
    Account,
    DecisionOrigin,
    ProposalStatus,
    TierDecision,
    TierProposal,
)
from staff.duties import followed
from staff.models import User, Verb
from staff.transitions import TransitionDenied
from staff.workflow.notice import notify

from .case import Case, Choice, decide_blocker, open_case, propose_blocker
from .shared import future_blocker, lock, record, refuse_for


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
    case = open_case(lock(account))
    refuse_for(decide_blocker(case.account, actor))
    refuse_for(_stale(case, seen))
    refuse_for(_date_blocker(case, effective_on))
    return record(case, actor, DecisionOrigin.DECIDED, Choice(tier, reason), effective_on)


@followed
@transaction.atomic
def correct(
    decision: TierDecision, *, actor: User, tier: str, effective_on: dt.date, reason: str
) -> TierDecision:
    """Record that a decision was wrong: the old row stays, a new one takes its place."""
    case = open_case(lock(decision.account))
    decision = TierDecision.objects.select_related("account").get(pk=decision.pk)
    refuse_for(case.account.edit_blocker(actor) or decision.correct_blocker(actor))
    refuse_for("" if reason else gettext("A correction needs a reason."))
    refuse_for(future_blocker(effective_on))
    choice = Choice(tier, reason, {"corrects": decision})
    return record(case, actor, DecisionOrigin.CORRECTION, choice, effective_on)


@transaction.atomic
def propose(
    account: Account, *, actor: User, tier: str, effective_on: dt.date, reason: str
) -> TierProposal:
    account = lock(account)
    refuse_for(propose_blocker(account, actor))
    waiting = TierProposal.objects.filter(account=account).waiting().first()
    if waiting:
        raise TransitionDenied(
            gettext("A proposal of %(name)s for this customer is already waiting.")
            % {"name": waiting.proposed_by}
        )
    refuse_for("" if reason else gettext("A proposal needs a reason."))
    refuse_for(future_blocker(effective_on))
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
    case = open_case(lock(proposal.account))
    proposal = _lock_proposal(proposal)
    refuse_for(propose_blocker(case.account, actor) or proposal.decide_blocker(actor))
    effective_on = proposal.effective_on
    if case.latest:  # decided meanwhile: the proposal takes effect after that, not before
        effective_on = max(effective_on, case.latest.effective_on)
    choice = Choice(proposal.tier, proposal.reason)
    decision = record(case, actor, DecisionOrigin.DECIDED, choice, effective_on)
    _close_proposal(proposal, ProposalStatus.ACCEPTED, actor, answer, decision)
    return decision


@transaction.atomic
def refuse(proposal: TierProposal, *, actor: User, answer: str) -> TierProposal:
    proposal = _lock_proposal(proposal)
    refuse_for(proposal.decide_blocker(actor))
    refuse_for("" if answer else gettext("A refusal needs a reason."))
    _close_proposal(proposal, ProposalStatus.REFUSED, actor, answer)
    return proposal


@transaction.atomic
def withdraw(proposal: TierProposal, *, actor: User) -> TierProposal:
    proposal = _lock_proposal(proposal)
    refuse_for(proposal.withdraw_blocker(actor))
    _close_proposal(proposal, ProposalStatus.WITHDRAWN, actor)
    return proposal


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
    return future_blocker(effective_on)


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
