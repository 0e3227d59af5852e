"""What the rule book obliges us to do when we win key accounts, and by when."""

from . import survey

__all__ = ["survey"]
