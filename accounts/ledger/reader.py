"""Reads a workbook through a child process and hands out its rows, one at a time.

A child that dies, hangs or talks nonsense means "this file cannot be read", never more.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

CHILD = Path(__file__).with_name("child.py")
SECONDS = 90  # for the whole conversation without an answer
PREFIXES: dict[str, Callable[[str], Any]] = {
    "d": lambda text: (
        dt.datetime.fromisoformat(text) if len(text) > 10 else dt.date.fromisoformat(text)
    ),
    "t": dt.time.fromisoformat,
    "p": lambda text: text,
}

Cell = str | float | bool | dt.date | dt.time
Row = list[Cell]


class UnreadableFile(Exception):
    """The file is no workbook we can read; `code` names the sentence (`reasons.FILE`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Sheet:
    name: str
    visible: bool
    rows: int
    head: list[tuple[int, Row]]
    merged: list[tuple[tuple[int, int], tuple[int, int]]]


class Batch(NamedTuple):
    """Rows of a sheet by column, all as long as the widest row; their numbers as Excel shows."""

    numbers: list[int]
    columns: list[list[Cell]]


@dataclass
class Book:
    """An open workbook: its sheets with their top rows, and one sheet's rows once."""

    format: str
    sheets: list[Sheet]
    hidden_rows: int = 0
    bad_cells: dict[int, dict[int, str]] = field(default_factory=dict)
    _child: Child | None = None

    def sheet(self, name: str) -> Sheet | None:
        return next((sheet for sheet in self.sheets if sheet.name == name), None)

    def rows(self, name: str) -> Iterator[tuple[int, Row]]:
        """Rows that hold anything, one at a time; see `batches`."""
        for batch in self.batches(name):
            yield from zip(batch.numbers, map(list, zip(*batch.columns, strict=True)), strict=True)

    def batches(self, name: str) -> Iterator[Batch]:
        """Rows that hold anything, some hundred at a time.

        `bad_cells` (error cells and formulas without a value, row → column → text) and
        `hidden_rows` are filled before the first ones come.
        """
        child = self._child
        if child is None:
            raise UnreadableFile("died")
        child.ask({"sheet": name})
        facts = child.answer()["facts"]
        self.hidden_rows = int(facts["hidden"])
        for row, column, text in facts["bad"]:
            self.bad_cells.setdefault(row, {})[column] = str(text)
        while True:
            message = child.answer()
            columns = message["columns"]
            for index in message["marked"]:
                columns[index] = list(map(cell, columns[index]))
            if message["numbers"]:
                yield Batch(message["numbers"], columns)
            if message.get("end"):
                return


class Child:
    """The parsing process; killed when it is silent for too long."""

    def __init__(self, path: str) -> None:
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", str(CHILD), path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
        )
        self.stdin = cast("IO[bytes]", self.process.stdin)
        self.stdout = cast("IO[bytes]", self.process.stdout)

    def ask(self, message: dict[str, Any]) -> None:
        try:
            self.stdin.write(json.dumps(message).encode() + b"\n")
            self.stdin.flush()
        except OSError as error:
            raise UnreadableFile("died") from error

    def answer(self) -> dict[str, Any]:
        """The next message. The wait has an end: the timer kills a silent child."""
        timer = threading.Timer(SECONDS, self.process.kill)
        timer.start()
        try:
            line = self.stdout.readline()
        finally:
            timer.cancel()
        if not line.endswith(b"\n"):
            raise UnreadableFile("died")
        message: dict[str, Any] = json.loads(line)
        if "refused" in message:
            raise UnreadableFile(str(message["refused"]))
        return message

    def end(self) -> None:
        self.process.kill()
        for pipe in (self.stdin, self.stdout):
            with suppress(OSError):
                pipe.close()
        self.process.wait()


def cell(value: Any) -> Cell:
    """A value of the kinds that JSON does not know, from the text that stands for it."""
    if value.__class__ is str and value[:1] == "\0":
        return stood_for(value)
    return "" if value is None else cast("Cell", value)


@lru_cache(maxsize=10_000)  # the days of a sales ledger come again and again
def stood_for(text: str) -> Cell:
    try:
        return cast("Cell", PREFIXES[text[1]](text[2:]))
    except (ValueError, KeyError, IndexError):
        return text[2:]


@contextmanager
def opened(path: str | Path) -> Iterator[Book]:
    """Open a workbook for reading; raises UnreadableFile with the reason."""
    child = Child(str(path))
    try:
        hello = child.answer()
        sheets = [
            Sheet(
                s["name"],
                s["visible"],
                s["rows"],
                [(number, [cell(value) for value in row]) for number, row in s["head"]],
                [(tuple(start), tuple(end)) for start, end in s["merged"]],
            )
            for s in hello["sheets"]
        ]
        yield Book(hello["format"], sheets, _child=child)
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, json.JSONDecodeError):
            raise UnreadableFile("died") from error
        raise
    finally:
        child.end()
