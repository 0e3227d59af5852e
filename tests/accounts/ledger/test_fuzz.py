"""Broken and hostile workbooks: a sentence or a table, never an error of ours."""

import os
import random
import resource

import pytest

from accounts.ledger import reader
from accounts.ledger.reasons import FILE
from accounts.models import Account, ImportStatus
from accounts.workflow import ledger
from tests.accounts.ledger.workbooks import uploaded, xlsx

COUNT = int(os.environ.get("LEDGER_FUZZ", "500"))  # 10,000 by hand
PARTS = 10
SECONDS = 10
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


def spent():
    """Processor seconds of all child processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def fate(path):
    """The sentence a file gets, or "" when it was read."""
    try:
        with reader.opened(path) as book:
            for sheet in book.sheets[:1]:
                list(book.rows(sheet.name))
    except reader.UnreadableFile as error:
        return error.code
    return ""


@pytest.mark.parametrize("part", range(PARTS))
def test_mutated_workbooks_are_read_or_refused_in_words(tmp_path, part):
    path = tmp_path / "x.xlsx"
    for number in range(part, COUNT, PARTS):
        path.write_bytes(mutated(random.Random(number)))
        began = spent()
        code = fate(path)
        assert code == "" or code in FILE, number
        assert spent() - began < SECONDS, number


def test_a_mutated_workbook_is_imported_whole_or_not_at_all(people):
    """The whole way for some of them: a preview or a sentence, and nothing written before apply."""
    for number in range(0, COUNT, max(1, COUNT // 20)):
        row = ledger.read(uploaded(mutated(random.Random(number)), by=people.wang))
        assert row.status in (ImportStatus.READY, ImportStatus.MAPPING, ImportStatus.FAILED)
        assert row.status != ImportStatus.FAILED or row.failure in FILE
    assert not Account.objects.exists()
