"""The trail: every change of a business row, recorded by database triggers.

`@tracked` on a model gives it an event table (django-pghistory): one row per insert, update and
delete, with all columns as they were after it (before it, for a delete), the time, the request's
user and address in `pgh_context`, and the database role. The application's database role may add
to and read these tables, nothing else (see `config.management.commands.migrate`).
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

import pghistory
from django.db import models
from django.db.models import Func
from pghistory.models import Event as PghistoryEvent

M = TypeVar("M", bound=models.Model)


class SessionUser(Func):
    """The database role that logged in, whatever role it has taken on since."""

    template = "session_user"
    output_field = models.CharField()


class Event(PghistoryEvent):
    """What every event row has besides the columns of its model."""

    pgh_id = models.BigAutoField(primary_key=True)
    pgh_role = models.CharField(max_length=63, db_default=SessionUser(), editable=False)

    class Meta:
        abstract = True


def tracked(*, by: str = "", exclude: Sequence[str] = ()) -> Callable[[type[M]], type[M]]:
    """Record every change of the model's rows, whoever makes it and by whatever door.

    `by` names the foreign key whose page shows the changes, so that they are found by it.
    """
    decorator: Callable[[type[M]], type[M]] = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(exclude),
        meta={"indexes": [models.Index(fields=[by])]} if by else {},
    )
    return decorator
