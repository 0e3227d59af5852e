"""Kept files are handed out, never shown.

SECURITY: a browser must never render what somebody uploaded: it is a download, under the type we
found, and should it be opened all the same, it may load and run nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.constants import NONE
from csp.decorators import csp
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

View = Callable[..., HttpResponseBase]


def download(view: View) -> View:
    """A page that hands a file out: read only, kept by nobody on the way, opened in a sandbox."""
    sandboxed = csp({"default-src": [NONE], "sandbox": True})
    kept_nowhere = cache_control(private=True, no_store=True)
    guarded: View = require_GET(sandboxed(kept_nowhere(view)))
    return guarded


def handed_out(kept: Any) -> FileResponse:
    """The file of a row with `file`, `name` and `content_type`."""
    response = FileResponse(
        kept.file.open("rb"),
        as_attachment=True,
        filename=kept.name,
        content_type=kept.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
