"""The kinds of workbook that this app understands."""

from accounts.ledger import columns, customers, sales

columns.register(customers.KIND)
columns.register(sales.KIND)
