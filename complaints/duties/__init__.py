"""What the rule book obliges us to do about the customer's voice."""

from . import call

__all__ = ["call"]
