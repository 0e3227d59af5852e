"""From a kept file to its preview: read, understand, validate, compare."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.ledger import reader
from accounts.ledger.cells import CLEAR, CLEAR_WORDS, CellError, Parser, line, paragraph, printable
from accounts.ledger.columns import Column, Kind, Reading, kind_named
from accounts.ledger.headers import LEAVE_OUT, TableMapping, is_total_or_remark
from accounts.ledger.people import named_words
from accounts.ledger.reader import Book, Cell, Row
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
from accounts.models import HeaderMapping, ImportStatus, LedgerImport
from staff.models import User

Problem = dict[str, Any]
RowRule = Callable[[list[str | None]], list[Problem]]
REPORT_EVERY = 2_000
MOST_MEANINGS = 5_000  # of one column at a time


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
    if remembered and len(remembered.fields) == len(mapping.columns):
        for column, name in zip(mapping.columns, remembered.fields, strict=True):
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
    table = Table(run)
    sheet = book.sheet(run.mapping.sheet)
    total = sheet.rows if sheet else 0
    with connection.cursor() as cursor, cursor.copy(f"COPY {INCOMING} FROM STDIN") as copy:
        write = copy.write_row
        for number, row in book.rows(run.mapping.sheet):
            if number % REPORT_EVERY == 0:
                run.progress.at("reading", number, total)
            if parsed := table.parse(number, row, book.bad_cells.get(number)):
                write(parsed)
    execute(f"ANALYZE {INCOMING} (number)")  # how many there are is what matters
    notes = [{"code": "left_out", "rows": table.left_out[:50], "count": len(table.left_out)}]
    notes = notes if table.left_out else []
    if book.hidden_rows:
        notes.append({"code": "hidden_rows", "count": book.hidden_rows})
    return notes


class Table:
    """Turns the rows of one sheet into what the comparison needs."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.last_header = max(run.mapping.header_rows, default=0)
        self.left_out: list[int] = []
        self.headers = [column.header for column in run.mapping.columns]
        rates = rates_of(run.options)
        words = named_words(run.actor)
        self.plan: list[tuple[int, str, Column]] = []
        self.cells: list[tuple[int, Meanings]] = []
        for field in run.fields:
            place = run.mapping.column_of(field.name)
            if place is None:
                continue
            parse = field.make_parser(Reading(place, rates, words))
            self.plan.append((place.index, place.header, field))
            self.cells.append(
                (place.index, Meanings(partial(meaning, place.index, place.header, field, parse)))
            )
        known = {index for index, _, _ in self.plan}
        withheld = {c.name for c in run.kind.columns if run.is_withheld(c)}
        self.extras = [
            (column.index, Meanings(partial(kept, column.index, key)))
            for column, key in zip(run.mapping.columns, extra_keys(run.mapping), strict=True)
            if column.index not in known
            and column.field != LEAVE_OUT
            and column.field not in withheld
        ]
        self.width = max((index for index, _ in [*self.cells, *self.extras]), default=-1) + 1
        self.rule: RowRule | None = run.kind.row_rule(run) if run.kind.row_rule else None
        self.header_cells = {
            column.index: column.header for column in run.mapping.columns if column.header
        }

    def parse(self, number: int, row: Row, bad: dict[int, str] | None) -> tuple[Any, ...] | None:
        """One line for COPY; None for what stands above the table or is no row of it."""
        if number <= self.last_header:
            return None
        if is_total_or_remark(row) or self.is_header_again(row) or self.is_example(row):
            self.left_out.append(number)
            return None
        if len(row) < self.width:
            row = row + [""] * (self.width - len(row))
        values: list[Any] = [meanings[row[index]] for index, meanings in self.cells]
        problems: list[Problem] = [value for value in values if value.__class__ is dict]
        if problems:
            values = [None if value.__class__ is dict else value for value in values]
        if bad:
            problems = self.bad_cells(bad) + [p for p in problems if p["index"] not in bad]
        if self.rule is not None and not problems:
            problems = self.rule(values)
        extra: list[Any] = [
            found for index, meanings in self.extras if (found := meanings[row[index]])
        ]
        if unclear := [found for found in extra if found.__class__ is dict]:
            problems = problems + unclear
            extra = [found for found in extra if found.__class__ is str]
        return (
            number,
            json.dumps(problems) if problems else None,
            f"{{{', '.join(extra)}}}" if extra else None,
            *values,
        )

    def bad_cells(self, bad: dict[int, str]) -> list[Problem]:
        named = {index: (header, column.name) for index, header, column in self.plan}
        found = []
        for index, text in bad.items():
            header, name = named.get(index, (self.header_cells.get(index, letters(index)), ""))
            code = "no_value" if text == "=" else "error_cell"
            found.append(problem(index, header, name, code, "" if text == "=" else text))
        return found

    def is_example(self, row: Row) -> bool:
        """The example row of our own template, left where it was."""
        if row[self.plan[0][0]] != self.plan[0][2].example:
            return False
        return all(
            (row[index] if index < len(row) else "") == column.example
            for index, _, column in self.plan
        )

    def is_header_again(self, row: Row) -> bool:
        """The header repeated at the top of every printed page."""
        if not self.plan:
            return False
        first = row[self.plan[0][0]] if self.plan[0][0] < len(row) else ""
        if first != self.header_cells.get(self.plan[0][0]):
            return False
        return all(
            index < len(row) and row[index] == header for index, header in self.header_cells.items()
        )


class Meanings(dict[Cell, "str | Problem | None"]):
    """What the cells of one column mean: a text, nothing, or why the cell is refused.

    Ledgers repeat themselves: what was read once is looked up.
    """

    def __init__(self, read: Callable[[Cell], str | Problem | None]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, value: Cell) -> str | Problem | None:
        found = self.read(value)
        if value not in (0, 1):  # which are the same keys as yes and no, and mean something else
            if len(self) >= MOST_MEANINGS:
                self.clear()
            self[value] = found
        return found


def meaning(
    index: int, header: str, column: Column, parse: Parser, value: Cell
) -> str | Problem | None:
    """What a cell of a known column says, in the column's canonical form."""
    if value == "":
        return problem(index, header, column.name, "missing", "") if column.required else None
    try:
        text = parse(value)
    except CellError as error:
        if not isinstance(value, str) or value.strip().lower() not in CLEAR_WORDS:
            return problem(index, header, column.name, error.code, value, **error.details)
        text = CLEAR
    if text in CLEAR_WORDS:
        text = CLEAR
    if text == CLEAR and (column.required or not column.empty):
        return problem(index, header, column.name, "cannot_clear", value)
    if not text and column.required:
        return problem(index, header, column.name, "missing", "")
    return text or None


def kept(index: int, key: str, value: Cell) -> str | Problem | None:
    """A cell of a column we do not know, as a member of the JSON object that keeps it."""
    if value == "":
        return None
    try:
        text = paragraph(value)
    except CellError as error:
        return problem(index, key, "", error.code, value)
    return json.dumps({key: text}, ensure_ascii=False)[1:-1] if text else None


def problem(index: int, header: str, name: str, code: str, value: Cell, **details: Any) -> Problem:
    """Why a row is refused: which column, what was read, and the code of what is expected."""
    try:
        read = printable(value)[:120]
    except CellError:
        read = str(value)
    found = {"index": index, "column": header or letters(index), "field": name}
    return {**found, "code": code, "read": read, **details}


def letters(index: int) -> str:
    """The column's name as Excel shows it."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def extra_keys(mapping: TableMapping) -> list[str]:
    """Under which name each column would be kept with the customer; each name once."""
    seen: dict[str, int] = {}
    keys = []
    for column in mapping.columns:
        key = column.header or letters(column.index)
        seen[key] = seen.get(key, 0) + 1
        keys.append(key if seen[key] == 1 else f"{key} ({seen[key]})")
    return keys


def rates_of(options: dict[str, Any]) -> dict[str, Decimal]:
    rates = {}
    for currency, text in (options.get("rates") or {}).items():
        try:
            rate = Decimal(str(text))
        except InvalidOperation:
            continue
        if rate > 0:
            rates[currency] = rate
    return rates
