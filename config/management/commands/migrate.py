"""Django's migrate, as the owner of the tables, then the application's rights."""

from typing import Any

from django.conf import settings
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import connection

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
