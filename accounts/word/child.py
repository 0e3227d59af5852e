"""Fills one Word template in a process of its own, with little memory and little time.

Run as a script, without Django: stdin is JSON (`template` in base64, `values`, `known`), stdout is
JSON: `{"document": …}` in base64 or `{"refused": code, "names": […]}`. A template is somebody's
program: Jinja runs in its sandbox, and a document that inflates, loops or crashes ends this process
and no other.
"""

import base64
import io
import json
import os
import resource
import sys
import zipfile
from typing import Any

import jinja2
from docx.opc.exceptions import PackageNotFoundError
from docxtpl.template import DocxTemplate
from jinja2.exceptions import SecurityError, TemplateError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

MEMORY = 768 * 1024 * 1024
SECONDS = 15
MOST_INFLATED = 60 * 1024 * 1024
BODY = "word/document.xml"


class Refused(Exception):
    """The template cannot be filled; the code names the sentence that the person is told."""

    def __init__(self, code: str, *names: str) -> None:
        self.code, self.names = code, names


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform == "linux":  # macOS refuses or ignores it
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def look(content: bytes) -> None:
    """Refuse what is no Word document, carries macros or inflates without end."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise Refused("not_word") from error
    names = {member.filename.lower() for member in members}
    if BODY not in names:
        raise Refused("not_word")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise Refused("macros")
    if sum(member.file_size for member in members) > MOST_INFLATED:
        raise Refused("too_large")


def fill(content: bytes, values: dict[str, Any], known: list[str]) -> bytes:
    look(content)
    environment = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=True)
    try:
        document = DocxTemplate(io.BytesIO(content))
        used = document.get_undeclared_template_variables(jinja_env=environment)
        if unknown := sorted(used - set(known)):
            raise Refused("unknown_field", *unknown)
        document.render(values, jinja_env=environment, autoescape=True)
        out = io.BytesIO()
        document.save(out)
    except UndefinedError as error:
        raise Refused("unknown_field", str(error.message)) from error
    except SecurityError as error:
        raise Refused("forbidden", str(error.message)) from error
    except TemplateError as error:
        raise Refused("syntax", str(error.message)) from error
    except (PackageNotFoundError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise Refused("damaged") from error
    return out.getvalue()


def main() -> None:
    limit()
    asked = json.load(sys.stdin)
    content = base64.b64decode(asked["template"])
    try:
        document = fill(content, asked["values"], asked["known"])
    except Refused as refused:
        answer: dict[str, Any] = {"refused": refused.code, "names": refused.names}
    except Exception:
        answer = {"refused": "damaged", "names": []}
    else:
        answer = {"document": base64.b64encode(document).decode()}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    try:
        main()
    except MemoryError:
        os._exit(9)
