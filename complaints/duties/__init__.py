"""What the rule book obliges us to do about the customer's voice."""

from . import call, complaint, feedback, monthly

__all__ = ["call", "complaint", "feedback", "monthly"]
