"""The pages of visits: one module per noun."""

from .question_set import question_set_detail, question_set_list, question_set_new
from .return_visit import (
    attempt_create,
    attempt_open,
    call,
    return_visit_detail,
    return_visit_due,
    return_visit_figures,
    return_visit_list,
)

__all__ = [
    "attempt_create",
    "attempt_open",
    "call",
    "question_set_detail",
    "question_set_list",
    "question_set_new",
    "return_visit_detail",
    "return_visit_due",
    "return_visit_figures",
    "return_visit_list",
]
