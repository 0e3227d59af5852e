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
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
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


def ods_cell(value):
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
