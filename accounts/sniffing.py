"""What an uploaded file really is, told by its content and never by its name alone.

Only a short list of office documents, pictures, recordings and plain text is taken. A file that is
two things at once, that a browser could run, or that is not what its name says is refused, with
the reason in words.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from pathlib import PurePosixPath
from typing import IO, Any

import puremagic
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext

PEEK = 64 * 1024
NAME_LENGTH = 150

OOXML = {
    "docx": ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pptx": ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
}
OLE = {
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "wps": "application/vnd.ms-works",
    "et": "application/vnd.ms-excel",
    "msg": "application/vnd.ms-outlook",
}
# What puremagic must find at the very start of the file, by the extension it is named with.
BY_CONTENT = {
    "pdf": (".pdf",),
    "png": (".png",),
    "jpg": (".jpg", ".jpeg", ".jfif", ".jpe"),
    "jpeg": (".jpg", ".jpeg", ".jfif", ".jpe"),
    "gif": (".gif",),
    "webp": (".webp",),
    "mp3": (".mp3",),
    "wav": (".wav",),
    "amr": (".amr",),
}
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "amr": "audio/amr",
}
TEXT = {"txt": "text/plain", "csv": "text/csv"}
EXTENSIONS = (*BY_CONTENT, *OOXML, *OLE, *TEXT)

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = b"PK\x03\x04"
ZIP_END = b"PK\x05\x06"
EXECUTABLE = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe")
MARKUP = re.compile(
    rb"<\s*(!doctype\s+html|html|head|body|script|svg|iframe|object|embed|\?php|\?xml-stylesheet)",
    re.IGNORECASE,
)


class RefusedFile(Exception):
    """Why a file is not taken, in words for the page."""


def clean_name(name: str) -> str:
    """The last part of an uploaded name, without what a shell, a path or a header could misread."""
    last = PurePosixPath(name.replace("\\", "/")).name
    kept = "".join(
        character
        for character in unicodedata.normalize("NFC", last)
        if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    ).strip(" .")
    stem, dot, extension = kept.rpartition(".")
    if not dot:
        stem, extension = kept, ""
    return f"{stem[:NAME_LENGTH]}{dot}{extension[:10]}" or "file"


def content_type(upload: UploadedFile[Any] | IO[bytes], name: str) -> str:
    """The content type of a file that may be kept; raises `RefusedFile` otherwise."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension not in EXTENSIONS:
        raise RefusedFile(
            gettext("Files of this kind (%(kind)s) are not taken. Taken are: %(kinds)s.")
            % {"kind": f".{extension}" if extension else "?", "kinds": ", ".join(EXTENSIONS)}
        )
    head, tail = _ends(upload)
    if not head:
        raise RefusedFile(gettext("The file is empty."))
    if head.startswith(EXECUTABLE):
        raise RefusedFile(gettext("The file is a program, whatever its name says."))
    if extension in TEXT:
        return _text(head, tail, extension)
    if extension in OOXML:
        return _ooxml(upload, head, extension)
    if ZIP_END in tail:
        raise RefusedFile(gettext("The file is two things at once: it also holds an archive."))
    if extension in OLE:
        if not head.startswith(OLE_MAGIC):
            raise _misnamed(extension)
        return OLE[extension]
    return _by_content(head, tail, extension)


def _ends(upload: UploadedFile[Any] | IO[bytes]) -> tuple[bytes, bytes]:
    upload.seek(0)
    head = upload.read(PEEK)
    upload.seek(0, io.SEEK_END)
    size = upload.tell()
    upload.seek(max(0, size - PEEK))
    tail = upload.read(PEEK)
    upload.seek(0)
    return head, tail


def _misnamed(extension: str) -> RefusedFile:
    return RefusedFile(
        gettext("The file is named .%(kind)s, but its content is something else.")
        % {"kind": extension}
    )


def _by_content(head: bytes, tail: bytes, extension: str) -> str:
    # puremagic also looks for signatures further in; a browser or viewer reads from the start.
    found = {match.extension for match in _matches(head) if match.byte_match}
    if not found.intersection(BY_CONTENT[extension]):
        raise _misnamed(extension)
    # A PDF's own metadata is XML, a picture's may be; neither has a page's or a script's tags.
    if MARKUP.search(head) or MARKUP.search(tail):
        raise RefusedFile(
            gettext("The file is two things at once: it also holds a web page or a script.")
        )
    return CONTENT_TYPES[extension]


def _matches(head: bytes) -> list[Any]:
    try:
        return list(puremagic.magic_string(head))
    except puremagic.PureError:
        return []


def _text(head: bytes, tail: bytes, extension: str) -> str:
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _misnamed(extension)
    if MARKUP.search(head) or MARKUP.search(tail):
        raise RefusedFile(gettext("The file is a web page or a script, whatever its name says."))
    if head.startswith((b"%PDF", ZIP_MAGIC, OLE_MAGIC)):
        raise _misnamed(extension)
    return TEXT[extension]


def _ooxml(upload: UploadedFile[Any] | IO[bytes], head: bytes, extension: str) -> str:
    folder, kind = OOXML[extension]
    if not head.startswith(ZIP_MAGIC):
        raise _misnamed(extension)
    try:
        with zipfile.ZipFile(upload) as archive:
            members = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise RefusedFile(gettext("The file is damaged and cannot be opened.")) from error
    finally:
        upload.seek(0)
    if "[Content_Types].xml" not in members or not any(m.startswith(folder) for m in members):
        raise _misnamed(extension)
    if any(member.lower().endswith("vbaproject.bin") for member in members):
        raise RefusedFile(gettext("The file holds macros; save it without them."))
    return kind
