"""The yearly review: open a list, fill it in, sign it as a whole (S1 第3条, Q15)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import (
    Account,
    RoundStatus,
    TierPolicy,
    TierRound,
    TierRoundLine,
)
from accounts.tier_facts import rows, tiered
from accounts.tiering import TIERS, BulkJudge, Outcome
from accounts.workflow.tiering import Choice, decide_round
from staff.transitions import TransitionDenied

if TYPE_CHECKING:
    from staff.models import User


@dataclass(frozen=True)
class Signature:
    """What signing did: how many were decided, or how many lines moved and came back."""

    decided: int = 0
    moved: int = 0
    left_out: int = 0  # customers that ended or are no longer the signer's


def open_blocker(user: User) -> str:
    """Why `user` may not open a review round; "" if they may."""
    if not user.is_active or not user.is_superior:
        return gettext("Only a supervisor or the manager reviews tiers.")
    if TierRound.objects.filter(opened_by=user, status=RoundStatus.OPEN).exists():
        return gettext("You have a round under review already.")
    return ""


@transaction.atomic
def open_round(*, actor: User, name: str, effective_on: dt.date) -> TierRound:
    """List every customer in the opener's scope; settled verdicts are filled in beforehand."""
    if reason := open_blocker(actor):
        raise TransitionDenied(reason)
    if effective_on > timezone.localdate():
        raise TransitionDenied(gettext("A round takes effect today or on an earlier day."))
    round_ = TierRound.objects.create(name=name, effective_on=effective_on, opened_by=actor)
    lines = []
    for pk, tier, outcome in _outcomes(actor):
        line = TierRoundLine(round=round_, account_id=pk)
        _take(line, tier, outcome)
        if outcome.settled_tier:
            line.is_filled, line.tier, line.filled_by = True, outcome.settled_tier, actor
        lines.append(line)
    TierRoundLine.objects.bulk_create(lines, batch_size=2000)
    return round_


@transaction.atomic
def fill(line: TierRoundLine, *, actor: User, tier: str, reason: str = "") -> TierRoundLine:
    """Choose the tier of one line; with a reason where the rules do not settle it."""
    _lock(line.round, actor)
    line = TierRoundLine.objects.select_for_update().get(pk=line.pk)
    if not reason and (not tier or tier != line.settled_tier):
        raise TransitionDenied(gettext("The rules do not settle this tier: give a reason."))
    line.tier, line.reason, line.filled_by = tier, reason, actor
    line.is_filled, line.has_moved = True, False
    line.save(update_fields=["tier", "reason", "filled_by", "is_filled", "has_moved"])
    return line


@transaction.atomic
def keep_rest(round_: TierRound, *, actor: User, reason: str) -> int:
    """Leave every line that nobody filled in as it was, all for one reason."""
    round_ = _lock(round_, actor)
    if not reason:
        raise TransitionDenied(gettext("Say why these customers keep their tier."))
    return round_.lines.filter(is_filled=False).update(
        is_filled=True, has_moved=False, tier=F("tier_before"), reason=reason, filled_by=actor
    )


@transaction.atomic
def take_passing(round_: TierRound, *, actor: User, reason: str) -> int:
    """On every open line where exactly one tier passes (others not ruled out), take that one."""
    round_ = _lock(round_, actor)
    if not reason:
        raise TransitionDenied(gettext("Say why the tier that passes is taken."))
    return sum(
        round_.lines.filter(is_filled=False, passing=[tier]).update(
            is_filled=True, has_moved=False, tier=tier, reason=reason, filled_by=actor
        )
        for tier in TIERS
    )


@transaction.atomic
def sign(round_: TierRound, *, actor: User) -> Signature:
    """Decide every line at once; lines whose facts changed since go back to be looked at."""
    round_ = _lock(round_, actor)
    if unfilled := round_.lines.filter(is_filled=False).count():
        raise TransitionDenied(
            gettext("%(count)d lines are not filled in yet.") % {"count": unfilled}
        )
    now = {pk: (tier, outcome) for pk, tier, outcome in _outcomes(actor)}
    lines = list(round_.lines.all())
    here = [line for line in lines if line.account_id in now]
    if moved := [line for line in here if _moved(line, *now[line.account_id])]:
        return Signature(moved=_send_back(moved, now))
    choices = {line.account_id: Choice(line.tier, line.reason, {"round": round_}) for line in here}
    decided = decide_round(round_, choices, actor=actor)
    _close(round_, RoundStatus.SIGNED, actor, round_.note)
    return Signature(decided=decided, left_out=len(lines) - decided)


@transaction.atomic
def cancel(round_: TierRound, *, actor: User, note: str) -> TierRound:
    round_ = _lock(round_, actor)
    if not note:
        raise TransitionDenied(gettext("Say why the round is cancelled."))
    return _close(round_, RoundStatus.CANCELLED, actor, note)


def _lock(round_: TierRound, actor: User) -> TierRound:
    locked: TierRound = TierRound.objects.select_for_update().get(pk=round_.pk)
    if reason := locked.edit_blocker(actor):
        raise TransitionDenied(reason)
    return locked


def _outcomes(actor: User) -> list[tuple[int, str, Outcome]]:
    policy = TierPolicy.objects.in_force()
    judges = BulkJudge(policy.rules())
    accounts = tiered(Account.objects.visible_to(actor))
    return [
        (row.pk, row.tier, judges.outcome(row.amount, row.values))
        for row in rows(accounts, judges.policy.kinds, policy.judged_per)
    ]


def _take(line: TierRoundLine, tier: str, outcome: Outcome) -> None:
    line.tier_before = tier
    line.passing, line.possible = list(outcome.passing), list(outcome.possible)
    line.settled_tier = outcome.settled_tier


def _moved(line: TierRoundLine, tier: str, outcome: Outcome) -> bool:
    before = (line.tier_before, tuple(line.passing), tuple(line.possible))
    return before != (tier, outcome.passing, outcome.possible)


def _send_back(lines: list[TierRoundLine], now: dict[int, tuple[str, Outcome]]) -> int:
    for line in lines:
        _take(line, *now[line.account_id])
        line.is_filled, line.has_moved = False, True
    fields = ["tier_before", "passing", "possible", "settled_tier", "is_filled", "has_moved"]
    return TierRoundLine.objects.bulk_update(lines, fields, batch_size=1000)


def _close(round_: TierRound, status: RoundStatus, actor: User, note: str) -> TierRound:
    round_.status, round_.note = status, note
    round_.closed_by, round_.closed_at = actor, timezone.now()
    round_.save(update_fields=["status", "note", "closed_by", "closed_at"])
    return round_
