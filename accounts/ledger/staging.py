"""From a kept file to its preview: read, understand, validate, compare."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.ledger import reader
from accounts.ledger.cells import CellError, line
from accounts.ledger.columns import Kind, kind_named
from accounts.ledger.headers import LEAVE_OUT, TableMapping
from accounts.ledger.reader import Book, Row
from accounts.ledger.run import (
    INCOMING,
    STAGED,
    Progress,
    Run,
    counts_of,
    execute,
    expect_many,
    one,
)
from accounts.ledger.table import Table
from accounts.models import HeaderMapping, ImportStatus, LedgerImport
from staff.models import User

REPORT_EVERY = 4  # batches


@contextmanager
def local_copy(ledger_import: LedgerImport) -> Iterator[Path]:
    """The kept file as a path; a temporary copy where the storage has none."""
    try:
        yield Path(ledger_import.file.path)
        return
    except NotImplementedError:
        pass
    with tempfile.NamedTemporaryFile(suffix=".ledger") as copy:
        for chunk in ledger_import.file.chunks():
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)


def stage(ledger_import: LedgerImport, *, actor: User) -> LedgerImport:
    """Read the file into a preview; the import ends as ready, mapping (a person must say what the
    columns are) or failed. May be repeated: what was staged before is replaced."""
    try:
        with Progress(ledger_import.pk) as progress, local_copy(ledger_import) as path:
            progress.at("reading")
            with reader.opened(path) as book:
                _understand(ledger_import, book)
                if ledger_import.status == ImportStatus.READING:
                    _fill(Run(ledger_import, actor, progress), book)
    except reader.UnreadableFile as error:
        ledger_import.status, ledger_import.failure = ImportStatus.FAILED, error.code
    except FileNotFoundError:
        ledger_import.status, ledger_import.failure = ImportStatus.FAILED, "file_gone"
    ledger_import.save()
    return ledger_import


def _understand(ledger_import: LedgerImport, book: Book) -> None:
    """Choose the sheet and name the columns, unless a person has done so."""
    kind = kind_named(ledger_import.kind)
    ledger_import.format = book.format
    ledger_import.failure = ""
    ledger_import.sheets = [
        {"name": sheet.name, "rows": sheet.rows, "visible": sheet.visible} for sheet in book.sheets
    ]
    mapping = TableMapping.from_json(ledger_import.mapping)
    if not mapping.columns or book.sheet(mapping.sheet) is None:
        mapping = find_mapping(kind, book, wanted=mapping.sheet, header=mapping.header_rows)
        ledger_import.mapping = mapping.to_json()
    if "overlap" in kind.defaults and len(mapping.own_columns) < len(mapping.columns):
        # Refused rows, corrected: they join the lines they were refused from.
        ledger_import.options.setdefault("overlap", "add")
    complete = is_complete(kind, mapping)
    if kind.part_of and not kind.whole(ledger_import.options, ledger_import.uploaded_by):
        complete = False
    ledger_import.status = ImportStatus.READING if complete else ImportStatus.MAPPING


def find_mapping(
    kind: Kind, book: Book, wanted: str = "", header: list[int] | None = None
) -> TableMapping:
    """The sheet whose header is understood best, with what people confirmed for that header."""
    finder = kind.finder()
    if wanted and (sheet := book.sheet(wanted)):
        candidates = [sheet]
    else:
        candidates = [s for s in book.sheets if s.head and s.visible] or book.sheets
    found = []
    for place, sheet in enumerate(candidates):
        if not sheet.head:
            continue
        mapping, score = finder.find(sheet)
        if header:
            mapping = finder.at(sheet, header[0])
        found.append((score, -place, mapping))
    if not found:
        raise reader.UnreadableFile("empty")
    mapping = max(found, key=lambda item: item[:2])[2]
    _drop_empty_columns(mapping, book)
    _recall(kind, mapping)
    return mapping


def _drop_empty_columns(mapping: TableMapping, book: Book) -> None:
    """Columns without a header count only where the top rows hold something."""
    sheet = book.sheet(mapping.sheet)
    last = max(mapping.header_rows, default=0)
    body = [row for number, row in sheet.head if number > last] if sheet else []
    mapping.samples = {
        str(column.index): samples
        for column in mapping.columns
        if (samples := ", ".join(sample_texts(body, column.index)))
    }
    mapping.columns = [
        column
        for column in mapping.columns
        if column.header or any(column.index < len(r) and r[column.index] != "" for r in body)
    ]


def sample_texts(body: list[Row], index: int) -> list[str]:
    texts: list[str] = []
    for row in body:
        if index < len(row) and row[index] != "":
            with suppress(CellError):
                value = row[index]
                shown = f"{value:.15g}" if isinstance(value, float) else line(value)
                texts.append(shown[:30])
        if len(texts) == 3:
            break
    return texts


def _recall(kind: Kind, mapping: TableMapping) -> None:
    remembered = HeaderMapping.objects.filter(kind=kind.name, signature=mapping.signature).first()
    if remembered and len(remembered.fields) == len(mapping.own_columns):
        for column, name in zip(mapping.own_columns, remembered.fields, strict=True):
            column.field = name if name in kind.by_name or name in ("", LEAVE_OUT) else ""


def is_complete(kind: Kind, mapping: TableMapping) -> bool:
    """Whether the columns that the kind cannot do without are there."""
    names = {column.field for column in mapping.columns}
    return all(names & set(group) for group in kind.needs)


# --- The rows -----------------------------------------------------------------------------------


def _fill(run: Run, book: Book) -> None:
    with transaction.atomic():
        execute(f"DELETE FROM {STAGED} WHERE ledger_import_id = %s", [run.pk])
        execute("DELETE FROM accounts_stagedimpact WHERE ledger_import_id = %s", [run.pk])
        notes = _copy(run, book)
        run.progress.at("comparing")
        expect_many(one(f"SELECT count(*) FROM {INCOMING}")[0])
        run.kind.compare(run)
        counts = counts_of(run.pk)
    held = [column for column in run.kind.columns if run.is_withheld(column)]
    mapped = {column.field for column in run.mapping.columns}
    if withheld := [column.name for column in held if column.name in mapped]:
        notes.append({"code": "withheld", "fields": withheld})
    run.ledger_import.notes = notes + run.notes
    run.ledger_import.counts = counts | run.counts
    run.ledger_import.staged_at = timezone.now()
    run.ledger_import.status = ImportStatus.READY


def _copy(run: Run, book: Book) -> list[dict[str, Any]]:
    """Parse every row and COPY it into the table that the comparison starts from."""
    texts = ", ".join(f"c{place} text" for place in range(1, len(run.fields) + 1))
    execute(f"DROP TABLE IF EXISTS {INCOMING}")
    execute(
        f"CREATE TEMP TABLE {INCOMING} (number int, problems jsonb, extra jsonb, {texts})"
        " ON COMMIT DROP"
    )
    sheet = book.sheet(run.mapping.sheet)
    table = Table(run, sheet)
    total = sheet.rows if sheet else 0
    with connection.cursor() as cursor, cursor.copy(f"COPY {INCOMING} FROM STDIN") as copy:
        for count, batch in enumerate(book.batches(run.mapping.sheet)):
            if count % REPORT_EVERY == 0 and batch.numbers:
                run.progress.at("reading", batch.numbers[0], total)
            for line in table.lines(batch, book.bad_cells):
                copy.write_row(line)
    execute(f"ANALYZE {INCOMING} (number)")  # how many there are is what matters
    notes = [{"code": "left_out", "rows": table.left_out[:50], "count": len(table.left_out)}]
    notes = notes if table.left_out else []
    if table.beyond:
        notes.append({"code": "beyond", "columns": sorted(table.beyond)})
    if book.hidden_rows:
        notes.append({"code": "hidden_rows", "count": book.hidden_rows})
    return notes
