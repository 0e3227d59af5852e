"""Development plans: written, reported to the manager, noted (or approved, where policy asks)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from development.duties.plan import PLANS_TO_ANSWER, YEAR_PLAN
from development.models import (
    DevelopmentPlan,
    PlanStatus,
    PlanStep,
    PlanVerb,
    Prospect,
    Stage,
)
from development.policies import PLAN_APPROVAL
from development.workflow import prospect as prospects
from staff import policy
from staff.duties import synchronise
from staff.models import User, Verb
from staff.transitions import TransitionDenied
from staff.workflow.notice import notify


@transaction.atomic
def write(plan: DevelopmentPlan, *, actor: User) -> DevelopmentPlan:
    """Keep a new plan; its author is whoever writes it."""
    plan.author = actor
    plan.save()
    _note(plan, PlanVerb.WRITTEN, actor)
    return plan


@transaction.atomic
def edit(plan: DevelopmentPlan, *, actor: User, values: Mapping[str, Any]) -> DevelopmentPlan:
    """Change scope and direction of a draft."""
    plan = _judged(plan, actor, DevelopmentPlan.edit_blocker)
    for name, value in values.items():
        setattr(plan, name, value)
    plan.save(update_fields=list(values))
    return plan


@transaction.atomic
def report(plan: DevelopmentPlan, *, actor: User) -> DevelopmentPlan:
    """Report it to the nearest manager above, with the prospects analysed so far (S1-A9-4).

    Whether it then asks for approval is decided by the policy of this day, for good.
    """
    plan = _judged(plan, actor, DevelopmentPlan.report_blocker)
    plan.status, plan.reported_to = PlanStatus.REPORTED, plan.receiver
    plan.reported_at = timezone.now()
    plan.needs_approval = policy.in_force()[PLAN_APPROVAL]
    plan.save(update_fields=["status", "reported_to", "reported_at", "needs_approval"])
    for row in Prospect.objects.filter(plan=plan, stage=Stage.ANALYSED).select_related("account"):
        prospects.move(row, Stage.REPORTED, actor=actor, note=gettext("with its plan"))
    _note(plan, PlanVerb.REPORTED, actor)
    _tell(plan.reported_to, Verb.PLAN_REPORTED, plan, actor)
    return plan


@transaction.atomic
def take_back(plan: DevelopmentPlan, *, actor: User) -> DevelopmentPlan:
    """Make it a draft again, as long as nobody has answered."""
    plan = _judged(plan, actor, DevelopmentPlan.take_back_blocker)
    return _draft_again(plan, PlanVerb.TAKEN_BACK, actor, "")


@transaction.atomic
def note(plan: DevelopmentPlan, *, actor: User, remark: str = "") -> DevelopmentPlan:
    """Take notice of a reported plan."""
    plan = _judged(plan, actor, DevelopmentPlan.note_blocker)
    return _answer(plan, PlanStatus.NOTED, PlanVerb.NOTED, actor, remark)


@transaction.atomic
def approve(plan: DevelopmentPlan, *, actor: User, remark: str = "") -> DevelopmentPlan:
    """Approve a reported plan where policy asks for it; never by its author."""
    plan = _judged(plan, actor, DevelopmentPlan.decide_blocker)
    return _answer(plan, PlanStatus.APPROVED, PlanVerb.APPROVED, actor, remark)


@transaction.atomic
def send_back(plan: DevelopmentPlan, *, actor: User, reason: str) -> DevelopmentPlan:
    """Return a plan that asks for approval to its author, with the reason."""
    plan = _judged(plan, actor, DevelopmentPlan.decide_blocker)
    if not reason:
        raise TransitionDenied(gettext("Sending back needs a reason."))
    plan = _draft_again(plan, PlanVerb.SENT_BACK, actor, reason)
    _tell(plan.author, Verb.PLAN_ANSWERED, plan, actor)
    return plan


@transaction.atomic
def void(plan: DevelopmentPlan, *, actor: User, reason: str) -> DevelopmentPlan:
    """Take a plan out of the lists; it stays readable in the trail."""
    plan = _judged(plan, actor, DevelopmentPlan.void_blocker)
    if not reason:
        raise TransitionDenied(gettext("Voiding needs a reason."))
    plan.voided_at, plan.void_reason = timezone.now(), reason
    plan.save(update_fields=["voided_at", "void_reason"])
    _note(plan, PlanVerb.VOIDED, actor, reason)
    return plan


def _answer(
    plan: DevelopmentPlan, status: PlanStatus, verb: PlanVerb, actor: User, remark: str
) -> DevelopmentPlan:
    plan.status, plan.answered_by, plan.answered_at = status, actor, timezone.now()
    plan.save(update_fields=["status", "answered_by", "answered_at"])
    _note(plan, verb, actor, remark)
    _tell(plan.author, Verb.PLAN_ANSWERED, plan, actor)
    return plan


def _draft_again(plan: DevelopmentPlan, verb: PlanVerb, actor: User, why: str) -> DevelopmentPlan:
    plan.status = PlanStatus.DRAFT
    plan.save(update_fields=["status"])
    # What went up with it comes back with it; where the contact has begun, work goes on.
    rows = Prospect.objects.select_for_update(of=("self",)).filter(plan=plan)
    for row in rows.filter(stage=Stage.REPORTED):
        prospects.move(row, Stage.ANALYSED, actor=actor, note=gettext("back with its plan"))
    _note(plan, verb, actor, why)
    return plan


def _judged(
    plan: DevelopmentPlan, actor: User, blocker: Callable[[DevelopmentPlan, User], str]
) -> DevelopmentPlan:
    """The row as it is now, locked, if `actor` may do this with it."""
    rows = DevelopmentPlan.objects.select_for_update(of=("self",))
    # Whoever answered while this waited for the lock is read after it, never joined before.
    plan = rows.select_related("author").get(pk=plan.pk)
    if reason := blocker(plan, actor):
        raise TransitionDenied(reason)
    return plan


def _note(plan: DevelopmentPlan, verb: PlanVerb, actor: User, words: str = "") -> None:
    PlanStep.objects.create(plan=plan, verb=verb, actor=actor, note=words)
    for duty in (YEAR_PLAN, PLANS_TO_ANSWER):  # so that desks show it at once
        synchronise(duty)


def _tell(person: User | None, verb: Verb, plan: DevelopmentPlan, actor: User) -> None:
    if person is not None:
        notify(person, verb, actor=actor, subject=str(plan), url=plan.get_absolute_url())
