"""The rows of one sheet, understood: what each cell means, and why it is refused."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import partial
from itertools import compress, repeat
from typing import Any

from accounts.ledger.cells import CLEAR, CLEAR_WORDS, CellError, Parser, paragraph, printable
from accounts.ledger.columns import Column, Reading
from accounts.ledger.headers import LEAVE_OUT, MAYBE_NO_ROW, TableMapping, is_total_or_remark
from accounts.ledger.people import named_words
from accounts.ledger.reader import Batch, Cell, Row, Sheet
from accounts.ledger.run import Run

Problem = dict[str, Any]
RowRule = Callable[[Sequence[str | None]], list[Problem]]
# What a spreadsheet program writes into a text file in the place of an error cell.
ERROR_TEXTS = frozenset(
    ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"]
)
MOST_MEANINGS = 5_000  # of one column at a time


class Table:
    """Turns the rows of one sheet into what the comparison needs."""

    def __init__(self, run: Run, sheet: Sheet | None) -> None:
        self.last_header = max(run.mapping.header_rows, default=0)
        self.left_out: list[int] = []
        self.beyond: list[int] = []  # columns that the header's rows did not show
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
        self.width = max(column.index for column in run.mapping.columns) + 1
        self.rule: RowRule | None = run.kind.row_rule(run) if run.kind.row_rule else None
        self.header_cells = {
            column.index: column.header for column in run.mapping.columns if column.header
        }
        self.mapped = {column.index for column in run.mapping.columns}
        self.example = [(index, column.example) for index, _, column in self.plan]
        self.telling = next((told for told in self.example if told[1]), None)
        # What stands above the table, in each column: printed again at the top of every page.
        self.above: dict[int, set[Cell]] = {}
        self.first_above: set[Cell] = set()
        for number, row in sheet.head if sheet else []:
            if number <= self.last_header:
                self.first_above.add(next((value for value in row if value != ""), ""))
                for index, value in enumerate(row):
                    self.above.setdefault(index, set()).add(value)

    def lines(self, batch: Batch, bad: Mapping[int, dict[int, str]]) -> Iterator[tuple[Any, ...]]:
        """The batch as lines for COPY, without what stands above the table or is no row of it.

        Worked out column by column, which for a hundred thousand rows takes half the time.
        """
        numbers, columns = self.of_table(batch)
        self.look_beyond(columns)
        values = [list(map(meanings.__getitem__, columns[at])) for at, meanings in self.cells]
        extras = [list(map(meanings.__getitem__, columns[at])) for at, meanings in self.extras]
        refused, unclear = taken_out(values), taken_out(extras)
        members = zip(*extras, strict=True) if extras else repeat((), len(numbers))
        rows = zip(*values, strict=True)
        for at, (number, row, kept) in enumerate(zip(numbers, rows, members, strict=True)):
            problems = refused.get(at, [])
            if number in bad:
                named = bad[number]
                problems = self.bad_cells(named) + [p for p in problems if p["index"] not in named]
            if self.rule is not None and not problems:
                problems = self.rule(row)
            if at in unclear:
                problems = problems + unclear[at]
            extra = ", ".join(filter(None, kept))
            yield (
                number,
                json.dumps(problems) if problems else None,
                f"{{{extra}}}" if extra else None,
                *row,
            )

    def of_table(self, batch: Batch) -> tuple[list[int], list[list[Cell]]]:
        """The rows below the header that are of the table; the others are noted as left out."""
        numbers, columns = batch.numbers, batch.columns
        columns = columns + [[""] * len(numbers)] * (self.width - len(columns))
        above = bisect_right(numbers, self.last_header)
        out = {at for at in self.doubtful(columns) if at >= above}
        out = {at for at in out if self.is_no_row([column[at] for column in columns])}
        self.left_out += [numbers[at] for at in sorted(out)]
        if not above and not out:
            return numbers, columns
        wanted = [at >= above and at not in out for at in range(len(numbers))]
        return (
            list(compress(numbers, wanted)),
            [list(compress(column, wanted)) for column in columns],
        )

    def look_beyond(self, columns: list[list[Cell]]) -> None:
        """Columns without a header that hold nothing in the top rows but do further down."""
        for index in range(len(columns)):
            if index in self.mapped or index in self.beyond:
                continue
            if columns[index].count("") < len(columns[index]):
                self.beyond.append(index)
                self.width = max(self.width, index + 1)
                self.extras.append((index, Meanings(partial(kept, index, letters(index)))))

    def doubtful(self, columns: list[list[Cell]]) -> Iterable[int]:
        """Where in a batch rows may stand that are no rows of the table; mostly nowhere."""
        firsts: Iterable[Cell] = columns[0]
        for column in columns[1:]:
            if "" not in firsts:
                break
            firsts = [
                first if first != "" else cell for first, cell in zip(firsts, column, strict=True)
            ]
        texts = "\n".join(text for text in firsts if text.__class__ is str)
        telling = self.telling
        if (
            MAYBE_NO_ROW.search(texts)
            or not self.first_above.isdisjoint(firsts)
            or (telling and telling[1] in columns[telling[0]])
        ):
            return range(len(columns[0]))
        return ()

    def is_no_row(self, row: Row) -> bool:
        return is_total_or_remark(row) or self.is_above_again(row) or self.is_example(row)

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
        return bool(self.telling) and all(row[index] == text for index, text in self.example)

    def is_above_again(self, row: Row) -> bool:
        """Title and header repeated at the top of every printed page."""
        told = [(index, value) for index, value in enumerate(row) if value != ""]
        return bool(told) and all(value in self.above.get(index, ()) for index, value in told)


def taken_out(columns: list[list[Any]]) -> dict[int, list[Problem]]:
    """The refused cells of a batch by row; in the columns nothing stands in their place."""
    found: dict[int, list[Problem]] = {}
    for column in columns:
        if dict in set(map(type, column)):
            for at, value in enumerate(column):
                if value.__class__ is dict:
                    found.setdefault(at, []).append(value)
                    column[at] = None
    return found


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
    if value in ERROR_TEXTS:
        return problem(index, header, column.name, "error_cell", value)
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
    if value in ERROR_TEXTS:
        return problem(index, key, "", "error_cell", value)
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
