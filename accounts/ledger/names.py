"""Pinyin for many names at once: the same readings as `staff.pinyin`, in a fraction of the time.

pypinyin's own segmentation finds the phrases; a reading is looked up once per phrase and kept.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import connection
from pypinyin import Style, lazy_pinyin
from pypinyin.seg.mmseg import seg
from pypinyin.seg.simpleseg import simple_seg

from accounts.ledger.run import INCOMING, STAGED, execute

if TYPE_CHECKING:
    from accounts.ledger.run import Run


ALL_HAN = re.compile("[\u4e00-\u9fff]+")
MOST_TAILS = 200_000
LONGEST_TAIL = 8  # 科技有限公司 and the like: most names end as many others do
PREFIXES: set[str] = seg._prefix_set._set
Reading = tuple[str, str]

_tails: dict[str, Reading] = {}


@lru_cache(maxsize=100_000)
def _piece(text: str) -> Reading:
    full = "".join(lazy_pinyin(text)).lower().replace(" ", "")
    short = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower().replace(" ", "")
    return full, short


def full_and_initials(text: str) -> Reading:
    """(`shanghaihuawei`, `shhw`) for 上海华为."""
    if ALL_HAN.fullmatch(text):
        return _read(text)
    parts = [_read(part) for part in simple_seg(text)]
    return "".join(part[0] for part in parts), "".join(part[1] for part in parts)


def _read(text: str) -> Reading:
    """Segments from the left; what follows a cut does not depend on what stood before it."""
    position, length = 0, len(text)
    words: list[tuple[int, str]] = []
    full = short = ""
    while position < length:
        if length - position <= LONGEST_TAIL and (known := _tails.get(text[position:])):
            full, short = known
            break
        word = text[position]
        if text[position : position + 2] in PREFIXES:
            word = next(seg.cut(text[position:]))
        words.append((position, word))
        position += len(word)
    if len(_tails) > MOST_TAILS:
        _tails.clear()
    for position, word in reversed(words):
        one, two = _piece(word)
        full, short = one + full, two + short
        if length - position <= LONGEST_TAIL:
            _tails[text[position:]] = full, short
    return full, short


def fill_names(run: Run, source: str = "name", names: str = "") -> None:
    """A table `ledger_names` with the pinyin of every name that we do not have yet.

    The names come from a column of what was read or staged, or from the query `names`.
    """
    execute("DROP TABLE IF EXISTS ledger_names")
    execute(
        "CREATE TEMP TABLE ledger_names (name text PRIMARY KEY, pinyin text, initials text)"
        " ON COMMIT DROP"
    )
    if not names and not run.has(source):
        return
    if names:
        unknown = names
    elif source == "name":
        column = run.incoming(source)
        unknown = (
            f"SELECT DISTINCT {column} FROM {INCOMING} i WHERE {column} IS NOT NULL"
            f" AND NOT EXISTS (SELECT 1 FROM accounts_account a WHERE a.name = {column})"
        )
    else:
        column = run.staged(source)
        unknown = (
            f"SELECT DISTINCT {column} FROM {STAGED} r WHERE r.ledger_import_id = {run.pk:d}"
            f" AND r.verdict IN ('new', 'changed') AND {column} IS NOT NULL"
        )
    with connection.cursor() as cursor:
        cursor.execute(unknown)
        found = [row[0] for row in cursor.fetchall()]
        run.progress.at("pinyin", 0, len(found))
        with cursor.copy("COPY ledger_names FROM STDIN") as copy:
            for name in found:
                copy.write_row((name, *full_and_initials(name)))
    execute("ANALYZE ledger_names")
