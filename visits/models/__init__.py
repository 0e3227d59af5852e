"""Visits, telephone return visits and receptions: one module per noun, all imported here."""

from .calendar_feed import CalendarFeed
from .catering import CateringRequest, CateringStatus
from .contact_report import ContactReport
from .question_set import Question, QuestionSet, Topic
from .reception import (
    Importance,
    Level,
    Reception,
    ReceptionColleague,
    ReceptionItem,
    ReceptionStatus,
    ReceptionVisitor,
)
from .reception_paper import ReceptionFile, ReceptionMeasures
from .return_visit import Answer, AttemptOutcome, CallAttempt, ReturnVisit, Satisfaction
from .visit import Visit, VisitColleague, VisitContact, VisitStatus, VisitTask

__all__ = [
    "Answer",
    "AttemptOutcome",
    "CalendarFeed",
    "CallAttempt",
    "CateringRequest",
    "CateringStatus",
    "ContactReport",
    "Importance",
    "Level",
    "Question",
    "QuestionSet",
    "Reception",
    "ReceptionColleague",
    "ReceptionFile",
    "ReceptionItem",
    "ReceptionMeasures",
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
