"""What columns are called that so many tables share: once, and in the reader's language.

A column with a name of its own keeps it. Django makes the others' from the attribute, in English;
the office and the history of a customer would show them so.
"""

from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

FLOORS = ("staff", "accounts", "development", "visits", "complaints")
WORDS = {
    "account": _("customer"),
    "answered_by": _("answered by"),
    "assigned_by": _("assigned by"),
    "author": _("written by"),
    "closed_by": _("closed by"),
    "created_at": _("added at"),
    "created_by": _("added by"),
    "drawn_up_by": _("drawn up by"),
    "ended_by": _("ended by"),
    "entered_by": _("entered by"),
    "interaction": _("contact record"),
    "judged_by": _("judged by"),
    "merged_into": _("merged into"),
    "raised_by": _("raised by"),
    "sent_by": _("sent by"),
    "told_by": _("customer told by"),
    "uploaded_by": _("uploaded by"),
    "voided_at": _("voided at"),
    "voided_by": _("voided by"),
}


def name_columns() -> None:
    """Not part of a migration's state: those keep what the models themselves say."""
    for floor in FLOORS:
        for model in apps.get_app_config(floor).get_models():
            for field in model._meta.local_fields:
                unnamed: Any = field
                if unnamed._verbose_name is None and field.name in WORDS:
                    unnamed.verbose_name = WORDS[field.name]
