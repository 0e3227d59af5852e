"""Meals for visitors: asked for, decided on by the leader, then paid (S4 6.4(3))."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from staff import policy
from staff.duties import synchronise_all
from staff.models import User, Verb
from staff.transitions import TransitionDenied
from staff.workflow.notice import notify
from visits.catering_policy import AFTERWARDS, leader_of
from visits.models import CateringRequest, CateringStatus, Reception


@transaction.atomic
def ask(request: CateringRequest, *, actor: User) -> CateringRequest:
    """Report the costs to the leader: before the day, or afterwards with a reason."""
    reception = Reception.objects.select_for_update(of=("self",)).get(pk=request.reception_id)
    if blocker := reception.catering_blocker(actor):
        raise TransitionDenied(blocker)
    request.is_afterwards = reception.has_begun
    if request.is_afterwards and not policy.in_force()[AFTERWARDS]:
        raise TransitionDenied(gettext("Catering is asked for before the day; this one is over."))
    if request.is_afterwards and not request.afterwards_reason:
        raise TransitionDenied(gettext("Say why it is asked for only afterwards."))
    if not request.is_afterwards:
        request.afterwards_reason = ""
    request.requested_by = actor
    request.save()
    _follow(reception)
    if leader := leader_of(actor):
        _tell(leader, Verb.CATERING_ASKED, actor, request)
    return request


@transaction.atomic
def decide(
    request: CateringRequest, *, actor: User, is_approved: bool, note: str = ""
) -> CateringRequest:
    """The leader approves, or refuses with a reason; never whoever asked."""
    request = _locked(request)
    if blocker := request.decision_blocker(actor):
        raise TransitionDenied(blocker)
    if not is_approved and not note:
        raise TransitionDenied(gettext("Refusing needs a reason."))
    request.status = CateringStatus.APPROVED if is_approved else CateringStatus.REFUSED
    request.decided_by, request.decided_at = actor, timezone.now()
    request.decision_note = note
    request.save(update_fields=["status", "decided_by", "decided_at", "decision_note"])
    _follow(request.reception)
    verb = Verb.CATERING_APPROVED if is_approved else Verb.CATERING_REFUSED
    _tell(request.requested_by, verb, actor, request)
    return request


@transaction.atomic
def enter_cost(
    request: CateringRequest, *, actor: User, cost: Decimal, note: str = ""
) -> CateringRequest:
    """What it came to; more than was approved needs a word why."""
    request = _locked(request)
    if blocker := request.cost_blocker(actor):
        raise TransitionDenied(blocker)
    if cost > request.amount and not note:
        raise TransitionDenied(gettext("It cost more than was approved: say why."))
    request.actual_cost, request.actual_note = cost, note
    request.save(update_fields=["actual_cost", "actual_note"])
    return request


def _tell(person: User, verb: Verb, actor: User, request: CateringRequest) -> None:
    name = request.reception.account.name
    notify(person, verb, actor=actor, subject=name, url=request.get_absolute_url())


def _follow(reception: Reception) -> None:
    """Duties are of the customer, which a request reaches through its reception."""
    synchronise_all(accounts=[reception.account_id])


def _locked(request: CateringRequest) -> CateringRequest:
    rows = CateringRequest.objects.select_for_update(of=("self",))
    found: CateringRequest = rows.select_related("reception__account", "requested_by").get(
        pk=request.pk
    )
    return found
