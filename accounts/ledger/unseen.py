"""What the parser does not tell of .xlsb, .ods and .xls: error cells and hidden rows.

Only the standard library, and not Django: read by the child process, beside what it knows of .xlsx.
A file built in a way not known here has no such facts; the parser judges what it is worth.
"""

import struct
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

Facts = tuple[int, list[tuple[int, int, str]]]  # hidden rows; (row from 1, column from 0, text)

ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
    0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
MOST_REPEATS = 1_048_576


def facts(path: str, kind: str, name: str) -> Facts:
    read = {"xlsb": of_xlsb, "ods": of_ods, "xls": of_xls}[kind]
    try:
        return read(path, name)
    except (LookupError, ValueError, struct.error, ElementTree.ParseError, zipfile.BadZipFile):
        return 0, []


# --- .xlsb ------------------------------------------------------------------------------------

ROW, ERROR, FORMULA_ERROR, SHEET = 0, 3, 11, 156


def of_xlsb(path: str, name: str) -> Facts:
    with zipfile.ZipFile(path) as archive:
        part = xlsb_part(archive, name)
        if not part:
            return 0, []
        hidden, bad, row = 0, [], 0
        for kind, body in binary_records(archive.read(part)):
            if kind == ROW and len(body) >= 12:
                row = struct.unpack_from("<I", body)[0] + 1
                hidden += bool(body[11] & 0x10)
            elif kind in (ERROR, FORMULA_ERROR) and len(body) >= 9:
                column = struct.unpack_from("<I", body)[0]
                bad.append((row, column, ERRORS.get(body[8], "#N/A")))
        return hidden, bad


def xlsb_part(archive: zipfile.ZipFile, name: str) -> str:
    names = {member.lower().lstrip("/"): member for member in archive.namelist()}
    relations = ElementTree.fromstring(  # noqa: S314
        archive.read(names["xl/_rels/workbook.bin.rels"])
    )
    targets = {relation.get("Id"): relation.get("Target") or "" for relation in relations}
    for kind, body in binary_records(archive.read(names["xl/workbook.bin"])):
        if kind == SHEET:
            relation, place = wide_text(body, 8)
            if wide_text(body, place)[0] == name:
                target = targets.get(relation, "").lstrip("/")
                full = target if target.startswith("xl/") else f"xl/{target}"
                return names.get(full.lower(), "")
    return ""


def binary_records(content: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place < len(content):
        kind, place = variable(content, place, 2)
        size, place = variable(content, place, 4)
        yield kind, content[place : place + size]
        place += size


def variable(content: bytes, place: int, most: int) -> tuple[int, int]:
    number = 0
    for step in range(most):
        byte = content[place]
        place += 1
        number |= (byte & 0x7F) << 7 * step
        if not byte & 0x80:
            break
    return number, place


def wide_text(body: bytes, place: int) -> tuple[str, int]:
    size = 2 * struct.unpack_from("<I", body, place)[0]
    return body[place + 4 : place + 4 + size].decode("utf-16-le", "replace"), place + 4 + size


# --- .ods -------------------------------------------------------------------------------------

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"


def of_ods(path: str, name: str) -> Facts:
    hidden, bad, row, wanted = 0, [], 0, False
    if not is_worth_it(path):
        return 0, []
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as file:
        for event, element in ElementTree.iterparse(file, ("start", "end")):  # noqa: S314
            if element.tag == f"{TABLE}table":
                if wanted:
                    break
                wanted = event == "start" and element.get(f"{TABLE}name") == name
            elif element.tag == f"{TABLE}table-row" and event == "end":
                times = repeats(element, "rows")
                if wanted:
                    cells = list(errors_of(element))
                    for number in range(row + 1, row + 1 + (times if cells else 0)):
                        bad += [(number, column, text) for column, text in cells]
                    row += times
                    if element.get(f"{TABLE}visibility") and len(element) and times < 1000:
                        hidden += times
                element.clear()
    return hidden, bad


def is_worth_it(path: str) -> bool:
    """Most files have neither: then its XML need not be understood a second time."""
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as file:
        last = b""
        while chunk := file.read(1 << 20):
            if b'"error"' in last + chunk or b":visibility=" in last + chunk:
                return True
            last = chunk[-20:]
    return False


def errors_of(row: ElementTree.Element) -> Iterator[tuple[int, str]]:
    column = 0
    for cell in row:
        times = repeats(cell, "columns")
        if cell.get(TYPE) == "error":
            text = "".join(cell.itertext()).strip() or "#N/A"
            for place in range(column, column + min(times, 500)):
                yield place, text
        column += times


def repeats(element: ElementTree.Element, what: str) -> int:
    text = element.get(f"{TABLE}number-{what}-repeated") or "1"
    return min(int(text), MOST_REPEATS) if text.isdigit() else 1


# --- .xls -------------------------------------------------------------------------------------

FREE = 0xFFFFFFFA  # from here on numbers of sectors mean something else
BOUND_SHEET, BEGIN, END, XLS_ROW, XLS_ERROR, FORMULA = 0x85, 0x809, 0x0A, 0x208, 0x205, 0x06


def of_xls(path: str, name: str) -> Facts:
    with open(path, "rb") as file:
        book = workbook_stream(file.read())
    hidden, bad, depth = 0, [], 0
    for kind, body in xls_records(book, xls_place(book, name)):
        depth += (kind == BEGIN) - (kind == END)
        if not depth:
            break
        if depth > 1:  # a chart within the sheet
            continue
        if kind == XLS_ROW and len(body) >= 14:
            hidden += bool(body[12] & 0x20)
        elif kind == XLS_ERROR and len(body) >= 8 and body[7]:
            bad.append((*xls_cell(body), ERRORS.get(body[6], "#N/A")))
        elif kind == FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
            bad.append((*xls_cell(body), ERRORS.get(body[8], "#N/A")))
    return hidden, bad


def xls_cell(body: bytes) -> tuple[int, int]:
    row, column = struct.unpack_from("<HH", body)
    return row + 1, column


def xls_place(book: bytes, name: str) -> int:
    """Where the sheet begins; the end of the stream where there is none of that name."""
    for kind, body in xls_records(book, 0):
        if kind == END:
            break
        if kind == BOUND_SHEET and len(body) > 8:
            text = body[8:].decode("utf-16-le" if body[7] & 1 else "latin-1", "replace")
            if text[: body[6]] == name:
                return int(struct.unpack_from("<I", body)[0])
    return len(book)


def xls_records(book: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    while place + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, place)
        yield kind, book[place + 4 : place + 4 + size]
        place += 4 + size


def workbook_stream(content: bytes) -> bytes:
    """The stream `Workbook` of a compound file."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    first_entry, _, cutoff, first_mini = struct.unpack_from("<4I", content, 48)

    def sector(number: int) -> bytes:
        return content[(number + 1) * size : (number + 2) * size]

    sectors = list(struct.unpack_from("<109I", content, 76))
    more, seen = struct.unpack_from("<I", content, 68)[0], 0
    while more < FREE and seen < 10_000:
        *listed, more = numbers(sector(more))
        sectors += listed
        seen += 1
    fat = [n for s in sectors if s < FREE for n in numbers(sector(s))]

    def chain(start: int, table: list[int]) -> Iterator[int]:
        for _ in range(len(table)):
            if start >= len(table):
                return
            yield start
            start = table[start]

    def stream(start: int) -> bytes:
        return b"".join(sector(s) for s in chain(start, fat))

    entries = stream(first_entry)
    found: dict[str, tuple[int, int]] = {}
    for place in range(0, len(entries) - 127, 128):
        length = struct.unpack_from("<H", entries, place + 64)[0]
        name = entries[place : place + max(length - 2, 0)].decode("utf-16-le", "replace")
        found.setdefault(name.lower(), struct.unpack_from("<II", entries, place + 116))
    start, length = found.get("workbook") or found.get("book") or (FREE, 0)
    if length >= cutoff:
        return stream(start)[:length]
    small = stream(found.get("root entry", (FREE, 0))[0])
    table = numbers(stream(first_mini))
    return b"".join(small[s * 64 : s * 64 + 64] for s in chain(start, table))[:length]


def numbers(content: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4]))
