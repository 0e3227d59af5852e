"""The pages of visits: one module per noun."""

from .calendar import calendar, feed, feed_ics, feed_renew, feed_revoke, my_day, nearby
from .contact_report import (
    contact_report_detail,
    contact_report_list,
    contact_report_read,
    contact_report_send,
)
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
from .visit import (
    account_choose,
    visit_attach,
    visit_cancel,
    visit_check_in,
    visit_detail,
    visit_edit,
    visit_follow_up,
    visit_hear,
    visit_list,
    visit_plan,
    visit_record,
    visit_record_new,
)

__all__ = [
    "account_choose",
    "attempt_create",
    "attempt_open",
    "calendar",
    "call",
    "contact_report_detail",
    "contact_report_list",
    "contact_report_read",
    "contact_report_send",
    "feed",
    "feed_ics",
    "feed_renew",
    "feed_revoke",
    "my_day",
    "nearby",
    "question_set_detail",
    "question_set_list",
    "question_set_new",
    "return_visit_detail",
    "return_visit_due",
    "return_visit_figures",
    "return_visit_list",
    "visit_attach",
    "visit_cancel",
    "visit_check_in",
    "visit_detail",
    "visit_edit",
    "visit_follow_up",
    "visit_hear",
    "visit_list",
    "visit_plan",
    "visit_record",
    "visit_record_new",
]
