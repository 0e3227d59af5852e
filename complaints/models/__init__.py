"""The customer's voice: calls and what becomes of them; one module per noun, all imported here."""

from .call import CallBackAttempt, CallKind, CallRecord, CallStatus, NotReached, Situation

__all__ = [
    "CallBackAttempt",
    "CallKind",
    "CallRecord",
    "CallStatus",
    "NotReached",
    "Situation",
]
