"""The kinds of workbook that this app understands."""

import accounts.ledgers  # noqa: F401 - customers and sales lines are offered first
from accounts.ledger import columns
from development.ledger import prospects

columns.register(prospects.KIND)
