"""Reading a regulation's text from a .txt or .docx file, in a child process with limits.

A .docx is an archive of XML: it may inflate without end, so its declared sizes are summed first
and it is opened where a crash or a hunger for memory harms nobody.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 50 * 1024 * 1024
SECONDS = 10
MEMORY = 256 * 1024 * 1024

# Runs in the child: reads the file from standard input, writes the paragraphs as JSON.
CHILD = f"""
import io, json, resource, sys, zipfile
import xml.etree.ElementTree as tree
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))
archive = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))
if sum(member.file_size for member in archive.infolist()) > {MOST_UNPACKED}:
    sys.exit(3)
word = "{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}"
document = tree.fromstring(archive.read("word/document.xml"))
lines = [
    "".join(node.text or "" for node in paragraph.iter(word + "t"))
    for paragraph in document.iter(word + "p")
]
json.dump("\\n".join(lines), sys.stdout)
"""


class ReadError(Exception):
    """The file cannot be read; the message is for its owner."""


def read_paragraphs(upload: UploadedFile[Any]) -> str:
    """The text of the file, a paragraph a line. Raises ReadError."""
    if (upload.size or 0) > MOST_BYTES:
        raise ReadError(gettext("The file is larger than 2 MB."))
    content = upload.read()
    if content[:2] == b"PK":
        return _read_docx(content)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding).read()
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise ReadError(gettext("This is neither a text file nor a Word document (.docx)."))


def _read_docx(content: bytes) -> str:
    try:
        child = subprocess.run(  # noqa: S603 (our own interpreter and code)
            [sys.executable, "-I", "-c", CHILD],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise ReadError(gettext("This Word document cannot be read; save it anew.")) from error
    text: str = json.loads(child.stdout)
    return text
