from .account import (
    account_create,
    account_detail,
    account_edit,
    account_history,
    account_restore,
    account_standing,
    account_void,
)
from .account_list import account_list, account_search
from .assignment import assignment_end, owner_change, second_contact_add
from .attachment import attachment_create, attachment_download, attachment_void
from .contact_person import (
    contact_person_confirm,
    contact_person_create,
    contact_person_edit,
    contact_person_left,
    information_confirm,
)
from .duplicate import duplicate_check
from .feedback import (
    feedback_answer,
    feedback_create,
    feedback_detail,
    feedback_pass_on,
    feedback_tell,
)
from .interaction import (
    interaction_choose,
    interaction_correct,
    interaction_create,
    interaction_edit,
    interaction_list,
    interaction_step_done,
    interaction_void,
)
from .judgement import judgements
from .lookup import account_lookup
from .saved_view import (
    column_choose,
    saved_view_delete,
    saved_view_edit,
    saved_view_list,
    saved_view_save,
)
from .volume import annual_volume_enter, months_enter

__all__ = [
    "account_create",
    "account_detail",
    "account_edit",
    "account_history",
    "account_list",
    "account_lookup",
    "account_restore",
    "account_search",
    "account_standing",
    "account_void",
    "annual_volume_enter",
    "assignment_end",
    "attachment_create",
    "attachment_download",
    "attachment_void",
    "column_choose",
    "contact_person_confirm",
    "contact_person_create",
    "contact_person_edit",
    "contact_person_left",
    "duplicate_check",
    "feedback_answer",
    "feedback_create",
    "feedback_detail",
    "feedback_pass_on",
    "feedback_tell",
    "information_confirm",
    "interaction_choose",
    "interaction_correct",
    "interaction_create",
    "interaction_edit",
    "interaction_list",
    "interaction_step_done",
    "interaction_void",
    "judgements",
    "months_enter",
    "owner_change",
    "saved_view_delete",
    "saved_view_edit",
    "saved_view_list",
    "saved_view_save",
    "second_contact_add",
]
