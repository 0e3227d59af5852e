"""What the rule book obliges us to do when we win key accounts, and by when."""

from . import meeting, plan, recognition, survey

__all__ = ["meeting", "plan", "recognition", "survey"]
