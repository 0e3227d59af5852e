"""An application is begun, changed, handed in, withdrawn, remarked on (S1-A6-5, 第7条)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import TierPolicy
from accounts.tiering import judge
from accounts.workflow import volume
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
from development.recognition_material import expected_facts, freeze
from development.recognition_number import next_number
from development.recognition_policy import WAIVER, levels_for
from staff import policy
from staff.duties import followed
from staff.models import User
from staff.transitions import TransitionDenied

from .shared import hand_on, locked, no_reason, record, refuse_for


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
    refuse_for(account.edit_blocker(actor) or start_blocker(account.pk))
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
    record(application, actor, RecognitionVerb.STARTED)
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
    refuse_for(application.edit_blocker(actor))
    for name, value in values.items():
        setattr(application, name, value)
    application.save(update_fields=list(values))
    if lines is not None:
        application.lines.all().delete()
        _keep_lines(application, lines)
    record(application, actor, RecognitionVerb.EDITED)
    return application


@followed
@transaction.atomic
def submit(application: RecognitionApplication, *, actor: User) -> RecognitionApplication:
    """Hand it in: to the first level, or back to the level that sent it back.

    The surveys and the verdict on the expected volume are frozen as they are now; the levels and
    the policy once and for all at the first submission.
    """
    application = locked(application)
    refuse_for(application.submit_blocker(actor) or "\n".join(missing(application)))
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
    record(application, actor, RecognitionVerb.SUBMITTED)
    hand_on(application, actor)
    return application


@followed
@transaction.atomic
def withdraw(
    application: RecognitionApplication, *, actor: User, reason: str
) -> RecognitionApplication:
    """Take it back; it stays readable."""
    application = locked(application)
    refuse_for(application.withdraw_blocker(actor) or no_reason(reason))
    application.status, application.post = RecognitionStatus.WITHDRAWN, ""
    application.save(update_fields=["status", "post"])
    record(application, actor, RecognitionVerb.WITHDRAWN, reason)
    return application


@transaction.atomic
def comment(application: RecognitionApplication, *, actor: User, note: str) -> RecognitionStep:
    """Leave a remark for whoever reads the case."""
    application = locked(application)
    refuse_for(no_reason(note))
    return record(application, actor, RecognitionVerb.COMMENTED, note)


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
