from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError

from accounts.ledger import reasons
from accounts.ledger.columns import kinds
from accounts.ledger.headers import TableMapping
from accounts.models import ImportStatus, LedgerImport, OnError
from accounts.workflow import ledger
from staff.models import User
from staff.transitions import TransitionDenied


class Command(BaseCommand):
    help = "Import a ledger as a person would; the last line of the output is JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--kind", required=True, choices=sorted(kinds()))
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("--sheet", default="", metavar="NAME")
        parser.add_argument("--part-of", default="", metavar="KEY", help="e.g. a plan's number")
        parser.add_argument("--preview", action="store_true", help="say what would happen")
        parser.add_argument("--on-error", choices=OnError.values, default=OnError.REFUSE)
        parser.add_argument("--json", action="store_true", help="print nothing but the last line")

    def handle(self, *args: Any, file: Path, kind: str, by: str, **options: Any) -> None:
        actor = User.objects.filter(username=by, is_active=True).exclude(role="").first()
        if actor is None:
            raise CommandError(f"Nobody called {by} may import ledgers.")
        part_of = kinds()[kind].part_of
        try:
            with file.open("rb") as opened:
                row = ledger.upload(
                    File(opened, name=file.name),
                    name=file.name,
                    kind=kind,
                    actor=actor,
                    on_error=options["on_error"],
                    options={part_of.name: options["part_of"]} if part_of else {},
                    mapping=TableMapping(options["sheet"]).to_json() if options["sheet"] else {},
                )
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        row = ledger.read(row)
        said = self.say if not options["json"] else lambda text: None
        problem = self.preview(row, said)
        if not problem and not options["preview"]:
            problem = self.apply(row, actor)
            row.refresh_from_db()
        if problem:
            said(problem)
        self.stdout.write(json.dumps(summary(row)))
        if problem:
            raise SystemExit(1)

    def say(self, text: str) -> None:
        self.stdout.write(text)

    def preview(self, row: LedgerImport, said: Any) -> str:
        """Print what is noteworthy; why it goes no further, or ""."""
        if row.status == ImportStatus.FAILED:
            return reasons.of_file(row.failure)
        if row.status == ImportStatus.MAPPING:
            return (
                "The header is not understood, or what the file is part of (--part-of) is not said;"
                " name them on the import page first."
            )
        kind = kinds()[row.kind]
        for note in row.notes:
            said(reasons.of_note(note, kind))
        for staged in row.rows.filter(verdict="refused")[:20]:
            for found in staged.problems or []:
                where = found.get("column") or found["field"]
                text = reasons.of_cell(found, kind)
                said(f"{staged.number} {where}: {found.get('read', '')} {text}")
        return ""

    def apply(self, row: LedgerImport, actor: User) -> str:
        if not row.count("new") + row.count("changed") and not row.count("refused"):
            return ""  # nothing to do is no failure
        try:
            ledger.start_apply(row, actor=actor)
            ledger.apply(row, actor=actor)
        except TransitionDenied as denied:
            return str(denied)
        return ""


def summary(row: LedgerImport) -> dict[str, int]:
    """Counted in rows of the kind; before applying, what would be."""
    done = row.status == ImportStatus.APPLIED
    return {
        "rows": row.count("rows"),
        "created": row.count("created" if done else "new"),
        "updated": row.count("updated" if done else "changed"),
        "unchanged": row.count("same"),
        "refused": row.count("refused") + row.count("moved"),
        "warnings": len(row.notes) + row.count("resembles"),
    }
