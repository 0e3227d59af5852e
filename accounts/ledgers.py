"""The kinds of workbook that this app understands."""

from accounts.ledger import columns, customers

columns.register(customers.KIND)
