"""Workbooks come in and go out: read → map → validate → stage → apply → undo."""
