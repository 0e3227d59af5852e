"""The customer's voice: calls and what becomes of them; one module per noun, all imported here."""

from .call import CallBackAttempt, CallKind, CallRecord, CallStatus, NotReached, Situation
from .case_parts import (
    ComplaintAddition,
    ComplaintLink,
    ComplaintPause,
    ComplaintStep,
    StepVerb,
)
from .complaint import Cause, Complaint, ComplaintChannel, ComplaintStatus, Grade, Verdict
from .monthly import MonthlyFeedback, MonthlyLine, MonthlyRecipient, MonthlyStatus, Section

__all__ = [
    "CallBackAttempt",
    "CallKind",
    "CallRecord",
    "CallStatus",
    "Cause",
    "Complaint",
    "ComplaintAddition",
    "ComplaintChannel",
    "ComplaintLink",
    "ComplaintPause",
    "ComplaintStatus",
    "ComplaintStep",
    "Grade",
    "MonthlyFeedback",
    "MonthlyLine",
    "MonthlyRecipient",
    "MonthlyStatus",
    "NotReached",
    "Section",
    "Situation",
    "StepVerb",
    "Verdict",
]
