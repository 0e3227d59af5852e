"""Django's migrate, as the owner of the tables, then the application's rights."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import connection
from django.db.migrations.operations.models import IndexOperation
from django.db.migrations.state import ProjectState

from config.roles import connected_as_owner, grant_application_role

# `varchar IN (…)` is shown by PostgreSQL in words that mean something else to it when read back:
# such a constraint changes with the first dump and restore, and is stable from then on.
UNSETTLED = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %I %s',
              conrelid::regclass, conname, conname, pg_get_constraintdef(oid))
  FROM pg_constraint
 WHERE contype = 'c' AND conrelid <> 0 AND connamespace = 'public'::regnamespace
   AND pg_get_constraintdef(oid) LIKE '%ARRAY[%::character varying%])::text[]%'
 ORDER BY conrelid, conname
"""


class Command(MigrateCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        with connected_as_owner():
            with historical_models_kept():
                super().handle(*args, **options)
            if options["plan"] or options["check_unapplied"]:
                return
            settle_constraints()
            if settings.DATABASE_APP_ROLE:
                grant_application_role(settings.DATABASE_APP_ROLE)


def settle_constraints() -> None:
    """Gives them their stable form now, so that a restored database dumps as the original does."""
    with connection.cursor() as cursor:
        cursor.execute(UNSETTLED)
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)


@contextmanager
def historical_models_kept() -> Iterator[None]:
    """Indexes, constraints and triggers leave the historical models as they were rendered.

    Django renders a model and all its neighbours anew for each of them, which was three quarters
    of the time of a first start; only SQLite, which rebuilds tables, needs it.
    """
    kinds = [kind for kind in subclasses(IndexOperation) if "state_forwards" in vars(kind)]
    usual = {kind: kind.state_forwards for kind in kinds}
    for kind, state_forwards in usual.items():
        kind.state_forwards = without_rendering(state_forwards)  # type: ignore[method-assign]
    try:
        yield
    finally:
        for kind, state_forwards in usual.items():
            kind.state_forwards = state_forwards  # type: ignore[method-assign]


def subclasses(kind: type[IndexOperation]) -> set[type[IndexOperation]]:
    return {kind}.union(*map(subclasses, kind.__subclasses__()))


def without_rendering(state_forwards: Callable[..., None]) -> Callable[..., None]:
    def forwards(self: IndexOperation, app_label: str, state: ProjectState) -> None:
        state.__dict__["reload_model"] = lambda *args, **kwargs: None
        try:
            state_forwards(self, app_label, state)
        finally:
            del state.__dict__["reload_model"]

    return forwards
