"""What an application shows its approvers, frozen when it is submitted (S1-A7-3)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Account, TierPolicy, VolumeBasis, VolumeSource
from accounts.tier_facts import facts_of
from accounts.tiering import Facts, Volume
from development.models import Survey, SurveyDocument, SurveyFile


def expected_facts(account: Account, policy: TierPolicy, amount: Decimal) -> Facts:
    """What is known about a customer, with the expected volume in the place of the actual one."""
    volume = Volume(
        amount,
        basis=VolumeBasis.EXPECTED,
        source=VolumeSource.ENTERED,
        as_of=timezone.localdate(),
    )
    return dataclasses.replace(facts_of(account, policy), volume=volume)


def freeze(general: Survey, field: Survey) -> dict[str, Any]:
    """Both surveys in words and codes; read `for_detail`."""
    return {"general": _general(general), "field": _field(field)}


def _shared(survey: Survey) -> dict[str, Any]:
    return {
        "pk": survey.pk,
        "lead": survey.lead.name,
        "suitability": survey.suitability,
        "judgement": survey.judgement,
        "judged_by": survey.judged_by.name if survey.judged_by else "",
        "judged_on": _day(timezone.localdate(survey.judged_at) if survey.judged_at else None),
        "files": [_file(row) for row in survey.photos],
        "gaps": survey.gaps,
    }


def _general(survey: Survey) -> dict[str, Any]:
    return _shared(survey) | {
        "head_name": survey.head_name,
        "head_position": survey.head_position,
        "talked_on": _day(survey.talked_on),
        "situation": survey.situation,
        "direction": survey.direction,
        "view_of_us": survey.view_of_us,
        "documents": [_document(row) for row in survey.documents.all()],
        "principles": [
            {"principle": row.principle, "verdict": row.verdict, "evidence": row.evidence}
            for row in survey.principles.all()
        ],
    }


def _field(survey: Survey) -> dict[str, Any]:
    return _shared(survey) | {
        "held_on": _day(survey.held_on),
        "place": survey.place,
        "people": [
            {"name": person.name, "role": person.role} for person in survey.colleagues.all()
        ],
        "others": survey.others,
        "findings": survey.findings,
        "why_without": survey.why_without,
    }


def _document(row: SurveyDocument) -> dict[str, Any]:
    attachment = row.attachment
    return {
        "kind": row.kind,
        "name": row.name,
        "year": row.year,
        "received_on": _day(row.received_on),
        "is_old": row.is_old,
        "is_not_applicable": row.is_not_applicable,
        "reason": row.reason,
        "file": {"pk": attachment.pk, "name": attachment.name} if attachment else None,
    }


def _file(row: SurveyFile) -> dict[str, Any]:
    attachment = row.attachment
    return {"pk": attachment.pk, "name": attachment.name, "title": attachment.title}


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def files_of(material: dict[str, Any] | None) -> set[int]:
    """The attachments that frozen material shows."""
    parts = [part for part in (material or {}).values() if part]
    found = {row["pk"] for part in parts for row in part["files"]}
    papers = [row["file"] for part in parts for row in part.get("documents", [])]
    return found | {paper["pk"] for paper in papers if paper}
