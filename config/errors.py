"""What people see when something breaks: a sentence, never a traceback."""

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error as django_server_error
from psycopg.errors import (
    LockNotAvailable,
    QueryCanceled,
    ReadOnlySqlTransaction,
)

# A disk that is full, or takes nothing from us.
NOT_STORED = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}
# A database that is there and has no time for us (STATEMENT_TIMEOUT).
BUSY = (LockNotAvailable, QueryCanceled)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or 503 while the database is down, full, too busy or takes no changes (a standby that
    is about to take over), or while files cannot be kept.

    Rendered without the request, because the context processors ask the database.
    """
    error = sys.exception()
    cause = error and error.__cause__
    takes_no_changes = isinstance(cause, ReadOnlySqlTransaction)
    if isinstance(error, OperationalError | InterfaceError) or takes_no_changes:
        page = render_to_string("503.html", {"is_busy": isinstance(cause, BUSY)})
        return HttpResponse(page, status=503, headers={"Retry-After": "10"})
    if isinstance(error, OSError) and error.errno in NOT_STORED:
        return HttpResponse(render_to_string("503_files.html"), status=503)
    return django_server_error(request)
