"""An application as its page and its paper show it: frozen facts in the reader's words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from accounts.tiering import Verdict
from accounts.tiering_text import Explanation, explain
from development.models import (
    DocumentKind,
    Principle,
    PrincipleVerdict,
    RecognitionApplication,
    RecognitionStep,
    Suitability,
)
from development.recognition_policy import levels_for
from staff import policy
from staff.models import Role, User


@dataclass(frozen=True)
class LevelLine:
    """One level of approval: whose post, and the last decision taken there."""

    post: str
    step: RecognitionStep | None
    is_here: bool
    is_older: bool  # decided on an earlier version than the last one submitted


def level_lines(application: RecognitionApplication) -> list[LevelLine]:
    """Every level it must pass, in order; of a draft, those it would pass today."""
    levels = application.levels or levels_for(application.applicant, policy.in_force())
    decisions = {
        step.level: step
        for step in application.steps.all()
        if step.verb in ("approved", "refused", "sent_back")
    }
    return [
        LevelLine(
            post=str(Role(role).label),
            step=(step := decisions.get(number)),
            is_here=application.is_waiting and application.level == number,
            is_older=step is not None and step.round < application.round,
        )
        for number, role in enumerate(levels)
    ]


def answer_step(application: RecognitionApplication) -> RecognitionStep | None:
    """The step that says why it came back or ended without success; None while it goes on."""
    if application.status not in ("sent_back", "refused", "withdrawn"):
        return None
    found = [step for step in application.steps.all() if step.verb == application.status]
    return found[-1] if found else None


def explanation(application: RecognitionApplication) -> Explanation | None:
    """The verdict on the expected volume, as it was at submission."""
    return explain(Verdict.from_json(application.verdict)) if application.verdict else None


def shown_material(application: RecognitionApplication) -> dict[str, Any]:
    """The frozen surveys with words in the place of codes and days in the place of texts."""
    material = application.material or {}
    return {kind: _part(material[kind]) for kind in ("general", "field") if material.get(kind)}


def _part(part: dict[str, Any]) -> dict[str, Any]:
    shown = dict(part)
    for name in ("judged_on", "talked_on", "held_on"):
        if part.get(name):
            shown[name] = dt.date.fromisoformat(part[name])
    if part["suitability"] in Suitability.values:
        shown["suitability_label"] = Suitability(part["suitability"]).label
    shown["principles"] = [
        {
            **row,
            "label": Principle(row["principle"]).label,
            "word": PrincipleVerdict(row["verdict"]).label if row["verdict"] else "",
        }
        for row in part.get("principles", [])
    ]
    shown["documents"] = [_document(row) for row in part.get("documents", [])]
    shown["people"] = [
        {**row, "post": Role(row["role"]).label if row["role"] in Role.values else ""}
        for row in part.get("people", [])
    ]
    return shown


def _document(row: dict[str, Any]) -> dict[str, Any]:
    received = row["received_on"]
    return {
        **row,
        "label": row["name"] or DocumentKind(row["kind"]).label,
        "received_on": dt.date.fromisoformat(received) if received else None,
    }


def is_customer_visible(application: RecognitionApplication, user: User) -> bool:
    """Whether the reader may also open the customer, and not this case alone."""
    from accounts.models import Account

    return Account.objects.visible_to(user).filter(pk=application.account_id).exists()
