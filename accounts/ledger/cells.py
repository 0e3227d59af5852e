"""What a cell means: texts, codes, phones, dates, numbers and money, however they were typed.

Each parser turns a cell into one canonical text (what PostgreSQL prints for the value), or raises
CellError with a code that `reasons.CELL` explains in the reader's language.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from accounts import credit_code
from accounts.ledger.reader import Cell

Parser = Callable[[Cell], str]

CLEAR = "\x01"  # stands for an explicitly emptied cell; no text can hold it
CLEAR_WORDS = frozenset({"清空", "(清空)", "（清空）", "[清空]", "<clear>", "[clear]", "(clear)"})
LOST_DIGITS = 1e15  # Excel keeps 15 digits of a number
FOUR_PLACES = Decimal("0.0001")
LARGEST = Decimal("99999999999999")

HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
NOT_PRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    "\ufeff\ufffe\uffff\ud800-\udfff]"
)
LINE_BREAK = re.compile(r"<br\s*/?>|_x000[dD]_", re.I)


class CellError(Exception):
    """The cell cannot be what its column holds."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code, self.details = code, details


def half_width(text: str) -> str:
    return text.translate(HALF_WIDTH)


def printable(value: Cell) -> str:
    """The cell as text: numbers without `.0`, dates as 2026-11-23, nothing invisible."""
    if value.__class__ is str:
        text = str(value)
        if not text.isprintable():
            text = NOT_PRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        return text
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="minutes" if not value.second else "seconds")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def number_text(value: float) -> str:
    if value.is_integer():
        if abs(value) >= LOST_DIGITS:
            raise CellError("lost_digits")
        return str(int(value))
    text = repr(value)
    return text if "e" not in text else format(Decimal(text), "f")


def line(value: Cell) -> str:
    """One line of text: breaks, tabs and runs of spaces become one space."""
    text = value if isinstance(value, str) and value.isprintable() else printable(value)
    if "<" in text or "_x" in text:
        text = LINE_BREAK.sub(" ", text)
    return " ".join(text.split())


def paragraph(value: Cell) -> str:
    """Text that may hold line breaks."""
    text = printable(value)
    if "<" in text or "_x" in text:
        text = LINE_BREAK.sub("\n", text)
    if "\n" not in text:
        return " ".join(text.split())
    return "\n".join(" ".join(part.split()) for part in text.split("\n")).strip()


def shorter_than(limit: int, parse: Parser = line) -> Parser:
    def parse_short(value: Cell) -> str:
        text = parse(value)
        if len(text) > limit:
            raise CellError("too_long", limit=limit, length=len(text))
        return text

    return parse_short


def code(value: Cell) -> str:
    """A number or code as written: half width, no line breaks, no lost digits."""
    text = line(value)
    if not text.isascii():
        text = " ".join(half_width(text).split())
    if "E+" in text and re.fullmatch(r"\d(\.\d+)?E\+\d+", text):
        raise CellError("lost_digits")
    return text.lstrip("'")


def phone(value: Cell) -> str:
    """Mobiles without separators, others as written."""
    text = code(value)
    if text.isdigit():
        return text
    bare = re.sub(r"[\s\-]", "", text.removeprefix("+86").removeprefix("(+86)"))
    return bare if re.fullmatch(r"1\d{10}", bare) else text


def tax_code(value: Cell) -> str:
    """A 统一社会信用代码, checked; a valid look-alike is suggested, never taken."""
    text = credit_code.normalise(code(value))
    if not text or credit_code.is_valid(text):
        return text
    raise CellError("credit_code", suggestion=credit_code.suggestion(text))


def email(value: Cell) -> str:
    text = half_width(line(value))
    if text and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        raise CellError("email")
    return text


# --- Dates ------------------------------------------------------------------------------------

DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?"
    r"(?:[\sT]*(?:上午|下午)?\s*\d{1,2}[:：时]\d{1,2}.*)?"
)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?")
SHORT_YEAR = re.compile(r"(\d{2})年(\d{1,2})月(\d{1,2})日?")
DAY_OR_MONTH = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:\s+\d{1,2}:\d{2}.*)?")
FIRST_SERIAL, LAST_SERIAL = 7_306, 73_415  # 1920 to 2100
EPOCH = dt.date(1899, 12, 30)


def date(value: Cell) -> str:
    """An ISO day from a date, a serial number or any common way of writing one."""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return day_of_number(float(value))
    return day_of_text(half_width(line(value)))


def day_of_number(number: float) -> str:
    if FIRST_SERIAL <= number < LAST_SERIAL:
        return (EPOCH + dt.timedelta(days=int(number))).isoformat()
    return day_of_text(number_text(number))


def day_of_text(text: str) -> str:
    if not text:
        return ""
    for pattern in (DATE, COMPACT):
        if found := pattern.fullmatch(text):
            return day(*found.groups())
    if found := SHORT_YEAR.fullmatch(text):
        return day("20" + found[1], found[2], found[3])
    if found := MONTH.fullmatch(text):
        return day(found[1], found[2], "1")
    if found := DAY_OR_MONTH.fullmatch(text):
        first, second, year = found.groups()
        if int(first) <= 12 and int(second) <= 12 and first != second:
            raise CellError("ambiguous_date")
        return day(year, first, second) if int(first) <= 12 else day(year, second, first)
    raise CellError("date")


def day(year: str, month: str, day_of_month: str) -> str:
    try:
        found = dt.date(int(year), int(month), int(day_of_month))
    except ValueError as error:
        raise CellError("date") from error
    if not 1900 <= found.year <= 2200:
        raise CellError("date")
    return found.isoformat()


# --- Numbers and money ------------------------------------------------------------------------

FACTORS = {
    "": Decimal(1),
    "元": Decimal(1),
    "圆": Decimal(1),
    "千": Decimal(1_000),
    "千元": Decimal(1_000),
    "万": Decimal(10_000),
    "万元": Decimal(10_000),
    "w": Decimal(10_000),
    "十万元": Decimal(100_000),
    "百万": Decimal(1_000_000),
    "百万元": Decimal(1_000_000),
    "千万": Decimal(10_000_000),
    "千万元": Decimal(10_000_000),
    "亿": Decimal(100_000_000),
    "亿元": Decimal(100_000_000),
    "k": Decimal(1_000),
    "million": Decimal(1_000_000),
    "thousand": Decimal(1_000),
}
CURRENCIES = {
    "¥": "CNY", "￥": "CNY", "cny": "CNY", "rmb": "CNY", "人民币": "CNY", "yuan": "CNY",
    "元": "CNY",
    "us$": "USD", "usd": "USD", "$": "USD", "美元": "USD", "美金": "USD",
    "€": "EUR", "eur": "EUR", "欧元": "EUR",
    "hk$": "HKD", "hkd": "HKD", "港币": "HKD", "港元": "HKD",
    "£": "GBP", "gbp": "GBP", "英镑": "GBP",
    "jpy": "JPY", "日元": "JPY", "jp¥": "JPY",
    "nt$": "TWD", "twd": "TWD", "新台币": "TWD", "台币": "TWD",
}  # fmt: skip
NAMED_CURRENCY = "|".join(map(re.escape, sorted(CURRENCIES, key=len, reverse=True)))
AMOUNT = re.compile(
    rf"(?P<minus>[-+−])?\s*(?P<before>{NAMED_CURRENCY})?\s*(?P<sign>[-+−])?\s*"
    rf"(?P<digits>\d[\d,' ]*(?:\.\d*)?|\.\d+)(?P<power>e[+-]?\d+)?\s*(?P<trailing>-)?\s*"
    rf"(?P<unit>亿元|亿|千万元|千万|百万元|百万|十万元|万元|万|千元|千|元|圆|w|k|million|thousand|)\s*"
    rf"(?P<after>{NAMED_CURRENCY}|)整?\s*",
    re.I,
)


def number(value: Cell) -> str:
    """A quantity: four places, no unit but 万 and the like."""
    return four_places(parse_amount(value, {}, allow_currency=False))


def money_in(factor: Decimal, rates: Mapping[str, Decimal], currency: str = "CNY") -> Parser:
    """Amounts of a column whose header states `factor` and `currency`; a cell may state its own.

    Foreign amounts need a rate to yuan; without one they are refused and said so.
    """
    if currency != "CNY" and currency in rates:
        factor = factor * rates[currency]
    is_plain = factor == 1

    def money(value: Cell) -> str:
        if value.__class__ is float and (currency == "CNY" or currency in rates):
            if is_plain and value:
                whole, _, places = repr(value).partition(".")
                if len(places) <= 4 and len(whole) <= 14 and places.isdigit():
                    return f"{whole}.{places:0<4}"
            return four_places(Decimal(repr(value)) * factor)
        if currency != "CNY" and currency not in rates:
            raise CellError("currency", currency=currency)
        return four_places(parse_amount(value, rates, factor=factor))

    return money


def parse_amount(
    value: Cell,
    rates: Mapping[str, Decimal],
    *,
    factor: Decimal = Decimal(1),
    allow_currency: bool = True,
) -> Decimal:
    if isinstance(value, bool | dt.date | dt.time):
        raise CellError("number")
    if isinstance(value, int | float):
        return Decimal(repr(value)) * factor
    text = half_width(line(value)).lower().replace("，", ",")
    negative = text.startswith("(") and text.endswith(")")
    found = AMOUNT.fullmatch(text[1:-1] if negative else text)
    if found is None:
        raise CellError("number")
    currency = CURRENCIES.get(found["before"] or found["after"] or "", "CNY")
    if currency != "CNY":
        if not allow_currency:
            raise CellError("number")
        if currency not in rates:
            raise CellError("currency", currency=currency)
        factor = rates[currency]
    digits = grouped(found["digits"])
    try:
        amount = Decimal(digits + (found["power"] or ""))
    except InvalidOperation as error:
        raise CellError("number") from error
    if abs(amount.adjusted()) > 20:
        raise CellError("too_large")
    for mark in (found["minus"], found["sign"], found["trailing"]):
        amount = -amount if mark in ("-", "−") else amount
    amount = -abs(amount) if negative else amount
    return amount * (FACTORS[found["unit"]] if found["unit"] else factor)


def grouped(digits: str) -> str:
    """Without thousands separators; "1,23" is neither a group nor a decimal point we may guess."""
    bare = digits.replace(" ", "").replace("'", "")
    if "," in bare:
        whole = bare.split(".")[0]
        if not (
            re.fullmatch(r"\d{1,3}(,\d{3})+", whole) or re.fullmatch(r"\d{1,4}(,\d{4})+", whole)
        ):
            raise CellError("number")
    return bare.replace(",", "")


def four_places(amount: Decimal) -> str:
    if abs(amount) > LARGEST:
        raise CellError("too_large")
    return format(amount.quantize(FOUR_PLACES, ROUND_HALF_UP) + 0, "f")


def whole_number(largest: int) -> Parser:
    """A count, also as "30天" or "月结30天"."""

    def whole(value: Cell) -> str:
        if isinstance(value, float) and value.is_integer():
            text = number_text(value)
        else:
            text = half_width(line(value))
        if not text:
            return ""
        found = re.fullmatch(r"\D*?(-?\d+)\s*(?:天|日|days?|个|人|次)?\s*", text, re.I)
        if found is None or not 0 <= int(found[1]) <= largest:
            raise CellError("whole_number", largest=largest)
        return str(int(found[1]))

    return whole


# --- Words ------------------------------------------------------------------------------------

YES = frozenset(["是", "有", "对", "y", "yes", "true", "1", "√", "✓", "✔", "v", "t"])
NO = frozenset(["否", "无", "没有", "不是", "n", "no", "false", "0", "×", "x", "✗", "f"])


def yes_no(value: Cell) -> str:
    text = half_width(line(value)).lower()
    if text in YES:
        return "true"
    if text in NO:
        return "false"
    if not text:
        return ""
    raise CellError("yes_no")


def word_of(words: Mapping[str, str]) -> Parser:
    """One of the known words (normalised by `folded`) → its code."""

    def word(value: Cell) -> str:
        text = folded(line(value))
        if not text:
            return ""
        if text not in words:
            raise CellError("choice")
        return words[text]

    return word


def folded(text: str) -> str:
    """For comparing words: half width, lower case, without spaces and brackets' kinds."""
    return "".join(half_width(text).lower().split())
