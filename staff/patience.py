"""How long a page may wait for one answer of the database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.conf import settings
from django.db import DatabaseError, connection

from staff.types import StaffRequest

P = ParamSpec("P")
R = TypeVar("R")
A_WHILE = "2min"


def takes_its_time(
    view: Callable[Concatenate[StaffRequest, P], R],
) -> Callable[Concatenate[StaffRequest, P], R]:
    """For the few pages that go through every customer or a whole ledger: where a page may wait
    only so long (STATEMENT_TIMEOUT), their statements may run for minutes.
    """

    @wraps(view)
    def patient(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if not settings.STATEMENT_TIMEOUT:
            return view(request, *args, **kwargs)
        _wait(A_WHILE)
        try:
            return view(request, *args, **kwargs)
        finally:
            # The connection serves the next page too; one that broke is replaced by then.
            with suppress(DatabaseError):
                _wait(settings.STATEMENT_TIMEOUT)

    return patient


def _wait(limit: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, false)", [limit])
