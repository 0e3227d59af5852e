"""Everything about a person that writes more than their own row, or needs a judge."""

from .passwords import change_password, issue_initial_password
from .people import (
    create_first_manager,
    deactivate,
    end_sessions,
    reactivate,
    save_person,
)

__all__ = [
    "change_password",
    "create_first_manager",
    "deactivate",
    "end_sessions",
    "issue_initial_password",
    "reactivate",
    "save_person",
]
