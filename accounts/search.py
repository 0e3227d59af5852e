"""Finding a customer by any part of a name, a code, a phone, full pinyin or initials.

PostgreSQL's trigram index does nothing for two Chinese characters, so names are indexed by their
pairs of characters (`bigrams()`, an immutable SQL function made by the first migration).
"""

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, TextField


class Bigrams(Func):
    """The set of neighbouring pairs of characters of a text, in lower case."""

    function = "bigrams"
    output_field = ArrayField(TextField())


def pairs(term: str) -> list[str]:
    """The pairs of characters that a row must hold to contain `term`."""
    term = term.lower()
    return sorted({term[i : i + 2] for i in range(len(term) - 1)})
