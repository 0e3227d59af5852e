"""What people see when something breaks: a sentence, never a traceback."""

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error as django_server_error

# A disk that is full, or takes nothing from us.
NOT_STORED = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or 503 while the database is down, full or overloaded, or files cannot be kept.

    Rendered without the request, because the context processors ask the database.
    """
    error = sys.exception()
    if isinstance(error, OperationalError | InterfaceError):
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "10"})
    if isinstance(error, OSError) and error.errno in NOT_STORED:
        return HttpResponse(render_to_string("503_files.html"), status=503)
    return django_server_error(request)
