"""Visits: planned, moved, called off, arrived at, recorded; each step names who takes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Attachment, Channel, ContactPerson, Feedback, Interaction
from accounts.workflow import attachment as attachments
from accounts.workflow import feedback as feedbacks
from accounts.workflow import interaction as interactions
from accounts.workflow.account import locked as locked_account
from staff.duties import followed
from staff.models import Task, TaskKind, User
from staff.transitions import TransitionDenied
from staff.workflow import task as tasks
from visits.duties import quota
from visits.models import Visit, VisitStatus, VisitTask


@dataclass(frozen=True)
class Position:
    """Where a phone says it is; nobody is asked to tell."""

    latitude: Decimal
    longitude: Decimal
    accuracy: int | None = None


@dataclass(frozen=True)
class Present:
    """Who takes part, on both sides."""

    contact_people: Iterable[ContactPerson] = field(default_factory=list)
    colleagues: Iterable[User] = field(default_factory=list)


@followed
@transaction.atomic
def plan(visit: Visit, *, actor: User, present: Present | None = None) -> Visit:
    """Keep a new plan for oneself or for somebody of one's line."""
    if blocker := locked_account(visit.account).edit_blocker(actor):
        raise TransitionDenied(blocker)
    _check_visitor(visit, actor)
    visit.created_by = actor
    visit.save()
    _keep_present(visit, present or Present())
    return visit


@followed
@transaction.atomic
def edit(visit: Visit, *, actor: User, values: Mapping[str, Any], present: Present) -> Visit:
    """Move or change a plan."""
    visit = _locked(visit)
    if blocker := visit.edit_blocker(actor):
        raise TransitionDenied(blocker)
    before = visit.visitor_id
    for name, value in values.items():
        setattr(visit, name, value)
    if visit.visitor_id != before:
        _check_visitor(visit, actor)
    visit.save(update_fields=list(values))
    _keep_present(visit, present)
    return visit


def _check_visitor(visit: Visit, actor: User) -> None:
    """Somebody of one's line goes, who may read the customer's file."""
    if visit.visitor_id != actor.pk and visit.visitor_id not in actor.line_ids:
        raise TransitionDenied(gettext("You plan visits for yourself and the people below you."))
    if blocker := visit.account.reader_blocker(visit.visitor):
        raise TransitionDenied(blocker)


@followed
@transaction.atomic
def cancel(visit: Visit, *, actor: User, reason: str) -> Visit:
    """Call a planned visit off; it stays readable."""
    visit = _locked(visit)
    if blocker := visit.cancel_blocker(actor):
        raise TransitionDenied(blocker)
    if not reason:
        raise TransitionDenied(gettext("Cancelling needs a reason."))
    visit.status, visit.cancel_reason = VisitStatus.CANCELLED, reason
    visit.save(update_fields=["status", "cancel_reason"])
    return visit


@transaction.atomic
def check_in(visit: Visit, *, actor: User, position: Position | None) -> Visit:
    """Note the arrival, by our clock, and the place where the phone tells it."""
    visit = _locked(visit)
    if blocker := visit.check_in_blocker(actor):
        raise TransitionDenied(blocker)
    visit.arrived_at = timezone.now()
    if position:
        visit.latitude, visit.longitude = position.latitude, position.longitude
        visit.accuracy = position.accuracy
    visit.save(update_fields=["arrived_at", "latitude", "longitude", "accuracy"])
    return visit


@followed
@transaction.atomic
def record(
    visit: Visit, *, actor: User, said: Interaction, values: Mapping[str, Any], present: Present
) -> Visit:
    """Write down how a planned visit went: it gets its contact record and is done."""
    visit = _locked(visit)
    if blocker := visit.record_blocker(actor):
        raise TransitionDenied(blocker)
    return _finish(visit, actor, said, values, present)


@followed
@transaction.atomic
def record_unplanned(
    visit: Visit, *, actor: User, said: Interaction, values: Mapping[str, Any], present: Present
) -> Visit:
    """Write down a visit that nobody had planned: it is planned and done in one step."""
    visit.planned_at = said.happened_at
    visit.purpose = said.purpose
    plan(visit, actor=actor)
    return _finish(_locked(visit), actor, said, values, present)


def _finish(
    visit: Visit, actor: User, said: Interaction, values: Mapping[str, Any], present: Present
) -> Visit:
    people = list(present.contact_people)
    said.account, said.channel = visit.account, Channel.VISIT
    said.contact_person = people[0] if people else None
    visit.interaction = interactions.add(said, actor=actor)
    visit.status, visit.purpose = VisitStatus.DONE, said.purpose
    for name, value in values.items():
        setattr(visit, name, value)
    visit.save(update_fields=["interaction", "status", "purpose", *values])
    _keep_present(visit, present)
    quota.follow([visit.visitor, *visit.colleagues.all()])
    return visit


@transaction.atomic
def follow_up(visit: Visit, *, actor: User, task: Task) -> Task:
    """Give a task that came out of a visit; it is worked on and finished like any other."""
    visit = _locked(visit)
    if blocker := visit.follow_up_blocker(actor):
        raise TransitionDenied(blocker)
    task.kind, task.source = TaskKind.FOLLOW_UP, gettext("Visit: %s") % visit
    tasks.give(task, actor=actor)
    VisitTask.objects.create(visit=visit, task=task)
    return task


@transaction.atomic
def attach(visit: Visit, *, actor: User, upload: Any, title: str) -> Attachment:
    """Keep a photo or a file with the record of the visit."""
    visit = _locked(visit)
    if blocker := visit.attach_blocker(actor):
        raise TransitionDenied(blocker)
    return attachments.add(
        visit.account, actor=actor, upload=upload, title=title, interaction=visit.interaction
    )


@transaction.atomic
def hear(visit: Visit, *, actor: User, feedback: Feedback) -> Feedback:
    """Something the customer said that must be passed on (S1-A2-SPC-11)."""
    visit = _locked(visit)
    if blocker := visit.attach_blocker(actor):
        raise TransitionDenied(blocker)
    feedback.account, feedback.interaction = visit.account, visit.interaction
    return feedbacks.raise_(feedback, actor=actor)


def _keep_present(visit: Visit, present: Present) -> None:
    visit.contact_people.set(present.contact_people)
    visit.colleagues.set(user for user in present.colleagues if user.pk != visit.visitor_id)


def _locked(visit: Visit) -> Visit:
    rows = Visit.objects.select_for_update(of=("self",)).select_related("account", "visitor")
    found: Visit = rows.get(pk=visit.pk)
    return found
