"""What the duties of visits and receptions share: how each is told apart and named."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import DateField, F, Q, TextField, Value
from django.db.models.functions import Cast, Concat, TruncDate
from django.urls import reverse

from accounts.duties.rows import account_names
from staff.models import Obligation

OF_LIVING = Q(account__merged_into=None, account__voided_at=None)


def subject_of(word: str, key: str = "pk") -> Any:
    """`visit:12`: the subject of an obligation about one row."""
    return Concat(Value(f"{word}:"), Cast(key, TextField()), output_field=TextField())


def key_of(obligation: Obligation) -> int:
    return int(obligation.subject.split(":")[1])


def day_of(field: str) -> Any:
    """The day of a moment, in the office's time zone."""
    return TruncDate(F(field), output_field=DateField())


def page(route: str) -> Callable[[Obligation], str]:
    """The page where an obligation about one row is settled."""
    return lambda obligation: reverse(route, args=[key_of(obligation)])


def names_with(rows: Any, *fields: str) -> Callable[[Iterable[Obligation]], dict[int, str]]:
    """The customer and some words of the row itself: two queries for any number."""

    def names(obligations: Iterable[Obligation]) -> dict[int, str]:
        asked = list(obligations)
        customers = account_names(asked)
        keys = {obligation.pk: key_of(obligation) for obligation in asked}
        words = {
            key: " ".join(str(value) for value in values)
            for key, *values in rows.filter(pk__in=keys.values()).values_list("pk", *fields)
        }
        return {pk: f"{customers[pk]} {words.get(key, '')}".strip() for pk, key in keys.items()}

    return names
