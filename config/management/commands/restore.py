"""Puts a backup back."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from config.backup import BackupError, restore
from config.postgres import LocalPostgresError


class Command(BaseCommand):
    help = "Put the backup in the folder DIR back into an empty installation."
    requires_system_checks = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="throw away what is in the installation"
        )

    def handle(self, *args: Any, folder: Path, replace: bool, **options: Any) -> None:
        try:
            manifest = restore(folder.absolute(), replace=replace)
        except (BackupError, LocalPostgresError) as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0, interactive=False)
        self.stdout.write(
            _("Restored: the backup of %(time)s with %(count)d attachments.")
            % {"time": manifest["taken_at"], "count": len(manifest["attachments"] or {})}
        )
