"""Workbooks in the formats that no library here writes: the smallest files that are one."""

import io
import struct
import zipfile
from xml.sax.saxutils import escape

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="bin" ContentType='
    '"application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/{kind}" Target="{target}"/></Relationships>'
)
ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    ' office:version="1.2">'
    '<office:body><office:spreadsheet><table:table table:name="台账">{rows}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)


def archive(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def ods(*rows):
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    text = "".join(
        "<table:table-row>" + "".join(map(ods_cell, row)) + "</table:table-row>" for row in rows
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        "</manifest:manifest>"
    )
    return archive(
        {
            "mimetype": kind,
            "META-INF/manifest.xml": manifest,
            "content.xml": ODS.format(rows=text),
        }
    )


ERROR = "#N/A"


def ods_cell(value):
    if value == ERROR:
        return (
            '<table:table-cell office:value-type="string" calcext:value-type="error">'
            "<text:p>#N/A</text:p></table:table-cell>"
        )
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    return (
        '<table:table-cell office:value-type="string"><text:p>'
        f"{escape(value)}</text:p></table:table-cell>"
    )


def xlsb(*rows):
    sheet = [record(129), record(148, struct.pack("<4I", 0, len(rows), 0, 20)), record(145)]
    for number, row in enumerate(rows):
        sheet.append(record(0, struct.pack("<II", number, 0) + bytes(9)))
        sheet += [xlsb_cell(column, value) for column, value in enumerate(row)]
    sheet += [record(146), record(130)]
    bundle = struct.pack("<II", 0, 1) + wide("rId1") + wide("台账")
    book = [record(131), record(143), record(156, bundle), record(144), record(132)]
    return archive(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": RELATIONS.format(kind="officeDocument", target="xl/workbook.bin"),
            "xl/workbook.bin": b"".join(book),
            "xl/_rels/workbook.bin.rels": RELATIONS.format(
                kind="worksheet", target="worksheets/sheet1.bin"
            ),
            "xl/worksheets/sheet1.bin": b"".join(sheet),
        }
    )


def xlsb_cell(column, value):
    head = struct.pack("<II", column, 0)
    if value == ERROR:
        return record(3, head + b"\x2a")
    if value is None:
        return record(1, head)
    if isinstance(value, int | float):
        return record(5, head + struct.pack("<d", value))
    return record(6, head + wide(value))


def record(kind, body=b""):
    return varint(kind) + varint(len(body)) + body


def varint(number):
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xls(*rows):
    """BIFF8 in a compound file: header, one sector of the table, one of the folder, the stream."""
    sheet = [biff(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))]
    for number, row in enumerate(rows):
        sheet.append(biff(0x208, struct.pack("<8H", number, 0, len(row), 255, 0, 0, 0, 0)))
        sheet += [xls_cell(number, column, value) for column, value in enumerate(row)]
    sheet.append(biff(0x0A))
    name = "台账".encode("utf-16-le")
    first = biff(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    place = len(first) + 4 + 8 + len(name) + 4
    bound = biff(0x85, struct.pack("<IBBBB", place, 0, 0, len(name) // 2, 1) + name)
    stream = (first + bound + biff(0x0A) + b"".join(sheet)).ljust(4096, b"\0")
    sectors = -(-len(stream) // 512)
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    fat = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
    folder = entry("Root Entry", 5, 0xFFFFFFFE, 0) + entry("Workbook", 2, 2, len(stream))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<5H6x3I", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1)
    head += struct.pack("<6I", 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<I", 0) + b"\xff" * 432
    return head + fat + folder.ljust(512, b"\0") + stream.ljust(sectors * 512, b"\0")


def entry(name, kind, start, size):
    text = name.encode("utf-16-le")
    child = 1 if kind == 5 else 0xFFFFFFFF
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBB3I", len(text) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        + bytes(36)
        + struct.pack("<III", start, size, 0)
    )


def biff(kind, body=b""):
    return struct.pack("<HH", kind, len(body)) + body


def xls_cell(row, column, value):
    head = struct.pack("<HHH", row, column, 0)
    if value == ERROR:
        return biff(0x205, head + b"\x2a\x01")
    if value is None:
        return b""
    if isinstance(value, int | float):
        return biff(0x203, head + struct.pack("<d", value))
    text = value.encode("utf-16-le")
    return biff(0x204, head + struct.pack("<HB", len(text) // 2, 1) + text)
