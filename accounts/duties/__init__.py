"""What the rule book obliges us to do for customers, and by when."""

from . import agreement, customer, handover, tier

__all__ = ["agreement", "customer", "handover", "tier"]
