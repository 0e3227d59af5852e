"""The two database roles: the owner changes the schema, the application works within it.

The application's role can add to the audit events and read them, never rewrite them, and can
TRUNCATE nothing (docs/adr/0003).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import environ
import pghistory.models
from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connection, transaction
from psycopg import sql

READ_ONLY_TABLES = {"django_migrations"}


@contextmanager
def connected_as_owner() -> Iterator[None]:
    """The default connection logs in as the owner meanwhile; without one, nothing changes.

    The connection's own settings are swapped, rather than a second alias used, so that data
    migrations and `post_migrate` receivers need not know about it.
    """
    if not settings.DATABASE_OWNER_URL or connection.in_atomic_block:
        yield
        return
    owner = environ.Env.db_url_config(settings.DATABASE_OWNER_URL)
    login = {name: owner[name] for name in ("USER", "PASSWORD", "HOST", "PORT")}
    before = {name: connection.settings_dict[name] for name in login}
    connection.close()
    connection.settings_dict.update(login)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def event_tables() -> set[str]:
    return {
        model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, pghistory.models.Event) and model._meta.managed
    }


@transaction.atomic
def grant_application_role(role: str) -> None:
    """Gives `role` exactly its rights on every table; run as the owner, as often as you like."""
    name = sql.Identifier(role)
    events = event_tables()
    with connection.cursor() as cursor:

        def run(statement: str, *parts: sql.Composable) -> None:
            cursor.execute(sql.SQL(statement).format(*parts, role=name))

        run("GRANT USAGE ON SCHEMA public TO {role}")
        run("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        # A table made between two migrations opens no more than the trail may have.
        run("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO {role}")
        run("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {role}")
        run("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
        for table in connection.introspection.table_names(cursor, include_views=True):
            rights = "SELECT, INSERT, UPDATE, DELETE"
            if table in READ_ONLY_TABLES:
                rights = "SELECT"
            elif table in events:
                rights = "SELECT, INSERT"
            run(f"GRANT {rights} ON {{}} TO {{role}}", sql.Identifier(table))


@register(Tags.security, deploy=True)
def check_owner(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    if settings.DATABASE_OWNER_URL:
        return []
    return [
        Warning(
            "One database role does everything, so the application could rewrite its audit trail.",
            hint="Set DATABASE_OWNER_URL to a role that owns the tables, DATABASE_URL to one that "
            "does not, and run `manage.py migrate`, which gives the second its rights.",
            id="config.W001",
        )
    ]
