"""Level by level an application is approved, refused, sent back; the last approval recognises."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import BusinessType
from accounts.workflow import business_type, tiering
from development.models import RecognitionApplication, RecognitionStatus, RecognitionVerb
from development.recognition_deciders import (
    answered_text,
    decide_blocker,
    place_of,
    whom_text,
)
from staff.duties import followed
from staff.models import User, Verb
from staff.transitions import TransitionDenied

from .shared import hand_on, locked, no_reason, record, refuse_for, tell


@followed
@transaction.atomic
def approve(
    application: RecognitionApplication,
    *,
    actor: User,
    seen: str = "",
    note: str = "",
    waiver_reason: str = "",
    tier: str = "",
) -> RecognitionApplication:
    """Approve at the level where it waits; at the last one the customer becomes a key account."""
    application = _at_decision(application, actor, seen)
    refuse_for(application.principle_blocker())
    if not application.principles_met and not (waiver_reason or application.waiver_reason):
        raise TransitionDenied(no_waiver())
    _decide(application, actor, RecognitionVerb.APPROVED, note)
    if waiver_reason:
        application.waiver_reason = waiver_reason
    if not application.is_last_level:
        application.level = (application.level or 0) + 1
        application.post = application.levels[application.level]
        application.waiting_since = timezone.now()
        application.save()
        hand_on(application, actor)
        return application
    application.status, application.post = RecognitionStatus.APPROVED, ""
    application.decided_by, application.decided_at = actor, timezone.now()
    _recognise(application, actor, tier, note)
    application.save()
    _answer(application, actor)
    return application


@followed
@transaction.atomic
def refuse(
    application: RecognitionApplication, *, actor: User, note: str, seen: str = ""
) -> RecognitionApplication:
    """Refuse it for good, with the reason; a new application may follow."""
    application = _at_decision(application, actor, seen)
    refuse_for(no_reason(note))
    _decide(application, actor, RecognitionVerb.REFUSED, note)
    application.status, application.post = RecognitionStatus.REFUSED, ""
    application.decided_by, application.decided_at = actor, timezone.now()
    application.save(update_fields=["status", "post", "decided_by", "decided_at"])
    _answer(application, actor)
    return application


@followed
@transaction.atomic
def send_back(
    application: RecognitionApplication, *, actor: User, note: str, seen: str = ""
) -> RecognitionApplication:
    """Ask the applicant to put something right; it comes back to this level."""
    application = _at_decision(application, actor, seen)
    refuse_for(no_reason(note))
    _decide(application, actor, RecognitionVerb.SENT_BACK, note)
    application.status, application.post = RecognitionStatus.SENT_BACK, ""
    application.save(update_fields=["status", "post"])
    _answer(application, actor)
    return application


def no_waiver() -> str:
    return gettext("A principle is not met: say why you approve all the same.")


def _at_decision(
    application: RecognitionApplication, actor: User, seen: str
) -> RecognitionApplication:
    """The locked application, if the actor may decide what they have seen; else who was first."""
    application = locked(application)
    if seen and seen != application.seen:
        told = [answered_text(application), whom_text(application)]
        raise TransitionDenied(" ".join(filter(None, told)))
    refuse_for(decide_blocker(application, actor))
    return application


def _decide(
    application: RecognitionApplication, actor: User, verb: RecognitionVerb, note: str
) -> None:
    place = place_of(application, actor)
    record(application, actor, verb, note, acting_for=place.acting_for if place else None)


def _recognise(application: RecognitionApplication, actor: User, tier: str, note: str) -> None:
    """The customer becomes a key account; its type waits for the agreement (S1 第4条)."""
    reason = gettext("Recognised by application %(number)s") % {"number": application.number}
    is_member = application.type_asked == BusinessType.MEMBER
    application.account = business_type.recognise(
        application.account,
        actor=actor,
        reason=reason,
        business_type=BusinessType.MEMBER if is_member else None,
    )
    if tier:
        application.tier_decision = tiering.decide(
            application.account,
            actor=actor,
            tier=tier,
            effective_on=timezone.localdate(),
            reason=f"{reason}: {note}"[:500] if note else reason,
        )


def _answer(application: RecognitionApplication, actor: User) -> None:
    back = application.status == RecognitionStatus.SENT_BACK
    verb = Verb.RECOGNITION_BACK if back else Verb.RECOGNITION_DECIDED
    tell(application.applicant, verb, application, actor)
