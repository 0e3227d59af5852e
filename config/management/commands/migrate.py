"""Django's migrate, as the owner of the tables, then the application's rights."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.conf import settings
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import connection
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import AddField
from django.db.migrations.operations.models import CreateModel, IndexOperation
from django.db.migrations.operations.special import RunPython
from django.db.migrations.state import ProjectState

from config.roles import connected_as_owner, grant_application_role

# `varchar IN (…)` is shown by PostgreSQL in words that mean something else to it when read back:
# such a constraint or partial index changes with the first dump and restore, and is stable then.
UNSETTLED = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %I %s',
              conrelid::regclass, conname, conname, pg_get_constraintdef(oid))
  FROM pg_constraint
 WHERE contype = 'c' AND conrelid <> 0 AND connamespace = 'public'::regnamespace
   AND pg_get_constraintdef(oid) LIKE '%ARRAY[%::character varying%])::text[]%'
UNION ALL
SELECT format('DROP INDEX %s; %s', indexrelid::regclass, pg_get_indexdef(indexrelid))
  FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
 WHERE indpred IS NOT NULL AND relnamespace = 'public'::regnamespace
   AND pg_get_indexdef(indexrelid) LIKE '%ARRAY[%::character varying%])::text[]%'
 ORDER BY 1
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
    """Indexes, constraints and triggers leave the historical models as they were rendered; a new
    model and one with a new field are rendered alone. Code that a migration runs meets all of them
    rendered anew.

    Django renders a model and all its neighbours, which here are all models, for each of these:
    nine tenths of the time of a first start. Only SQLite, which rebuilds tables, needs it.
    """
    with ExitStack() as stack:
        for kind in subclasses(IndexOperation):
            if "state_forwards" in vars(kind):
                stack.enter_context(replaced(kind, "state_forwards", rendering(nothing)))
        for adding in (CreateModel, AddField):
            stack.enter_context(replaced(adding, "state_forwards", rendering(only_this_model)))
        stack.enter_context(replaced(RunPython, "database_forwards", with_fresh_models))
        yield


def subclasses(kind: type[IndexOperation]) -> set[type[IndexOperation]]:
    return {kind}.union(*map(subclasses, kind.__subclasses__()))


@contextmanager
def replaced(
    kind: type[Operation], name: str, wrap: Callable[[Callable[..., None]], Callable[..., None]]
) -> Iterator[None]:
    usual = vars(kind)[name]
    setattr(kind, name, wrap(usual))
    try:
        yield
    finally:
        setattr(kind, name, usual)


def rendering(
    reload: Callable[[ProjectState, str, str], None],
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Lets an operation change the state with `reload` in the place of Django's."""

    def wrap(state_forwards: Callable[..., None]) -> Callable[..., None]:
        def forwards(self: Operation, app_label: str, state: ProjectState) -> None:
            state.__dict__["reload_model"] = lambda app, name, delay=False: reload(state, app, name)
            try:
                state_forwards(self, app_label, state)
            finally:
                del state.__dict__["reload_model"]

        return forwards

    return wrap


def nothing(state: ProjectState, app_label: str, model_name: str) -> None:
    """What the models are in Python stays as it is."""


def only_this_model(state: ProjectState, app_label: str, model_name: str) -> None:
    if "apps" in state.__dict__:  # otherwise all are rendered when first asked for
        state.apps.unregister_model(app_label, model_name)
        state.apps.render_multiple([state.models[app_label, model_name]])


def with_fresh_models(database_forwards: Callable[..., None]) -> Callable[..., None]:
    def forwards(
        self: RunPython, app_label: str, editor: Any, from_state: ProjectState, to_state: Any
    ) -> None:
        from_state.__dict__.pop("apps", None)
        database_forwards(self, app_label, editor, from_state, to_state)

    return forwards
