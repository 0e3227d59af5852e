"""The pages of the customer's voice: one module per noun."""

from .call import call_detail, call_list

__all__ = [
    "call_detail",
    "call_list",
]
