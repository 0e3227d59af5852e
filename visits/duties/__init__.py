"""What the rule book obliges us to do when we go to customers, call or receive them, by when."""

from . import quota, reception, return_visit, visit
from .return_visit import RETURN_VISIT_INTERVAL, RETURN_VISITS

__all__ = ["RETURN_VISITS", "RETURN_VISIT_INTERVAL", "quota", "reception", "return_visit", "visit"]
