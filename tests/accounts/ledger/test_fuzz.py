"""Broken and hostile workbooks: a sentence or a table, never an error of ours."""

import os
import random

import pytest

from accounts.ledger import reader
from accounts.ledger.reasons import FILE
from tests.accounts.ledger.workbooks import xlsx

COUNT = int(os.environ.get("LEDGER_FUZZ", "60"))  # the deep run takes hundreds
SEED = xlsx(
    ["客户编号", "客户名称", "年用量"], *[[f"K{n}", f"公司{n}", n * 1.5] for n in range(30)]
)


def mutated(chance: random.Random) -> bytes:
    content = bytearray(SEED)
    match chance.randrange(4):
        case 0:
            return bytes(content[: chance.randrange(len(content))])
        case 1:
            start = chance.randrange(len(content))
            del content[start : start + chance.randrange(1, 200)]
        case 2:
            start = chance.randrange(len(content))
            content[start:start] = chance.randbytes(chance.randrange(1, 100))
        case _:
            for _ in range(chance.randrange(1, 30)):
                content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content)


@pytest.mark.parametrize("number", range(COUNT))
def test_a_mutated_workbook_is_read_or_refused_in_words(tmp_path, number):
    path = tmp_path / "x.xlsx"
    path.write_bytes(mutated(random.Random(number)))
    code = "empty"
    try:
        with reader.opened(path) as book:
            for sheet in book.sheets[:1]:
                list(book.rows(sheet.name))
    except reader.UnreadableFile as error:
        code = error.code
    assert code in FILE
