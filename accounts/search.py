"""Finding a customer by any part of a name, a code, a phone, full pinyin or initials.

Everything a customer can be found by stands in one column, `Account.search_text`, kept by database
triggers (accounts/sql.py) and indexed by trigrams. Trigrams do nothing for two Chinese characters,
so both the column and the term are written so that they do (docs/adr/0005):

- around every character beyond ASCII stands an X: `上海` is `X上X海X`, where even one character is
  three letters long;
- initials stand between Ys: `shgd` is `YsYhYgYdY`, so that two letters are enough;
- a telephone stands there as its digits;
- all else is lower case, so that X and Y mean nothing else.
"""

from __future__ import annotations

import re
import unicodedata

from django.db.models import Q

from staff.pinyin import full_pinyin

LONGEST_TERM = 100


def normalise(term: str) -> str:
    """Full-width letters and figures as half-width, all in lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", term[:LONGEST_TERM]).lower().split())


def encode(word: str) -> str:
    """A normalised word as it stands in the column; `search_encode()` in the database."""
    word = re.sub(r"([^\x01-\x7f])", r"X\1", word)
    return re.sub(r"([^\x01-\x7f])(?!X)", r"\1X", word)


def patterns(word: str) -> list[str]:
    """What the column holds if it holds the word: any one of these."""
    if re.fullmatch(r"[a-z']+", word):
        letters = word.replace("'", "")  # xi'an
        initials = "Y" + "".join(f"{letter}Y" for letter in letters)
        return [letters, initials] if len(letters) > 2 else [initials]
    digits = re.sub(r"\D", "", word)
    if re.fullmatch(r"[\d+()\-]+", word) and digits:  # a telephone stands there as its digits
        return sorted({encode(word), digits})
    return [encode(word)]


def match(term: str, column: str = "search_text") -> Q:
    """The rows that hold every word of the term, in any order."""
    condition = Q()
    for word in normalise(term).split():
        either = Q()
        for pattern in patterns(word):
            either |= Q(**{f"{column}__contains": pattern})
        condition &= either
    return condition


def starts(term: str) -> Q:
    """The rows whose name begins with the term: the best hits, and a stretch of the name's index.

    Without them first, "上海" would have to be looked for from A to S before the first hit.
    """
    first = next(iter(normalise(term).split()), "")
    pinyin = full_pinyin(first)
    if not pinyin.isalnum() or not pinyin.isascii():
        return Q(pk__in=[])
    behind = pinyin[:-1] + chr(ord(pinyin[-1]) + 1)
    named = Q() if first.isascii() else Q(name__startswith=first)
    return Q(name_pinyin__gte=pinyin, name_pinyin__lt=behind) & named
