"""Plans, prospects, surveys and recognition: one module per noun, all imported here."""

from .deputy import Deputy
from .market_note import MarketNote, NoteAccount, NoteFile, NoteKind
from .plan import DevelopmentPlan, PlanStatus, PlanStep, PlanVerb, Quarter
from .prospect import PLACE, WAY, ContactMethod, Prospect, ProspectStep, Source, Stage
from .recognition import Origin, RecognitionApplication, RecognitionStatus
from .recognition_parts import RecognitionLine, RecognitionStep, RecognitionVerb
from .survey import Suitability, Survey, SurveyKind, SurveyStatus
from .survey_parts import (
    DocumentKind,
    Principle,
    PrincipleVerdict,
    SurveyColleague,
    SurveyDocument,
    SurveyFile,
    SurveyPrinciple,
)

__all__ = [
    "PLACE",
    "WAY",
    "ContactMethod",
    "Deputy",
    "DevelopmentPlan",
    "DocumentKind",
    "MarketNote",
    "NoteAccount",
    "NoteFile",
    "NoteKind",
    "Origin",
    "PlanStatus",
    "PlanStep",
    "PlanVerb",
    "Principle",
    "PrincipleVerdict",
    "Prospect",
    "ProspectStep",
    "Quarter",
    "RecognitionApplication",
    "RecognitionLine",
    "RecognitionStatus",
    "RecognitionStep",
    "RecognitionVerb",
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
