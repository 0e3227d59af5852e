"""The kinds of workbook that this app understands, and what else it hands out."""

from django.utils.translation import gettext_lazy as _

from accounts.ledger import columns, customers, decisions, export, sales

columns.register(customers.KIND)
columns.register(sales.KIND)
columns.register(decisions.KIND)
export.SHEETS["decisions"] = export.Sheet(
    _("Tier decisions"),
    lambda accounts, user: decisions.rows_of(accounts, user).count(),
    decisions.sheet,
)
