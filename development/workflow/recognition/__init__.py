"""Applications for recognition (S1 第6–7条): prepared, submitted, decided level by level.

Each step locks the application, judges the locked row, writes it and its step, and tells whoever
comes next, in one transaction. A step that somebody else took meanwhile is refused with their name.
"""

from .deciding import approve, no_waiver, refuse, send_back
from .preparing import comment, edit, freeze_case, missing, start, start_blocker, submit, withdraw

__all__ = [
    "approve",
    "comment",
    "edit",
    "freeze_case",
    "missing",
    "no_waiver",
    "refuse",
    "send_back",
    "start",
    "start_blocker",
    "submit",
    "withdraw",
]
