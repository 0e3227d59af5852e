"""Agreements as Word documents, from templates that the company replaces.

A template is a .docx with fields such as `{{ number }}`; it is filled in a limited child process
(`child.py`), on its way in as on every use, so that a broken one is refused with a sentence.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

CHILD = Path(__file__).with_name("child.py")
MOST_BYTES = 5 * 1024 * 1024
SECONDS = 30
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class TemplateRefused(Exception):
    """The template cannot be filled; the text says why, to whoever brought it."""


def fill(template: bytes, values: Mapping[str, Any]) -> bytes:
    """The template with `values` in the place of its fields. Raises TemplateRefused.

    Costs a process and about a second. SECURITY: never fill a template in this process.
    """
    if len(template) > MOST_BYTES:
        raise TemplateRefused(sentence("too_large", []))
    asked = {
        "template": base64.b64encode(template).decode(),
        "values": values,
        "known": sorted(values),
    }
    try:
        child = subprocess.run(  # noqa: S603 (our own interpreter and script)
            [sys.executable, "-I", str(CHILD)],
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
        answer: dict[str, Any] = json.loads(child.stdout)
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        raise TemplateRefused(sentence("damaged", [])) from error
    if "refused" in answer:
        raise TemplateRefused(sentence(answer["refused"], answer["names"]))
    return base64.b64decode(answer["document"])


def sentence(code: str, names: list[str]) -> str:
    """Why a template is refused, and what to do about it."""
    words = {"names": gettext(", ").join(names), "size": MOST_BYTES // 1024 // 1024}
    match code:
        case "not_word":
            text = gettext("This is not a Word document (.docx). Save it from Word as .docx.")
        case "macros":
            text = gettext("The document contains macros. Save it as .docx without them.")
        case "too_large":
            text = gettext("The document is too large; at most %(size)d MB are taken.")
        case "unknown_field":
            text = gettext(
                "The template asks for what an agreement does not have: %(names)s. Correct the "
                "name; all fields are listed on this page."
            )
        case "syntax":
            text = gettext("A field in the template is not written rightly: %(names)s.")
        case "forbidden":
            text = gettext("The template does what templates may not: %(names)s.")
        case _:
            text = gettext("This Word document cannot be read; save it anew.")
    return text % words
