"""People: who works here, in which post, in which region, and who answers to whom."""

from .region import Region
from .session import Session
from .user import Dialect, Role, User

__all__ = ["Dialect", "Region", "Role", "Session", "User"]
