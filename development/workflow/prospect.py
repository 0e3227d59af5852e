"""Prospects of a plan: listed, analysed, reported, contacted, surveyed, screened; or dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Account, Standing
from accounts.workflow import account as accounts
from accounts.workflow import volume
from development.models import (
    PLACE,
    DevelopmentPlan,
    Prospect,
    ProspectStep,
    Stage,
    Survey,
    SurveyKind,
    SurveyStatus,
)
from development.querysets.survey import SurveyQuerySet
from staff.duties import followed
from staff.models import User
from staff.transitions import TransitionDenied


@transaction.atomic
def add(
    plan: DevelopmentPlan,
    *,
    actor: User,
    customers: Iterable[Account],
    source: str,
    source_note: str = "",
) -> list[Prospect]:
    """Put customers on the list of a plan; those on it already stay as they are."""
    plan = DevelopmentPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if blocker := plan.list_blocker(actor):
        raise TransitionDenied(blocker)
    listed = set(Prospect.objects.filter(plan=plan).values_list("account", flat=True))
    added = []
    for account in customers:
        if account.pk in listed:
            continue
        if account.standing != Standing.PROSPECT:
            raise TransitionDenied(
                gettext("%(name)s is not a prospect: %(standing)s.")
                % {"name": account, "standing": account.get_standing_display()}
            )
        row = Prospect.objects.create(
            plan=plan, account=account, source=source, source_note=source_note, added_by=actor
        )
        ProspectStep.objects.create(prospect=row, to_stage=Stage.LISTED, actor=actor)
        added.append(row)
    return added


@transaction.atomic
def add_new(
    plan: DevelopmentPlan,
    account: Account,
    *,
    actor: User,
    owner: User | None,
    source: str,
    source_note: str = "",
) -> Prospect:
    """Write down a new customer and put it on the list."""
    account.standing = Standing.PROSPECT
    account = accounts.create(account, actor=actor, owner=owner)
    rows = add(plan, actor=actor, customers=[account], source=source, source_note=source_note)
    return rows[0]


@followed
@transaction.atomic
def analyse(prospect: Prospect, *, actor: User, values: Mapping[str, Any]) -> Prospect:
    """Write the background material (S1-A9-3)."""
    prospect = _judged(prospect, actor, Prospect.analyse_blocker)
    before = (prospect.expected_volume, prospect.volume_basis)
    prospect = _write(prospect, values, Stage.ANALYSED, actor)
    if (prospect.expected_volume, prospect.volume_basis) != before:
        expect(prospect, actor=actor)
    return prospect


def expect(prospect: Prospect, *, actor: User) -> None:
    """Its tier is judged on what is expected of the plan's year, the same on every page."""
    volume.expect(
        prospect.account,
        actor=actor,
        year=prospect.plan.year,
        amount=prospect.expected_volume,
        note=prospect.volume_basis,
    )


@followed
@transaction.atomic
def report(prospect: Prospect, *, actor: User) -> Prospect:
    """Report a prospect analysed after its plan had gone up (S1-A9-4)."""
    prospect = _judged(prospect, actor, Prospect.report_blocker)
    return move(prospect, Stage.REPORTED, actor=actor)


@followed
@transaction.atomic
def set_channel(prospect: Prospect, *, actor: User, values: Mapping[str, Any]) -> Prospect:
    """Fix channel and method of contact, and who makes it (S1-A10)."""
    prospect = _judged(prospect, actor, Prospect.channel_blocker)
    return _catch_up(_write(prospect, values, Stage.CHANNEL, actor), actor)


@followed
@transaction.atomic
def screen(prospect: Prospect, *, actor: User, is_focus: bool, reason: str) -> Prospect:
    """Decide whether to concentrate on a prospect, with the reason (S1-A15-2)."""
    prospect = _judged(prospect, actor, Prospect.screen_blocker)
    if not reason:
        raise TransitionDenied(gettext("The verdict needs a reason."))
    prospect.is_focus, prospect.verdict_reason = is_focus, reason
    prospect.verdict_by, prospect.verdict_at = actor, timezone.now()
    prospect.stage = Stage.FOCUS if is_focus else Stage.NOT_FOCUS
    prospect.stage_since = timezone.now()
    prospect.save(
        update_fields=[
            *("is_focus", "verdict_reason", "verdict_by", "verdict_at", "stage", "stage_since")
        ]
    )
    _step(prospect, Stage.SURVEYED, actor, reason)
    return _catch_up(prospect, actor)


@followed
@transaction.atomic
def drop(prospect: Prospect, *, actor: User, reason: str) -> Prospect:
    """Give a prospect up, with the reason; where it stood is kept."""
    prospect = _judged(prospect, actor, Prospect.drop_blocker)
    if not reason:
        raise TransitionDenied(gettext("Dropping needs a reason."))
    prospect.dropped_from, prospect.drop_reason = prospect.stage, reason
    prospect.save(update_fields=["dropped_from", "drop_reason"])
    return move(prospect, Stage.DROPPED, actor=actor, note=reason)


@followed
@transaction.atomic
def resume(prospect: Prospect, *, actor: User, reason: str) -> Prospect:
    """Take a dropped prospect up again where it was left."""
    prospect = _judged(prospect, actor, Prospect.resume_blocker)
    if not reason:
        raise TransitionDenied(gettext("Taking it up again needs a reason."))
    back = Stage(prospect.dropped_from)
    prospect = move(prospect, back, actor=actor, note=reason)
    prospect.dropped_from = prospect.drop_reason = ""
    prospect.save(update_fields=["dropped_from", "drop_reason"])
    return _catch_up(prospect, actor)


def survey_began(account: Account, *, actor: User) -> None:
    """The survey for recognition has begun: every plan that made it a focus follows."""
    rows = Prospect.objects.select_for_update(of=("self",)).filter(account=account)
    for prospect in rows.filter(stage=Stage.FOCUS, plan__voided_at=None):
        move(prospect, Stage.SURVEY, actor=actor)


def survey_found(account: Account, *, actor: User) -> None:
    """A survey of the prospect is judged (S1-A15-1): plans that had set the channel follow."""
    rows = Prospect.objects.select_for_update(of=("self",)).filter(account=account)
    for prospect in rows.filter(stage=Stage.CHANNEL, plan__voided_at=None):
        move(prospect, Stage.SURVEYED, actor=actor)


def survey_reopened(account: Account, *, actor: User, reason: str) -> None:
    """What a survey found stands open again: whoever is not screened yet waits for it."""
    rows = Prospect.objects.select_for_update(of=("self",)).filter(account=account)
    for prospect in rows.filter(stage=Stage.SURVEYED, plan__voided_at=None):
        if not _surveys(prospect).filter(kind=SurveyKind.PROSPECT).exists():
            move(prospect, Stage.CHANNEL, actor=actor, note=reason)


def fill(prospect: Prospect, *, actor: User, values: Mapping[str, Any]) -> Prospect:
    """Write into a locked prospect what a list says of it, where nothing stood."""
    has_words = prospect.situation or values.get("situation")
    prospect = _write(prospect, values, Stage.ANALYSED if has_words else Stage.LISTED, actor)
    if "expected_volume" in values:
        expect(prospect, actor=actor)
    return prospect


def move(prospect: Prospect, stage: Stage, *, actor: User, note: str = "") -> Prospect:
    """Put a locked prospect into a stage and keep the step."""
    before, prospect.stage, prospect.stage_since = prospect.stage, stage, timezone.now()
    prospect.save(update_fields=["stage", "stage_since"])
    _step(prospect, before, actor, note)
    return prospect


def _step(prospect: Prospect, before: str, actor: User, note: str) -> None:
    ProspectStep.objects.create(
        prospect=prospect, from_stage=before, to_stage=prospect.stage, actor=actor, note=note
    )


def _write(prospect: Prospect, values: Mapping[str, Any], stage: Stage, actor: User) -> Prospect:
    """Keep what was written; the first time, it is one stage further."""
    for name, value in values.items():
        setattr(prospect, name, value)
    prospect.save(update_fields=list(values))
    if prospect.place < PLACE[stage]:
        move(prospect, stage, actor=actor)
    return prospect


def _catch_up(prospect: Prospect, actor: User) -> Prospect:
    """Surveys that came before their turn, since it stands on the list: none is asked for twice."""
    of_prospect = _surveys(prospect).filter(kind=SurveyKind.PROSPECT)
    for_recognition = _surveys(prospect, SurveyStatus.OPEN).exclude(kind=SurveyKind.PROSPECT)
    if prospect.stage == Stage.CHANNEL and of_prospect.exists():
        return move(prospect, Stage.SURVEYED, actor=actor)
    if prospect.stage == Stage.FOCUS and for_recognition.exists():
        return move(prospect, Stage.SURVEY, actor=actor)
    return prospect


def _surveys(prospect: Prospect, *also: SurveyStatus) -> SurveyQuerySet:
    """Those judged since it stands on the list, and others of its customer by their state."""
    is_judged = Q(status=SurveyStatus.JUDGED, judged_at__gte=prospect.added_at)
    surveys: SurveyQuerySet = Survey.objects.filter(account=prospect.account_id)
    return surveys.filter(is_judged | Q(status__in=also))


def _judged(prospect: Prospect, actor: User, blocker: Callable[[Prospect, User], str]) -> Prospect:
    """The row as it is now, held with its plan and its customer, if `actor` may take this step.

    Plan, customer, prospect: the order in which everybody takes them.
    """
    plan = DevelopmentPlan.objects.select_for_update(of=("self",)).get(pk=prospect.plan_id)
    account = accounts.locked(prospect.account)
    prospect = Prospect.objects.select_for_update(of=("self",)).get(pk=prospect.pk)
    prospect.plan = plan
    if prospect.account_id == account.pk:  # else it was merged into another meanwhile
        prospect.account = account
    if reason := blocker(prospect, actor):
        raise TransitionDenied(reason)
    return prospect
