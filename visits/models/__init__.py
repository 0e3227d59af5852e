"""Visits, telephone return visits and receptions: one module per noun, all imported here."""
