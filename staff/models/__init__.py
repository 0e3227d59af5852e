"""People: who works here, in which post, in which region, and who answers to whom.

And the rule book: the company's texts and policy values, obligations and tasks.
"""

from .department import Department, DepartmentPerson
from .former_password import FormerPassword
from .notice import Notice, Verb
from .region import Region
from .rulebook import ArticleText, Obligation, Outcome, PolicyValue, Provenance
from .session import Session
from .task import Task, TaskComment, TaskKind
from .user import Dialect, Role, User

__all__ = [
    "ArticleText",
    "Department",
    "DepartmentPerson",
    "Dialect",
    "FormerPassword",
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
