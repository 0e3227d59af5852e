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
from .visit import Visit, VisitColleague, VisitContact, VisitStatus, VisitTask

__all__ = [
    "CalendarFeed",
    "CateringRequest",
    "CateringStatus",
    "Importance",
    "Level",
    "Reception",
    "ReceptionColleague",
    "ReceptionItem",
    "ReceptionStatus",
    "ReceptionVisitor",
    "Visit",
    "VisitColleague",
    "VisitContact",
    "VisitStatus",
    "VisitTask",
]
