"""Receptions: planned, prepared, recorded, thanked for or called off (S1 第12条, S4 6.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Attachment, Channel, Direction, Feedback, Interaction
from accounts.workflow import attachment as attachments
from accounts.workflow import feedback as feedbacks
from accounts.workflow import interaction as interactions
from accounts.workflow.account import locked as locked_account
from staff import policy
from staff.duties import followed
from staff.models import User, Verb
from staff.transitions import TransitionDenied
from staff.workflow.notice import notify
from visits.models import (
    Reception,
    ReceptionFile,
    ReceptionItem,
    ReceptionMeasures,
    ReceptionStatus,
    ReceptionVisitor,
)
from visits.models.reception_paper import measures_blocker
from visits.policies import PREPARATIONS


@dataclass(frozen=True)
class Party:
    """Who meets: the visitors as rows not yet kept, and our people beside the host."""

    visitors: Sequence[ReceptionVisitor] = field(default_factory=list)
    colleagues: Iterable[User] = field(default_factory=list)


@followed
@transaction.atomic
def plan(reception: Reception, *, actor: User, party: Party) -> Reception:
    """Keep a new plan with its list of preparations; the host is told."""
    if blocker := locked_account(reception.account).edit_blocker(actor):
        raise TransitionDenied(blocker)
    _check(reception, party)
    reception.created_by = actor
    reception.save()
    _keep_party(reception, party)
    _offer_preparations(reception)
    _tell_host(reception, actor)
    return reception


@followed
@transaction.atomic
def edit(
    reception: Reception, *, actor: User, values: Mapping[str, Any], party: Party
) -> Reception:
    """Move or change a plan; a new level adds what it asks to prepare."""
    reception = _locked(reception)
    if blocker := reception.edit_blocker(actor):
        raise TransitionDenied(blocker)
    before = (reception.host_id, reception.level)
    for name, value in values.items():
        setattr(reception, name, value)
    _check(reception, party)
    reception.save(update_fields=list(values))
    _keep_party(reception, party)
    if reception.level != before[1]:
        _offer_preparations(reception)
    if reception.host_id != before[0]:
        _tell_host(reception, actor)
    return reception


def _check(reception: Reception, party: Party) -> None:
    """Somebody comes, and the host may read the customer's file."""
    if not party.visitors:
        raise TransitionDenied(gettext("Name at least one visitor."))
    if blocker := reception.account.reader_blocker(reception.host):
        raise TransitionDenied(blocker)


@followed
@transaction.atomic
def cancel(reception: Reception, *, actor: User, reason: str) -> Reception:
    """Call a planned reception off; it stays readable."""
    reception = _locked(reception)
    if blocker := reception.cancel_blocker(actor):
        raise TransitionDenied(blocker)
    if not reason:
        raise TransitionDenied(gettext("Cancelling needs a reason."))
    reception.status, reception.cancel_reason = ReceptionStatus.CANCELLED, reason
    reception.save(update_fields=["status", "cancel_reason"])
    return reception


@followed
@transaction.atomic
def tick(reception: Reception, *, actor: User, item: ReceptionItem, is_done: bool) -> ReceptionItem:
    """Note that something is prepared, or that it is not after all; twice changes nothing."""
    reception = _locked(reception)
    if blocker := reception.edit_blocker(actor):
        raise TransitionDenied(blocker)
    item = reception.items.select_for_update().get(pk=item.pk)
    if is_done != (item.done_at is not None):
        item.done_at, item.done_by = (timezone.now(), actor) if is_done else (None, None)
        item.save(update_fields=["done_at", "done_by"])
    return item


@followed
@transaction.atomic
def add_item(reception: Reception, *, actor: User, text: str) -> ReceptionItem:
    """Something more to prepare; the same words twice are one line."""
    reception = _locked(reception)
    if blocker := reception.edit_blocker(actor):
        raise TransitionDenied(blocker)
    item, _is_new = ReceptionItem.objects.get_or_create(reception=reception, text=text)
    return item


@followed
@transaction.atomic
def record(
    reception: Reception, *, actor: User, said: Interaction, values: Mapping[str, Any]
) -> Reception:
    """Write down how it went: it gets its contact record and is done."""
    reception = _locked(reception)
    if blocker := reception.record_blocker(actor):
        raise TransitionDenied(blocker)
    said.account = reception.account
    said.channel, said.direction = Channel.MEETING, Direction.IN
    reception.interaction = interactions.add(said, actor=actor)
    reception.status = ReceptionStatus.DONE
    reception.done_on = timezone.localdate(said.happened_at)
    for name, value in values.items():
        setattr(reception, name, value)
    reception.save(update_fields=["interaction", "status", "done_on", *values])
    return reception


@followed
@transaction.atomic
def thank(reception: Reception, *, actor: User, how: str) -> Reception:
    """Note that the visitors were thanked, and how."""
    reception = _locked(reception)
    if blocker := reception.thank_blocker(actor):
        raise TransitionDenied(blocker)
    if not how:
        raise TransitionDenied(gettext("Say how they were thanked."))
    reception.thanked_at, reception.thanked_by, reception.thanks = timezone.now(), actor, how
    reception.save(update_fields=["thanked_at", "thanked_by", "thanks"])
    return reception


@transaction.atomic
def hear(reception: Reception, *, actor: User, feedback: Feedback) -> Feedback:
    """A problem that a visitor raised, to be passed on and answered (S4 6.4(2))."""
    reception = _locked(reception)
    if blocker := reception.problem_blocker(actor):
        raise TransitionDenied(blocker)
    feedback.account, feedback.interaction = reception.account, reception.interaction
    return feedbacks.raise_(feedback, actor=actor)


@transaction.atomic
def attach(reception: Reception, *, actor: User, upload: Any, title: str) -> Attachment:
    """Keep a photo or a file with the reception, and with its record once there is one."""
    reception = _locked(reception)
    if blocker := reception.attach_blocker(actor):
        raise TransitionDenied(blocker)
    added = attachments.add(
        reception.account, actor=actor, upload=upload, title=title,
        interaction=reception.interaction,
    )  # fmt: skip
    ReceptionFile.objects.create(reception=reception, attachment=added)
    return added


@transaction.atomic
def bring_in_measures(*, actor: User, upload: Any, title: str) -> ReceptionMeasures:
    """The company's reception measures (S1-A12) as a file; the ones before stay readable."""
    if blocker := measures_blocker(actor):
        raise TransitionDenied(blocker)
    kept = ReceptionMeasures(title=title, uploaded_by=actor, **attachments.examined(upload))
    kept.save()
    return kept


def _keep_party(reception: Reception, party: Party) -> None:
    """Visitors of the same name stay the same rows; who no longer comes is taken off the plan."""
    known = {visitor.name: visitor for visitor in reception.visitors.all()}
    for visitor in party.visitors:
        row = known.pop(visitor.name, None) or ReceptionVisitor(reception=reception)
        for name in ("name", "unit", "position", "importance"):
            setattr(row, name, getattr(visitor, name))
        row.save()
    reception.visitors.filter(pk__in=[row.pk for row in known.values()]).delete()
    reception.colleagues.set(user for user in party.colleagues if user.pk != reception.host_id)


def _offer_preparations(reception: Reception) -> None:
    """What the level asks to prepare, by the policy of today; what is there already stays."""
    texts = policy.in_force()[PREPARATIONS[reception.level]]
    known = set(reception.items.values_list("text", flat=True))
    for text in texts:
        if text not in known:
            ReceptionItem.objects.create(reception=reception, text=text)


def _tell_host(reception: Reception, actor: User) -> None:
    notify(
        reception.host,
        Verb.RECEPTION_HOST,
        actor=actor,
        subject=reception.account.name,
        url=reception.get_absolute_url(),
    )


def _locked(reception: Reception) -> Reception:
    rows = Reception.objects.select_for_update(of=("self",)).select_related("account", "host")
    found: Reception = rows.get(pk=reception.pk)
    return found
