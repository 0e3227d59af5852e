"""Applications for recognition (S1 第6–7条): prepared, submitted, decided level by level.

Each step locks the application, judges the locked row, writes it and its step, and tells whoever
comes next, in one transaction. A step that somebody else took meanwhile is refused with their name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import BusinessType, TierPolicy
from accounts.tiering import judge
from accounts.workflow import business_type, tiering, volume
from accounts.workflow.account import locked as locked_account
from development.models import (
    RecognitionApplication,
    RecognitionLine,
    RecognitionStatus,
    RecognitionStep,
    RecognitionVerb,
    Survey,
    SurveyKind,
    SurveyStatus,
)
from development.recognition_deciders import (
    answered_text,
    decide_blocker,
    deciders,
    place_of,
    whom_text,
)
from development.recognition_material import expected_facts, freeze
from development.recognition_number import next_number
from development.recognition_policy import WAIVER, levels_for
from staff import policy
from staff.duties import followed
from staff.models import User, Verb
from staff.transitions import TransitionDenied
from staff.workflow.notice import notify


def start_blocker(account_pk: int) -> str:
    """Why no application can begin: the form follows the field survey (S1-A6-5)."""
    judged = Survey.objects.filter(account=account_pk, status=SurveyStatus.JUDGED)
    if {SurveyKind.GENERAL, SurveyKind.FIELD} <= set(judged.values_list("kind", flat=True)):
        return ""
    return gettext(
        "The application follows the surveys: first judge the general and the field survey."
    )


@followed
@transaction.atomic
def start(
    application: RecognitionApplication, *, actor: User, lines: Iterable[RecognitionLine] = ()
) -> RecognitionApplication:
    """Begin an application under one's own name."""
    account = locked_account(application.account)
    _refuse(account.edit_blocker(actor) or start_blocker(account.pk))
    application.applicant = actor
    application.number = next_number(timezone.localdate())
    try:
        with transaction.atomic():
            application.save()
    except IntegrityError as error:
        if "recognition_one_open_per_customer" not in str(error):
            raise
        refusal = gettext("An application for this customer is open already.")
        raise TransitionDenied(refusal) from error
    _keep_lines(application, lines)
    _record(application, actor, RecognitionVerb.STARTED)
    return application


@transaction.atomic
def edit(
    application: RecognitionApplication,
    *,
    actor: User,
    values: Mapping[str, Any],
    lines: Iterable[RecognitionLine] | None = None,
) -> RecognitionApplication:
    """Change what it says; whoever does so after the first submission cannot decide it."""
    application = locked(application)
    _refuse(application.edit_blocker(actor))
    for name, value in values.items():
        setattr(application, name, value)
    application.save(update_fields=list(values))
    if lines is not None:
        application.lines.all().delete()
        _keep_lines(application, lines)
    _record(application, actor, RecognitionVerb.EDITED)
    return application


@followed
@transaction.atomic
def submit(application: RecognitionApplication, *, actor: User) -> RecognitionApplication:
    """Hand it in: to the first level, or back to the level that sent it back.

    The surveys and the verdict on the expected volume are frozen as they are now; the levels and
    the policy once and for all at the first submission.
    """
    application = locked(application)
    _refuse(application.submit_blocker(actor) or "\n".join(missing(application)))
    application.round += 1
    if application.round == 1:
        values = policy.in_force()
        application.levels = levels_for(application.applicant, values)
        application.waiver_allowed = values[WAIVER]
        application.level = 0
    freeze_case(application)
    application.status = RecognitionStatus.SUBMITTED
    application.post = application.levels[application.level or 0]
    application.waiting_since = application.submitted_at = timezone.now()
    application.save()
    volume.expect(  # so that the customer's page judges on the same figure
        application.account,
        actor=actor,
        year=timezone.localdate().year,
        amount=application.expected_volume,
        note=gettext("application %(number)s") % {"number": application.number},
    )
    _record(application, actor, RecognitionVerb.SUBMITTED)
    _hand_on(application, actor)
    return application


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
    _refuse(application.principle_blocker())
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
        _hand_on(application, actor)
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
    _refuse(_no_reason(note))
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
    _refuse(_no_reason(note))
    _decide(application, actor, RecognitionVerb.SENT_BACK, note)
    application.status, application.post = RecognitionStatus.SENT_BACK, ""
    application.save(update_fields=["status", "post"])
    _answer(application, actor)
    return application


@followed
@transaction.atomic
def withdraw(
    application: RecognitionApplication, *, actor: User, reason: str
) -> RecognitionApplication:
    """Take it back; it stays readable."""
    application = locked(application)
    _refuse(application.withdraw_blocker(actor) or _no_reason(reason))
    application.status, application.post = RecognitionStatus.WITHDRAWN, ""
    application.save(update_fields=["status", "post"])
    _record(application, actor, RecognitionVerb.WITHDRAWN, reason)
    return application


@transaction.atomic
def comment(application: RecognitionApplication, *, actor: User, note: str) -> RecognitionStep:
    """Leave a remark for whoever reads the case."""
    application = locked(application)
    _refuse(_no_reason(note))
    return _record(application, actor, RecognitionVerb.COMMENTED, note)


def no_waiver() -> str:
    return gettext("A principle is not met: say why you approve all the same.")


def missing(application: RecognitionApplication) -> list[str]:
    """What an application cannot be submitted without, in sentences."""
    found = []
    if not application.reasons:
        found.append(gettext("The reasons for trading are missing."))
    if not application.trading_policy:
        found.append(gettext("The basic trading policy is missing."))
    if not application.lines.exists():
        found.append(gettext("Name the goods with their amounts."))
    if blocker := start_blocker(application.account_id):
        found.append(blocker)
    return found


def locked(application: RecognitionApplication) -> RecognitionApplication:
    """The row as it is now with its customer, both held until the transaction ends."""
    account = locked_account(application.account)
    rows = RecognitionApplication.objects.select_for_update(of=("self",))
    found: RecognitionApplication = rows.get(pk=application.pk)
    found.account = account
    return found


def _at_decision(
    application: RecognitionApplication, actor: User, seen: str
) -> RecognitionApplication:
    """The locked application, if the actor may decide what they have seen; else who was first."""
    application = locked(application)
    if seen and seen != application.seen:
        told = [answered_text(application), whom_text(application)]
        raise TransitionDenied(" ".join(filter(None, told)))
    _refuse(decide_blocker(application, actor))
    return application


def _decide(
    application: RecognitionApplication, actor: User, verb: RecognitionVerb, note: str
) -> None:
    place = place_of(application, actor)
    _record(application, actor, verb, note, acting_for=place.acting_for if place else None)


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


def freeze_case(application: RecognitionApplication) -> None:
    """Put the surveys and the verdict on the expected volume into it, as they are now."""
    general = _judged(application.account_id, "general")
    field = _judged(application.account_id, "field")
    if general is None or field is None:
        raise TransitionDenied(start_blocker(application.account_id))
    if application.expected_volume is None:
        application.expected_volume = sum(
            application.lines.values_list("amount", flat=True), Decimal(0)
        )
    rules = TierPolicy.objects.in_force()
    facts = expected_facts(application.account, rules, application.expected_volume)
    application.general_survey, application.field_survey = general, field
    application.material = freeze(general, field)
    application.principles_met = bool(general.principles.all()) and not application.unmet_principles
    application.tier_policy, application.facts = rules, facts.to_json()
    application.verdict = judge(rules.rules(), facts).to_json()


def _judged(account_pk: int, kind: str) -> Survey | None:
    """The latest judged survey of a kind."""
    rows = Survey.objects.filter(account=account_pk).judged(kind)
    found: Survey | None = rows.for_detail().first()
    return found


def _keep_lines(application: RecognitionApplication, lines: Iterable[RecognitionLine]) -> None:
    for line in lines:
        line.pk, line.application = None, application
        line.save(force_insert=True)


def _record(
    application: RecognitionApplication,
    actor: User,
    verb: RecognitionVerb,
    note: str = "",
    *,
    acting_for: User | None = None,
) -> RecognitionStep:
    return RecognitionStep.objects.create(
        application=application,
        actor=actor,
        acting_for=acting_for,
        verb=verb,
        level=application.level,
        round=application.round,
        note=note,
    )


def _hand_on(application: RecognitionApplication, actor: User) -> None:
    """Tell whoever may decide next."""
    for row in deciders(application):
        _tell(row.user, Verb.RECOGNITION_WAITING, application, actor)


def _answer(application: RecognitionApplication, actor: User) -> None:
    back = application.status == RecognitionStatus.SENT_BACK
    verb = Verb.RECOGNITION_BACK if back else Verb.RECOGNITION_DECIDED
    _tell(application.applicant, verb, application, actor)


def _tell(person: User, verb: Verb, application: RecognitionApplication, actor: User) -> None:
    url = application.get_absolute_url()
    notify(person, verb, actor=actor, subject=str(application), url=url)


def _no_reason(reason: str) -> str:
    return "" if reason else gettext("Give the reason.")


def _refuse(blocker: str) -> None:
    if blocker:
        raise TransitionDenied(blocker)
