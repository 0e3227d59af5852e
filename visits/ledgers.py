"""The kinds of workbook that this app understands."""

from django.utils.translation import gettext_lazy as _

import accounts.ledgers  # noqa: F401 - customers and sales lines are offered first
from accounts.ledger import columns, export
from visits.ledger import receptions, return_visits, visits

columns.register(visits.KIND)
columns.register(return_visits.KIND)
export.SHEETS["visits"] = export.Sheet(
    _("Visits"), lambda accounts, user: visits.rows_of(accounts, user).count(), visits.sheet
)
export.SHEETS["return_visits"] = export.Sheet(
    _("Return visits"),
    lambda accounts, user: return_visits.rows_of(accounts, user).count(),
    return_visits.sheet,
)
export.SHEETS["receptions"] = export.Sheet(
    _("Receptions"),
    lambda accounts, user: receptions.rows_of(accounts, user).count(),
    receptions.sheet,
)
