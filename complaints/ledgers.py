"""The kinds of workbook that this app understands, and the sheets it hands out."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

import accounts.ledgers  # noqa: F401 - customers and sales lines are offered first
from accounts.ledger import columns, export
from complaints.ledger import complaints, sheets

columns.register(complaints.KIND)
export.SHEETS["complaints"] = export.Sheet(
    _("Complaints"),
    lambda accounts, user: sheets.complaints_of(accounts, user).count(),
    sheets.complaint_sheet,
)
export.SHEETS["calls"] = export.Sheet(
    pgettext_lazy("telephone", "Calls"),
    lambda accounts, user: sheets.calls_of(accounts, user).count(),
    sheets.call_sheet,
)
export.SHEETS["feedback"] = export.Sheet(
    _("Feedback of customers"),
    lambda accounts, user: sheets.feedback_of(accounts, user).count(),
    sheets.feedback_sheet,
)
