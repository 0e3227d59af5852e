"""Finds the header of a sheet: below title rows, in one row or two, merged or not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy, override

from accounts.ledger.cells import CURRENCIES, FACTORS, CellError, half_width, line
from accounts.ledger.reader import Cell, Row, Sheet

LEAVE_OUT = "-"  # a column that is not wanted at all
REASON = gettext_lazy("Why this row was refused")  # heads the first column of refused rows
SEARCHED_ROWS = 30
UNIT_LINE = re.compile(
    r"单位\s*[:：]\s*(?:人民币)?\s*((?:百万|千万|十万|千|万|亿)?元|万|美元|港元|欧元)"
)
QUOTES = "'\"“”‘’「」『』*＊:：·.。_"
IN_BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
YEAR = re.compile(r"^(20\d\d)(?:年度|年|年的)?(?=\D)")
AFTER_SLASH = re.compile(r"^(.+?)[/_\-]((?:百万|千|万|亿)?元|usd|rmb|cny)$")
TOTALS = re.compile(
    r"(合\s*计|总\s*计|小\s*计|累\s*计|本页合计|grand\s*total|sub-?total|total|sum)[:：]?", re.I
)
REMARKS = re.compile(
    r"(数据来源|资料来源|备\s*注|注|说\s*明|制\s*表|填\s*表|审\s*核|复\s*核|打印|导出时间|统计时间|"
    r"source|notes?|remarks?)\s*([:：人日时]|$)|^第\s*\d+\s*页",
    re.I,
)
# Whether among the first cells of many rows, a line each, any may be one of these.
MAYBE_NO_ROW = re.compile(rf"(?m)^\s*(?:{TOTALS.pattern}|{REMARKS.pattern})", re.I)


@dataclass
class HeaderColumn:
    """One column of the sheet: its header as read and what it means to us ("" = kept as extra)."""

    index: int
    header: str
    field: str = ""
    factor: str = "1"
    currency: str = "CNY"
    year: str = ""  # of an annual figure, where the header names it


@dataclass
class TableMapping:
    """Where the table starts and what its columns mean; stored with the import as JSON."""

    sheet: str = ""
    header_rows: list[int] = field(default_factory=list)
    columns: list[HeaderColumn] = field(default_factory=list)
    samples: dict[str, str] = field(default_factory=dict)  # a few cells of each column, by index

    @property
    def own_columns(self) -> list[HeaderColumn]:
        """Without the column of reasons that we put before refused rows."""
        return [column for column in self.columns if folded_header(column.header) not in reasons()]

    @property
    def signature(self) -> str:
        """The same header gets the same mapping again."""
        headers = "\n".join(folded_header(column.header) for column in self.own_columns)
        return hashlib.sha256(headers.encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> TableMapping:
        return cls(
            json.get("sheet", ""),
            list(json.get("header_rows", [])),
            [HeaderColumn(**column) for column in json.get("columns", [])],
            dict(json.get("samples", {})),
        )

    def column_of(self, name: str) -> HeaderColumn | None:
        return next((column for column in self.columns if column.field == name), None)


def folded_header(text: str) -> str:
    """A header for comparing: half width, lower case, no spaces, quotes or stars."""
    return "".join(half_width(text).lower().split()).strip(QUOTES)


@lru_cache(maxsize=1)
def reasons() -> frozenset[str]:
    """What heads the reasons of refused rows, in every language, folded."""
    found = set()
    for code, _ in settings.LANGUAGES:
        with override(code):
            found.add(folded_header(str(REASON)))
    return frozenset(found)


def without_unit(header: str) -> tuple[str, Decimal, str]:
    """`年用量(万元)` → 年用量, 10000, CNY; brackets that hold no unit stay."""
    text = folded_header(header)
    found = IN_BRACKETS.search(text)
    unit = found[1] if found else ""
    base = (text[: found.start()] + text[found.end() :]).strip(QUOTES) if found else text
    if not found and (slash := AFTER_SLASH.match(text)):
        base, unit = slash[1], slash[2]
    unit = unit.removeprefix("单位").strip(":：,、 ").removeprefix("人民币") or unit
    if unit in FACTORS and unit:
        return base, FACTORS[unit], "CNY"
    if unit in CURRENCIES:
        return base, Decimal(1), CURRENCIES[unit]
    for name in sorted(CURRENCIES, key=len, reverse=True):  # 万美元
        if unit.endswith(name) and unit.removesuffix(name) in FACTORS and name != "元":
            return base, FACTORS[unit.removesuffix(name)], CURRENCIES[name]
    return text, Decimal(1), "CNY"


class HeaderFinder:
    """Knows the words that one kind of workbook uses for its columns."""

    def __init__(self, words: Mapping[str, str], required: Sequence[str]) -> None:
        self.words, self.required = words, set(required)

    def field_of(self, header: str) -> tuple[str, Decimal, str]:
        header = YEAR.sub("", folded_header(header))
        text = folded_header(header)
        base, factor, currency = without_unit(header)
        name = self.words.get(text) or self.words.get(base) or ""
        if not name and (found := IN_BRACKETS.search(text)):
            name = self.words.get((text[: found.start()] + text[found.end() :]).strip(QUOTES), "")
        return name, factor, currency

    def find(self, sheet: Sheet) -> tuple[TableMapping, int]:
        """The mapping of the sheet and how sure it is (0: no known word was found)."""
        rows = [row for row in sheet.head if row[0] <= sheet.head[0][0] + SEARCHED_ROWS]
        mapping, score = self.best(sheet, rows)
        if not score and rows:
            number, row = max(
                rows[:10], key=lambda item: sum(1 for text in headers_of(item[1]) if text[0])
            )
            mapping = self.mapped(sheet.name, [number], headers_of(row))
        self.apply_unit_line(mapping, sheet)
        return mapping, score

    def at(self, sheet: Sheet, number: int) -> TableMapping:
        """The mapping with the header in a row that a person named, and perhaps the one below."""
        row = next((row for found, row in sheet.head if found == number), [])
        mapping, score = self.best(sheet, [(number, row)])
        if not score:
            mapping = self.mapped(sheet.name, [number], headers_of(row))
        self.apply_unit_line(mapping, sheet)
        return mapping

    def best(self, sheet: Sheet, rows: list[tuple[int, Row]]) -> tuple[TableMapping, int]:
        """The header understood best among these rows, each alone or with the one below it."""
        best, best_score, best_rows = TableMapping(sheet.name), 0, 1
        below = dict(sheet.head)
        for number, row in rows:
            candidates = [([number], headers_of(row))]
            if number + 1 in below:
                both = two_rows(number, row, below[number + 1], sheet)
                candidates.append(([number, number + 1], both))
            for header_rows, headers in candidates:
                mapping = self.mapped(sheet.name, header_rows, headers)
                score = self.score(mapping)
                simpler = score == best_score and len(header_rows) < best_rows
                if score > best_score or (score and simpler):
                    best, best_score, best_rows = mapping, score, len(header_rows)
        return best, best_score

    def score(self, mapping: TableMapping) -> int:
        names = {column.field for column in mapping.columns if column.field} - {LEAVE_OUT}
        return 2 * len(names) + 3 * len(names & self.required)

    def mapped(
        self, sheet: str, header_rows: list[int], headers: list[tuple[str, str]]
    ) -> TableMapping:
        columns, taken = [], set()
        for index, (upper, lower) in enumerate(headers):
            full = f"{upper} {lower}".strip() if upper != lower else lower
            name, factor, currency = "", Decimal(1), "CNY"
            for text in (upper + lower if upper and lower else full, lower, full):
                name, factor, currency = self.field_of(text)
                if name:
                    break
            if name in taken and name != LEAVE_OUT:
                name = ""
            taken.add(name)
            year = YEAR.match(folded_header(full))
            columns.append(
                HeaderColumn(index, full, name, str(factor), currency, year[1] if year else "")
            )
        return TableMapping(sheet, header_rows, columns)

    @staticmethod
    def apply_unit_line(mapping: TableMapping, sheet: Sheet) -> None:
        """`单位：万元` above the header counts for every column that states no unit itself."""
        above = [
            row
            for number, row in sheet.head
            if mapping.header_rows and number < mapping.header_rows[0]
        ]
        texts = [str(value) for row in above for value in row if isinstance(value, str)]
        found = next((match for text in texts if (match := UNIT_LINE.search(text))), None)
        if not found:
            return
        unit = found[1]
        for column in mapping.columns:
            if column.factor == "1" and column.currency == "CNY" and "元" not in column.header:
                column.factor = str(FACTORS.get(unit, Decimal(1)))
                column.currency = CURRENCIES.get(unit, "CNY")


def headers_of(row: Row) -> list[tuple[str, str]]:
    return [("", header_text(value)) for value in row]


def header_text(value: Cell) -> str:
    try:
        return line(value)[:100]
    except CellError:
        return ""


def two_rows(number: int, upper: Row, lower: Row, sheet: Sheet) -> list[tuple[str, str]]:
    """Two header rows as (above, below); a cell merged across stands over all its columns."""
    above = [header_text(value) for value in upper]
    below = [header_text(value) for value in lower]
    width = max(len(above), len(below))
    above += [""] * (width - len(above))
    below += [""] * (width - len(below))
    for (top, left), (_, right) in sheet.merged:
        if top == number - 1 and left < width:
            above[left : right + 1] = [above[left]] * (min(right, width - 1) - left + 1)
    return [
        (over, under) if under else ("", over) for over, under in zip(above, below, strict=True)
    ]


def is_total_or_remark(row: Row) -> bool:
    """合计, 数据来源: … and the like: rows about the table, not of it."""
    first = next((value for value in row if value != ""), "")
    if not isinstance(first, str):
        return False
    first = first.strip()
    if TOTALS.fullmatch(first):
        return True
    if len(row) - row.count("") > 2:
        return False
    return len(first) < 200 and bool(REMARKS.match(first))
