"""The pages of the customer's voice: one module per noun."""

from .call import (
    call_assign,
    call_attempt,
    call_detail,
    call_edit,
    call_link,
    call_list,
    call_print,
    call_reply,
    call_void,
)
from .intake import intake, whose_call

__all__ = [
    "call_assign",
    "call_attempt",
    "call_detail",
    "call_edit",
    "call_link",
    "call_list",
    "call_print",
    "call_reply",
    "call_void",
    "intake",
    "whose_call",
]
