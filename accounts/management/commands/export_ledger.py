from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.ledger import export
from accounts.workflow import ledger
from staff.models import User


class Command(BaseCommand):
    help = "Export what a person sees as .xlsx; the last line of the output is JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--kind", required=True, choices=sorted(export.sheets()))
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("--reason", default="", help="needed for many rows")

    def handle(self, *args: Any, file: Path, kind: str, by: str, **options: Any) -> None:
        actor = User.objects.filter(username=by, is_active=True).exclude(role="").first()
        if actor is None:
            raise CommandError(f"Nobody called {by} may export ledgers.")
        accounts = export.all_of(actor)
        reason = options["reason"] or "export_ledger"
        try:
            with file.open("wb") as out:
                rows = export.write(kind, accounts, actor, out)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        ledger.log_export(kind=kind, filter="", rows=rows, reason=reason, actor=actor)
        self.stdout.write(json.dumps({"rows": rows}))
