"""What a kind of workbook consists of: its columns, and how the kind is compared and applied.

Other apps add kinds in a module `ledgers.py`, found by autodiscovery.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import override

from accounts.ledger import cells
from accounts.ledger.cells import Parser
from accounts.ledger.headers import (
    LEAVE_OUT,
    REASON,
    HeaderColumn,
    HeaderFinder,
    folded_header,
    without_unit,
)

if TYPE_CHECKING:
    from accounts.ledger.run import Run
    from staff.models import User

MONEY_FORMAT = "#,##0.00##"

Label = Any  # a lazy translation


@dataclass(frozen=True)
class Reading:
    """What a parser needs to know besides the cell: the column's unit, and who may be named."""

    column: HeaderColumn
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """One column that a kind knows."""

    name: str
    label: Label
    make_parser: Callable[[Reading], Parser]
    aliases: tuple[str, ...] = ()
    required: bool = False
    group: str = "account"
    cast: str = "text"
    empty: str = "''"  # what an explicitly emptied cell becomes, in SQL; "" = cannot be emptied
    expects: Label = ""
    example: str = ""
    width: int = 16
    number_format: str = ""
    choices: tuple[tuple[str, Label], ...] = ()
    is_ours: bool = False  # stands in our own exports only, for their way back

    def headers(self) -> set[str]:
        """Every way this column may be called, folded."""
        names = {folded_header(name) for name in (self.name, *self.aliases)}
        for code, _ in settings.LANGUAGES:
            with override(code):
                names.add(folded_header(str(self.label)))
        return names


@dataclass(frozen=True)
class PartOf:
    """What all rows of a file belong to, said once for the file: an option of that name."""

    name: str
    label: Label
    choices: Callable[[User], list[tuple[str, str]]]
    address: Callable[[str], str]


@dataclass(frozen=True)
class Kind:
    """A kind of workbook: customers, sales lines, and what other apps add."""

    name: str
    label: Label
    hint: Label
    keeps: Label  # where a column that the kind does not know is kept
    columns: tuple[Column, ...]
    compare: Callable[[Run], None]
    apply: Callable[[Run], Mapping[str, int]]
    undo: Callable[[Run], list[dict[str, Any]]]
    export: Callable[[User, Any], Iterable[Sequence[Any]]] | None = None
    defaults: Mapping[str, Any] = field(default_factory=dict)
    # Of each group at least one column must be there before the file can be read.
    needs: tuple[tuple[str, ...], ...] = ()
    # Headers of our own exports that only inform and are left out when they come back.
    informing: tuple[Label, ...] = ()
    row_rule: Callable[[Run], Callable[[Sequence[str | None]], list[dict[str, Any]]]] | None = None
    part_of: PartOf | None = None
    blocker: Callable[[User], str] = lambda user: ""  # why one may not import this kind at all

    def whole(self, options: Mapping[str, Any], user: User) -> tuple[str, str] | None:
        """What the file belongs to, as (words, address); None where that is not said or seen."""
        if self.part_of is None:
            return None
        key = str(options.get(self.part_of.name, ""))
        words = dict(self.part_of.choices(user)).get(key)
        return (words, self.part_of.address(key)) if words else None

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def required(self) -> list[str]:
        return [column.name for column in self.columns if column.required]

    def finder(self) -> HeaderFinder:
        words: dict[str, str] = {}
        for column in self.columns:
            for header in column.headers():
                words.setdefault(header, column.name)
        for label in (*self.informing, REASON):
            for code, _ in settings.LANGUAGES:
                with override(code):
                    words[without_unit(str(label))[0]] = LEAVE_OUT
        return HeaderFinder(words, self.required)


def parser_of(parse: Parser) -> Callable[[Reading], Parser]:
    return lambda reading: parse


def text_column(name: str, label: Label, limit: int, *aliases: str, **options: Any) -> Column:
    parse = options.pop("parse", cells.line)
    return Column(
        name, label, parser_of(cells.shorter_than(limit, parse)), aliases=aliases, **options
    )


def money_column(name: str, label: Label, *aliases: str, **options: Any) -> Column:
    def make(reading: Reading) -> Parser:
        column = reading.column
        return cells.money_in(Decimal(column.factor), reading.rates, column.currency)

    options.setdefault("cast", "numeric(18,4)")
    options.setdefault("empty", "NULL")
    options.setdefault("number_format", MONEY_FORMAT)
    return Column(name, label, make, aliases=aliases, **options)


def choice_words(
    choices: Iterable[tuple[str, Label]], extra: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Every label in every language, and the code itself, folded → code."""
    words: dict[str, str] = {}
    for code, label in choices:
        words[cells.folded(code)] = code
        for language, _ in settings.LANGUAGES:
            with override(language):
                words[cells.folded(str(label))] = code
    return words | {cells.folded(word): code for word, code in (extra or {}).items()}


def choice_column(
    name: str,
    label: Label,
    choices: Iterable[tuple[str, Label]],
    *aliases: str,
    words: Mapping[str, str] | None = None,
    **options: Any,
) -> Column:
    listed = tuple((code, text) for code, text in choices if code)

    def make(reading: Reading) -> Parser:
        return cells.word_of(choice_words(listed, words))

    return Column(name, label, make, aliases=aliases, choices=listed, **options)


def named_column(name: str, label: Label, words: str, *aliases: str, **options: Any) -> Column:
    """A reference to a row found by name: `words` says in which list of `Reading.words`."""

    def make(reading: Reading) -> Parser:
        return cells.word_of(reading.words[words])

    options.setdefault("cast", "bigint")
    options.setdefault("empty", "NULL")
    return Column(name, label, make, aliases=aliases, **options)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.name] = kind


@lru_cache(maxsize=1)
def _discovered() -> bool:
    autodiscover_modules("ledgers")
    return True


def kinds() -> dict[str, Kind]:
    _discovered()
    return _kinds


def kind_named(name: str) -> Kind:
    return kinds()[name]
