"""Plans, prospects, surveys and recognition: one module per noun, all imported here."""

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
