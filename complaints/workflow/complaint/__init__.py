"""Complaints (S4-6.1(6)): each step locks, judges, writes, and tells the chronology."""

from .closing import approve_close, close, refuse_close, reopen
from .handling import (
    Judgement,
    acknowledge,
    assign,
    classify,
    handle,
    investigate,
    pause,
    reply,
    resume,
)
from .record import (
    add,
    attach,
    edit,
    link,
    note,
    receive,
    void,
    void_file,
)

__all__ = [
    "Judgement",
    "acknowledge",
    "add",
    "approve_close",
    "assign",
    "attach",
    "classify",
    "close",
    "edit",
    "handle",
    "investigate",
    "link",
    "note",
    "pause",
    "receive",
    "refuse_close",
    "reopen",
    "reply",
    "resume",
    "void",
    "void_file",
]
