"""Django's migrate, as the owner of the tables, then the application's rights."""

from typing import Any

from django.conf import settings
from django.core.management.commands.migrate import Command as MigrateCommand

from config.roles import connected_as_owner, grant_application_role


class Command(MigrateCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        with connected_as_owner():
            super().handle(*args, **options)
            if (
                settings.DATABASE_APP_ROLE
                and not options["plan"]
                and not options["check_unapplied"]
            ):
                grant_application_role(settings.DATABASE_APP_ROLE)
