"""People: who works here, in which post, in which region, and who answers to whom.

And the rule book: the company's texts and policy values, obligations and tasks.
"""

from .department import Department, DepartmentPerson
from .former_password import FormerPassword
from .meeting import (
    HEADINGS,
    Meeting,
    MeetingAttendance,
    MeetingKind,
    MeetingStatus,
    MeetingTask,
)
from .notice import Notice, Verb
from .region import Region
from .rulebook import ArticleText, Obligation, Outcome, PolicyValue, Provenance
from .session import Session
from .task import Task, TaskComment, TaskKind
from .user import Dialect, Role, User

__all__ = [
    "HEADINGS",
    "ArticleText",
    "Department",
    "DepartmentPerson",
    "Dialect",
    "FormerPassword",
    "Meeting",
    "MeetingAttendance",
    "MeetingKind",
    "MeetingStatus",
    "MeetingTask",
    "Notice",
    "Obligation",
    "Outcome",
    "PolicyValue",
    "Provenance",
    "Region",
    "Role",
    "Session",
    "Task",
    "TaskComment",
    "TaskKind",
    "User",
    "Verb",
]
