"""Plans, prospects, surveys and recognition: one module per noun, all imported here."""

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
    "DocumentKind",
    "Principle",
    "PrincipleVerdict",
    "Suitability",
    "Survey",
    "SurveyColleague",
    "SurveyDocument",
    "SurveyFile",
    "SurveyKind",
    "SurveyPrinciple",
    "SurveyStatus",
]
