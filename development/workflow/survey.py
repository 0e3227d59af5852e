"""Surveys (S1 第6条): started, filled in part by part, judged by a named person, reopened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pghistory
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Kind
from accounts.workflow import attachment as attachments
from accounts.workflow.account import locked as locked_account
from development.models import (
    DocumentKind,
    Principle,
    Survey,
    SurveyDocument,
    SurveyFile,
    SurveyKind,
    SurveyPrinciple,
    SurveyStatus,
)
from development.workflow import prospect as prospects
from staff.duties import followed
from staff.models import User
from staff.transitions import TransitionDenied


def field_blocker(account_pk: int) -> str:
    """Why no field survey can begin: it opens when the general one is judged (S1-A6-3)."""
    if Survey.objects.filter(account=account_pk).judged(SurveyKind.GENERAL).exists():
        return ""
    return gettext("The field survey opens when the general survey has been judged.")


@followed
@transaction.atomic
def start(survey: Survey, *, actor: User) -> Survey:
    """Begin a survey; it builds on the latest judged one before it."""
    account = locked_account(survey.account)
    if blocker := account.edit_blocker(actor):
        raise TransitionDenied(blocker)
    if survey.lead_id not in actor.line_ids:
        raise TransitionDenied(gettext("Choose yourself or somebody of your line."))
    if blocker := account.reader_blocker(survey.lead):
        raise TransitionDenied(blocker)
    before = {SurveyKind.FIELD: SurveyKind.GENERAL, SurveyKind.GENERAL: SurveyKind.PROSPECT}
    if earlier := before.get(SurveyKind(survey.kind)):
        survey.based_on = Survey.objects.filter(account=account).judged(earlier).first()
    if survey.kind == SurveyKind.FIELD and (blocker := field_blocker(account.pk)):
        raise TransitionDenied(blocker)
    survey.created_by = actor
    try:
        with transaction.atomic():
            survey.save()
    except IntegrityError as error:
        if "survey_one_open_of_a_kind" not in str(error):
            raise
        refusal = gettext("Such a survey of this customer is under way already.")
        raise TransitionDenied(refusal) from error
    if survey.is_general:
        for principle in Principle.values:
            SurveyPrinciple.objects.create(survey=survey, principle=principle)
        for kind in (DocumentKind.PROFILE, DocumentKind.ACCOUNTS):
            SurveyDocument.objects.create(survey=survey, kind=kind)
    if survey.kind != SurveyKind.PROSPECT:
        prospects.survey_began(account, actor=actor)
    return survey


@transaction.atomic
def fill_in(
    survey: Survey,
    *,
    actor: User,
    values: Mapping[str, Any],
    colleagues: Iterable[User] | None = None,
) -> Survey:
    """Save one part of it; the others stay as they are."""
    survey = _open(survey, actor)
    for name, value in values.items():
        setattr(survey, name, value)
    survey.save(update_fields=list(values))
    if colleagues is not None:
        survey.colleagues.set(colleagues)
    return survey


@transaction.atomic
def judge_principles(
    survey: Survey, *, actor: User, verdicts: Mapping[str, tuple[str, str]]
) -> Survey:
    """Principle → verdict and evidence (S1 第5条); blank leaves one open."""
    survey = _open(survey, actor)
    for row in survey.principles.all():
        if row.principle not in verdicts:
            continue
        row.verdict, row.evidence = verdicts[row.principle]
        if row.verdict not in ("", "unknown") and not row.evidence:
            raise TransitionDenied(
                gettext("Say what shows it: %(principle)s.")
                % {"principle": row.get_principle_display()}
            )
        row.save(update_fields=["verdict", "evidence"])
    return survey


@transaction.atomic
def keep_document(
    document: SurveyDocument, *, actor: User, upload: UploadedFile[Any] | None = None
) -> SurveyDocument:
    """Tick a document off, with its file where there is one, or add one to the checklist."""
    survey = _open(document.survey, actor)
    document.survey = survey
    if document.is_not_applicable and survey.account.kind != Kind.INDIVIDUAL:
        raise TransitionDenied(gettext("Only of an individual a document need not be asked for."))
    if upload is not None:
        document.attachment = attachments.add(
            survey.account, actor=actor, upload=upload, title=document.label
        )
        document.received_on = document.received_on or timezone.localdate()
    document.save()
    return document


@transaction.atomic
def attach(survey: Survey, *, actor: User, upload: UploadedFile[Any], title: str) -> SurveyFile:
    """Keep a photo or a file with the survey."""
    survey = _open(survey, actor)
    added = attachments.add(survey.account, actor=actor, upload=upload, title=title or str(survey))
    return SurveyFile.objects.create(survey=survey, attachment=added)


@followed
@transaction.atomic
def judge(survey: Survey, *, actor: User, suitability: str, judgement: str) -> Survey:
    """The overall judgement (S1-A6-3): with it the survey is finished, under the actor's name."""
    survey = _locked(survey)
    if blocker := survey.judge_blocker(actor):
        raise TransitionDenied(blocker)
    if not (suitability and judgement):
        raise TransitionDenied(gettext("An overall judgement needs its reasons."))
    survey.status, survey.suitability = SurveyStatus.JUDGED, suitability
    survey.judgement, survey.judged_by = judgement, actor
    survey.judged_at = timezone.now()
    survey.save(update_fields=["status", "suitability", "judgement", "judged_by", "judged_at"])
    if survey.kind == SurveyKind.PROSPECT:
        prospects.survey_found(survey.account, actor=actor)
    return survey


@followed
@transaction.atomic
def reopen(survey: Survey, *, actor: User, reason: str) -> Survey:
    """Open a judged survey again; the judgement that was stays in the trail with the reason."""
    survey = _locked(survey)
    if blocker := survey.reopen_blocker(actor):
        raise TransitionDenied(blocker)
    if not reason:
        raise TransitionDenied(gettext("Give the reason."))
    survey.status, survey.suitability = SurveyStatus.OPEN, ""
    survey.judged_by, survey.judged_at = None, None
    with pghistory.context(reason=reason):
        _save_open(survey)
    if survey.kind == SurveyKind.PROSPECT:
        prospects.survey_reopened(survey.account, actor=actor, reason=reason)
    return survey


def _save_open(survey: Survey) -> None:
    try:
        with transaction.atomic():
            survey.save(update_fields=["status", "suitability", "judged_by", "judged_at"])
    except IntegrityError as error:
        refusal = gettext("Such a survey of this customer is under way already.")
        raise TransitionDenied(refusal) from error


@followed
@transaction.atomic
def drop(survey: Survey, *, actor: User, reason: str) -> Survey:
    """Give a survey up; it stays readable."""
    survey = _locked(survey)
    if blocker := survey.drop_blocker(actor):
        raise TransitionDenied(blocker)
    if not reason:
        raise TransitionDenied(gettext("Give the reason."))
    survey.status, survey.drop_reason = SurveyStatus.DROPPED, reason
    survey.save(update_fields=["status", "drop_reason"])
    return survey


def _open(survey: Survey, actor: User) -> Survey:
    survey = _locked(survey)
    if blocker := survey.edit_blocker(actor):
        raise TransitionDenied(blocker)
    return survey


def _locked(survey: Survey) -> Survey:
    found: Survey = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    return found
