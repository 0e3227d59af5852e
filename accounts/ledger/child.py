"""Opens one workbook in a process of its own, with little memory and little time.

A hostile or broken file may kill this process (a 1.4 KB workbook aborts the parser); it cannot
hurt the one that asked. Run as a script, without Django: argv is the path; stdout is JSON lines.
First line: the sheets with their top rows, or `{"refused": code}`. Then one line is read from
stdin, `{"sheet": name}`, and that sheet follows in batches of rows, with dates as `\\x00d…` texts
(no cell can hold NUL). What the parser cannot see (error cells, formulas without a stored value,
hidden rows) is read from the XML.
"""

import csv
import datetime as dt
import io
import json
import math
import os
import re
import resource
import sys
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import zip_longest
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import python_calamine

if TYPE_CHECKING:
    from accounts.ledger import unseen
else:  # run as a script, which finds nothing beside itself
    sys.path.append(os.path.dirname(os.path.abspath(__file__)))
    import unseen

HEAD_ROWS = 60
BATCH = 500
MAX_COLUMNS = 500
MAX_ROWS = 1_048_576
MEMORY = 1_400 * 1024 * 1024
MAX_INFLATED = 900 * 1024 * 1024
MAX_RATIO = 150  # real workbooks inflate 5 to 20 times
NOTED_CELLS = 100_000
PLAIN = frozenset({str, bool, int})  # what JSON says as it is
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"

Row = list[Any]


class Refused(Exception):
    """The file cannot be read; the code names the sentence that the person is told."""

    def __init__(self, code: str) -> None:
        self.code = code


def limit(size: int) -> None:
    seconds = 15 + size // 400_000
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform == "linux":  # macOS refuses or ignores it
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def say(message: dict[str, Any]) -> None:
    line = json.dumps(message, ensure_ascii=False, allow_nan=False, check_circular=False)
    # surrogates cannot be encoded: a broken UTF-16 text must not end the process
    sys.stdout.buffer.write(line.encode(errors="surrogatepass") + b"\n")


def in_json(value: Any) -> Any:
    """The value if JSON can say it, else a text that stands for it."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):  # NaN and infinity are not JSON; no ledger means them
        return value if math.isfinite(value) else f"\0p{value}"
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return f"\0d{value.date().isoformat() if midnight else value.isoformat(sep=' ')}"
    if isinstance(value, dt.date):
        return f"\0d{value.isoformat()}"
    if isinstance(value, dt.time):
        return f"\0t{value.isoformat()}"
    return f"\0p{value}"


# --- What is this file? -------------------------------------------------------------------


def sniff(path: str) -> str:
    """The real format, by content; the file's name says nothing reliable."""
    with open(path, "rb") as file:
        start = file.read(4096)
    if not start:
        raise Refused("empty")
    if start.startswith(b"PK"):
        return sniff_zip(path)
    if start.startswith(OLE):
        with open(path, "rb") as file:
            content = file.read()
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Refused("encrypted")
        if "WordDocument".encode("utf-16-le") in content:
            raise Refused("other_document")
        return "xls"
    if start.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf")):
        raise Refused("other_document")
    lowered = start.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if lowered.startswith((b"<html", b"<!doctype", b"<table", b"<head", b"<meta", b"<style")):
        raise Refused("web_page")
    if lowered.startswith(b"<?xml") or lowered.startswith(b"mime-version"):
        raise Refused("xml_or_web_archive")
    return "csv"


def sniff_zip(path: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            packed = os.path.getsize(path)
            inflated = sum(member.file_size for member in members)
            if inflated > MAX_INFLATED or (inflated > 20_000_000 and inflated > MAX_RATIO * packed):
                raise Refused("bomb")
            if any(member.flag_bits & 1 for member in members):
                raise Refused("encrypted")
            names = {member.filename.replace("\\", "/").lower() for member in members}
    except zipfile.BadZipFile as error:
        raise Refused("damaged") from error
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise Refused("other_document")


# --- Workbooks ------------------------------------------------------------------------------


class Workbook:
    """A workbook that python-calamine reads; a single sheet is parsed once and kept."""

    def __init__(self, path: str, kind: str) -> None:
        self.path, self.kind = path, kind
        try:
            with open(path, "rb") as file:
                self.book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(file.read()))
        except python_calamine.PasswordError as error:
            raise Refused("encrypted") from error
        except Exception as error:
            raise Refused("damaged") from error
        self.kept: dict[str, python_calamine.CalamineSheet] = {}
        self.facts: dict[str, Future[dict[str, Any]]] = {}

    def sheet(self, name: str) -> python_calamine.CalamineSheet:
        if name not in self.kept:
            self.kept.clear()
            try:
                self.kept[name] = self.book.get_sheet_by_name(name)
            except Exception as error:
                raise Refused("damaged") from error
        return self.kept[name]

    def sheets(self) -> list[dict[str, Any]]:
        worksheets = [m for m in self.book.sheets_metadata if "WorkSheet" in str(m.typ)]
        listed = []
        if self.kind == "xlsx" and len(worksheets) == 1:  # the one that will be asked for
            name = worksheets[0].name
            self.facts[name] = ThreadPoolExecutor(1).submit(xlsx_facts, self.path, name)
        for metadata in worksheets:
            try:
                listed.append(self.described(metadata))
            except Refused:
                if len(worksheets) == 1:
                    raise
        return listed

    def described(self, metadata: Any) -> dict[str, Any]:
        sheet = self.sheet(metadata.name)
        if sheet.total_height > MAX_ROWS or sheet.total_width > 16_384:
            raise Refused("too_large")
        head: list[tuple[int, Row]] = []
        for number, row in self.numbered(sheet):
            if not is_blank(row):
                head.append((number, row[:MAX_COLUMNS]))
            if len(head) == HEAD_ROWS:
                break
        merged = sheet.merged_cell_ranges or []
        last = head[-1][0] if head else 0
        return {
            "name": metadata.name,
            "visible": "Visible" in str(metadata.visible),
            "rows": sheet.total_height,
            "head": head,
            "merged": [m for m in merged if m[0][0] < last][:2000],
        }

    @staticmethod
    def numbered(sheet: Any) -> Iterator[tuple[int, Row]]:
        """Rows with their number as Excel shows it; cells start in column A."""
        if sheet.start is None:
            return
        left = sheet.start[1]
        for number, row in enumerate(sheet.iter_rows(), 1):
            yield number, [""] * left + row if left else row

    def rows(self, name: str) -> Iterator[tuple[int, Row]]:
        sheet = self.sheet(name)
        fills: dict[int, list[tuple[int, int]]] = {}
        for (top, left), (bottom, _) in sheet.merged_cell_ranges or []:
            if bottom > top:
                fills.setdefault(left, []).append((top + 1, bottom + 1))
        for spans in fills.values():
            spans.sort(reverse=True)
        values: dict[int, Any] = {}
        for number, row in self.numbered(sheet):
            for column, spans in fills.items():
                while spans and spans[-1][1] < number:
                    spans.pop()
                if column < len(row) and spans and spans[-1][0] <= number:
                    if spans[-1][0] == number:
                        values[column] = row[column]
                    elif row[column] == "":
                        row[column] = values.get(column, "")
            yield number, row

    def hidden_facts(self, name: str) -> dict[str, Any]:
        if name in self.facts:
            return self.facts[name].result()
        if self.kind == "xlsx":
            return xlsx_facts(self.path, name)
        hidden, bad = unseen.facts(self.path, self.kind, name)
        if len(bad) > NOTED_CELLS:
            raise Refused("too_many_errors")
        return {"hidden": hidden, "bad": bad}


# --- What the parser does not tell about .xlsx -------------------------------------------------

CELL_WITH_ERROR = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"[^>]*>(?:(?!</(?:\w+:)?c>).)*?'
    rb"<(?:\w+:)?v>([^<]*)<",
    re.S,
)
CELL_WITH_FORMULA = re.compile(
    # t="str" is a formula whose value was stored: the empty text
    rb'<(?:\w+:)?c\b(?![^>]*\bt="str")[^>]*?\br="([A-Z]+)(\d+)"[^>]*><(?:\w+:)?f\b'
    rb"(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>|)\s*"
    rb"</(?:\w+:)?c>"
)
HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*\bhidden="(?:1|true)"')


def xlsx_facts(path: str, name: str) -> dict[str, Any]:
    """Hidden rows, error cells and formulas whose value was never stored, from the sheet's XML."""
    hidden, bad = 0, []
    for piece in sheet_pieces(path, name):
        if b"hidden=" in piece:
            hidden += len(HIDDEN_ROW.findall(piece))
        if b't="e"' in piece:
            bad += [cell(match[1], match[2], match[3]) for match in CELL_WITH_ERROR.finditer(piece)]
        if b"<f" in piece or b":f" in piece:
            bad += [cell(match[1], match[2], b"=") for match in CELL_WITH_FORMULA.finditer(piece)]
        if len(bad) > NOTED_CELLS:
            raise Refused("too_many_errors")
    return {"hidden": hidden, "bad": bad}


def cell(letters: bytes, row: bytes, text: bytes) -> tuple[int, int, str]:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return int(row), column - 1, text.decode(errors="replace")


def sheet_pieces(path: str, name: str) -> Iterator[bytes]:
    """The sheet's XML in pieces that end between two rows."""
    with zipfile.ZipFile(path) as archive:
        part = sheet_part(archive, name)
        if not part:
            return
        rest = b""
        with archive.open(part) as file:
            while chunk := file.read(1 << 20):
                rest += chunk
                end = rest.rfind(b"<row") if b"<row" in rest else rest.rfind(b":row ")
                if end > 0:
                    yield rest[:end]
                    rest = rest[end:]
        yield rest


def sheet_part(archive: zipfile.ZipFile, name: str) -> str:
    names = {member.lower().lstrip("/"): member for member in archive.namelist()}
    try:
        book = ElementTree.fromstring(archive.read(names["xl/workbook.xml"]))  # noqa: S314
        relations = ElementTree.fromstring(  # noqa: S314
            archive.read(names["xl/_rels/workbook.xml.rels"])
        )
    except (KeyError, ElementTree.ParseError):
        return ""
    targets = {relation.get("Id"): relation.get("Target") or "" for relation in relations}
    for sheet in (*book.iter(f"{MAIN}sheet"), *book.iter(f"{STRICT}sheet")):
        if sheet.get("name") == name:
            ids = [value for key, value in sheet.attrib.items() if key.endswith("}id")]
            target = targets.get(ids[0], "") if ids else ""
            full = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return names.get(full.lower(), "")
    return ""


# --- Text files -----------------------------------------------------------------------------


class TextTable:
    """A csv in UTF-8, GB18030 or Excel's "Unicode text"; its only sheet is called "csv"."""

    def __init__(self, path: str) -> None:
        with open(path, "rb") as file:
            content = file.read()
        self.text = decoded(content)
        if "\0" in self.text[:4096]:
            raise Refused("damaged")
        self.delimiter = delimiter(self.text[:20_000])

    def sheets(self) -> list[dict[str, Any]]:
        head: list[tuple[int, Row]] = []
        count = 0
        for number, row in self.rows("csv"):
            count = number
            if len(head) < HEAD_ROWS and not is_blank(row):
                head.append((number, row[:MAX_COLUMNS]))
        return [{"name": "csv", "visible": True, "rows": count, "head": head, "merged": []}]

    def rows(self, name: str) -> Iterator[tuple[int, Row]]:
        csv.field_size_limit(1_000_000)
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter)
        try:
            for number, row in enumerate(reader, 1):
                if number > MAX_ROWS * 2:
                    raise Refused("too_large")
                yield number, [without_formula_quotes(text) for text in row]
        except csv.Error as error:
            raise Refused("damaged") from error

    def hidden_facts(self, name: str) -> dict[str, Any]:
        return {"hidden": 0, "bad": []}


def without_formula_quotes(text: str) -> str:
    """`="00123"`, as many systems write a code that Excel must not turn into a number."""
    return text[2:-1] if text[:2] == '="' and text[-1:] == '"' and len(text) > 2 else text


def decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeError:
            continue
    raise Refused("unknown_text")


def delimiter(sample: str) -> str:
    lines = [line for line in sample.splitlines() if line.strip()][:30]
    return max(",\t;|", key=lambda mark: sum(1 for line in lines if mark in line))


# --- The conversation -------------------------------------------------------------------------


def in_columns(rows: list[Row]) -> dict[str, Any]:
    """The rows by column, with texts in place of what JSON cannot say, and where that was."""
    columns: list[Sequence[Any]] = []
    marked = []
    column: Sequence[Any]
    for index, column in enumerate(zip_longest(*rows, fillvalue="")):
        if not PLAIN.issuperset(map(type, column)):
            sayable = list(map(in_json, column))
            if any(said is not value for said, value in zip(sayable, column, strict=True)):
                marked.append(index)
                column = sayable
        columns.append(column)
    return {"marked": marked, "columns": columns}


def is_blank(row: Row) -> bool:
    return not any(value != "" for value in row)


def send_rows(table: Workbook | TextTable, name: str) -> None:
    facts = table.hidden_facts(name)
    say({"facts": facts})
    bad = {row for row, _, _ in facts["bad"]}
    numbers: list[int] = []
    rows: list[Row] = []
    for number, row in table.rows(name):
        if is_blank(row) and number not in bad:
            continue
        numbers.append(number)
        rows.append(row[:MAX_COLUMNS])
        if len(rows) == BATCH:
            say({"numbers": numbers, **in_columns(rows)})
            numbers, rows = [], []
    say({"numbers": numbers, **in_columns(rows), "end": True})


def main(path: str) -> None:
    limit(os.path.getsize(path))
    kind = sniff(path)
    table = TextTable(path) if kind == "csv" else Workbook(path, kind)
    sheets = table.sheets()
    for sheet in sheets:
        sheet["head"] = [[n, [in_json(value) for value in row]] for n, row in sheet["head"]]
    if not any(sheet["head"] for sheet in sheets):
        raise Refused("empty")
    say({"format": kind, "sheets": sheets})
    sys.stdout.flush()
    if wanted := sys.stdin.readline():
        send_rows(table, json.loads(wanted)["sheet"])


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except Refused as refused:
        say({"refused": refused.code})
    except MemoryError:
        os._exit(9)
    sys.stdout.flush()
