"""Visits, telephone return visits and receptions: one module per noun, all imported here."""

from .calendar_feed import CalendarFeed
from .catering import CateringRequest, CateringStatus
from .reception import (
    Importance,
    Level,
    Reception,
    ReceptionColleague,
    ReceptionItem,
    ReceptionStatus,
    ReceptionVisitor,
)
from .return_visit import (
    Answer,
    Asks,
    Attempt,
    AttemptOutcome,
    Question,
    QuestionSet,
    ReturnVisit,
    Satisfaction,
    Topic,
)
from .visit import Visit, VisitColleague, VisitContact, VisitStatus, VisitTask

__all__ = [
    "Answer",
    "Asks",
    "Attempt",
    "AttemptOutcome",
    "CalendarFeed",
    "CateringRequest",
    "CateringStatus",
    "Importance",
    "Level",
    "Question",
    "QuestionSet",
    "Reception",
    "ReceptionColleague",
    "ReceptionItem",
    "ReceptionStatus",
    "ReceptionVisitor",
    "ReturnVisit",
    "Satisfaction",
    "Topic",
    "Visit",
    "VisitColleague",
    "VisitContact",
    "VisitStatus",
    "VisitTask",
]
