"""Saves the database and the attachments into a new folder."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from config.backup import BackupError, back_up
from config.postgres import LocalPostgresError


class Command(BaseCommand):
    help = "Save the database and the attachments into the new folder DIR."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            manifest = back_up(folder.absolute())
        except (BackupError, LocalPostgresError) as error:
            raise CommandError(str(error)) from error
        if manifest["attachments"] is None:
            self.stdout.write(
                _("The attachments are in object storage and are not in this backup.")
            )
        self.stdout.write(
            _("Saved in %(folder)s: the database (%(bytes)d bytes) and %(count)d attachments.")
            % {
                "folder": folder,
                "bytes": manifest["database"]["bytes"],
                "count": len(manifest["attachments"] or {}),
            }
        )
