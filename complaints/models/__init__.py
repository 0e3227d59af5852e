"""The customer's voice: calls and what becomes of them; one module per noun, all imported here."""

from .call import CallBackAttempt, CallKind, CallRecord, CallStatus, NotReached, Situation
from .case_parts import (
    ComplaintAddition,
    ComplaintFile,
    ComplaintLink,
    ComplaintPause,
    ComplaintStep,
    StepVerb,
)
from .complaint import Complaint
from .complaint_words import Cause, ComplaintChannel, ComplaintStatus, Grade, Verdict
from .department_question import AnswerLink, DepartmentQuestion, LinkKnock
from .monthly import MonthlyFeedback, MonthlyLine, MonthlyRecipient, MonthlyStatus, Section

__all__ = [
    "AnswerLink",
    "CallBackAttempt",
    "CallKind",
    "CallRecord",
    "CallStatus",
    "Cause",
    "Complaint",
    "ComplaintAddition",
    "ComplaintChannel",
    "ComplaintFile",
    "ComplaintLink",
    "ComplaintPause",
    "ComplaintStatus",
    "ComplaintStep",
    "DepartmentQuestion",
    "Grade",
    "LinkKnock",
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
