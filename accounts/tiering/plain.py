"""Values as they are kept in JSON, and back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal


def yes_no(value: bool | None) -> str | None:
    return None if value is None else ("yes" if value else "no")


def as_text(value: object) -> str | None:
    return None if value is None else str(value)


def as_decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def as_date(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)
