"""Kinds of workbook about development."""
