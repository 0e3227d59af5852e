"""Plans, prospects, surveys and recognition: one module per noun, all imported here."""

from .market_note import MarketNote, NoteAccount, NoteFile, NoteKind
from .plan import DevelopmentPlan, PlanStatus, PlanStep, PlanVerb, Quarter
from .prospect import PLACE, WAY, ContactMethod, Prospect, ProspectStep, Source, Stage
from .survey import (
    DocumentKind,
    Principle,
    PrincipleVerdict,
    Suitability,
    Survey,
    SurveyColleague,
    SurveyDocument,
    SurveyFile,
    SurveyKind,
    SurveyPrinciple,
    SurveyStatus,
)

__all__ = [
    "PLACE",
    "WAY",
    "ContactMethod",
    "DevelopmentPlan",
    "DocumentKind",
    "MarketNote",
    "NoteAccount",
    "NoteFile",
    "NoteKind",
    "PlanStatus",
    "PlanStep",
    "PlanVerb",
    "Principle",
    "PrincipleVerdict",
    "Prospect",
    "ProspectStep",
    "Quarter",
    "Source",
    "Stage",
    "Suitability",
    "Survey",
    "SurveyColleague",
    "SurveyDocument",
    "SurveyFile",
    "SurveyKind",
    "SurveyPrinciple",
    "SurveyStatus",
]
