"""The pages of development: one module per noun."""

from .survey import (
    survey_detail,
    survey_document_add,
    survey_document_edit,
    survey_drop,
    survey_field,
    survey_file_add,
    survey_judge,
    survey_list,
    survey_principles,
    survey_reopen,
    survey_start,
    survey_talk,
)

__all__ = [
    "survey_detail",
    "survey_document_add",
    "survey_document_edit",
    "survey_drop",
    "survey_field",
    "survey_file_add",
    "survey_judge",
    "survey_list",
    "survey_principles",
    "survey_reopen",
    "survey_start",
    "survey_talk",
]
