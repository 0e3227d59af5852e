"""The way of a ledger through the house: upload, map, apply, undo, discard."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any, BinaryIO

from django.core.files.base import File
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.ledger import staging, undo
from accounts.ledger.columns import kind_named
from accounts.ledger.headers import TableMapping
from accounts.ledger.run import Progress, Run, counts_of, expect_many, in_turn, trail
from accounts.models import HeaderMapping, ImportStatus, LedgerExport, LedgerImport, OnError
from staff.models import User
from staff.tasks import synchronise_soon
from staff.transitions import TransitionDenied


class MovedMeanwhile(TransitionDenied):
    """Rows changed between preview and apply; nothing was written."""


def digest(file: BinaryIO | File[bytes]) -> str:
    total = hashlib.sha256()
    while chunk := file.read(1 << 20):
        total.update(chunk)
    file.seek(0)
    return total.hexdigest()


def upload(
    file: File[bytes],
    *,
    name: str,
    kind: str,
    actor: User,
    key: uuid.UUID | None = None,
    **fields: Any,
) -> LedgerImport:
    """Keep the file and its import; the same key again returns what the first call made."""
    _refuse(kind_named(kind).blocker(actor))
    key = key or uuid.uuid4()
    known: LedgerImport | None = LedgerImport.objects.filter(key=key, uploaded_by=actor).first()
    if known:
        return known
    row = LedgerImport(
        kind=kind,
        key=key,
        name=name[:200],
        size=file.size,
        sha256=digest(file),
        uploaded_by=actor,
        **fields,
    )
    row.file.save(name, file, save=False)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        row.file.delete(save=False)
        return LedgerImport.objects.get(key=key, uploaded_by=actor)
    return row


def twin_of(ledger_import: LedgerImport) -> LedgerImport | None:
    """An applied import of the very same file, by whomever."""
    return (
        LedgerImport.objects.filter(
            sha256=ledger_import.sha256, kind=ledger_import.kind, status=ImportStatus.APPLIED
        )
        .exclude(pk=ledger_import.pk)
        .first()
    )


def read(ledger_import: LedgerImport) -> LedgerImport:
    """Make the preview; for the background job and the command. Safe to repeat."""
    with transaction.atomic():
        row = _locked(ledger_import)
        if row.status not in (ImportStatus.UPLOADED, ImportStatus.READING):
            return row
        row.status = ImportStatus.READING
        row.save(update_fields=["status"])
    return staging.stage(row, actor=row.uploaded_by)


@transaction.atomic
def map_columns(
    ledger_import: LedgerImport,
    *,
    actor: User,
    mapping: TableMapping,
    options: dict[str, Any],
    on_error: str,
) -> LedgerImport:
    """Keep what a person says the columns are, remember it for this header, and read again."""
    row = _locked(ledger_import)
    _refuse(row.change_blocker(actor))
    row.mapping, row.options, row.on_error = mapping.to_json(), options, on_error
    row.status = ImportStatus.UPLOADED
    row.save(update_fields=["mapping", "options", "on_error", "status"])
    if mapping.columns:
        HeaderMapping.objects.update_or_create(
            kind=row.kind,
            signature=mapping.signature,
            defaults={"fields": [c.field for c in mapping.own_columns], "confirmed_by": actor},
        )
    return row


@transaction.atomic
def choose_on_error(ledger_import: LedgerImport, *, actor: User, on_error: str) -> LedgerImport:
    row = _locked(ledger_import)
    _refuse(row.change_blocker(actor))
    row.on_error = on_error
    row.save(update_fields=["on_error"])
    return row


@transaction.atomic
def start_apply(ledger_import: LedgerImport, *, actor: User) -> LedgerImport:
    """From here on a worker applies it; asked twice, the second answer is that it is under way."""
    row = _locked(ledger_import)
    _refuse(row.apply_blocker(actor))
    row.status = ImportStatus.APPLYING
    row.applied_by = actor
    row.save(update_fields=["status", "applied_by"])
    return row


def apply(ledger_import: LedgerImport, *, actor: User) -> LedgerImport:
    """Write the preview in one transaction. A crash leaves nothing; a repeat changes nothing."""
    with Progress(ledger_import.pk) as progress:
        try:
            with transaction.atomic():
                row = _locked(ledger_import)
                if row.status != ImportStatus.APPLYING:
                    return row
                return _write(Run(row, actor, progress))
        except MovedMeanwhile:
            _back_to_preview(ledger_import)
            raise


def _write(run: Run) -> LedgerImport:
    row = run.ledger_import
    progress = run.progress
    progress.at("checking")
    in_turn()
    if counts_of(run.pk)["rows"] != row.counts.get("rows"):
        raise MovedMeanwhile(gettext("The preview was lost in a restart; it is made again."))
    expect_many(row.counts["rows"])
    before = undo.marks()
    with trail(row, run.actor):
        written = run.kind.apply(run)
    counts = counts_of(run.pk)
    if counts.get("moved") and row.on_error == OnError.REFUSE:
        raise MovedMeanwhile(
            gettext("%(count)d rows were changed meanwhile; see the new preview.")
            % {"count": counts["moved"]}
        )
    row.trail = undo.between(before, undo.marks())
    row.counts = {**row.counts, **counts, **written}
    row.status, row.applied_by, row.applied_at = ImportStatus.APPLIED, run.actor, timezone.now()
    row.save(update_fields=["trail", "counts", "status", "applied_by", "applied_at"])
    synchronise_soon()
    return row


@transaction.atomic
def _back_to_preview(ledger_import: LedgerImport) -> None:
    row = _locked(ledger_import)
    if row.status == ImportStatus.APPLYING:
        row.status, row.applied_by = ImportStatus.UPLOADED, None
        row.save(update_fields=["status", "applied_by"])


@transaction.atomic
def give_up(ledger_import: LedgerImport) -> LedgerImport:
    """A fault of ours: nothing was written, and the person may try again."""
    row = _locked(ledger_import)
    if row.status == ImportStatus.APPLYING:
        row.status, row.applied_by = ImportStatus.READY, None
    elif row.is_working:
        row.status, row.failure = ImportStatus.FAILED, "internal"
    row.save(update_fields=["status", "applied_by", "failure"])
    return row


@transaction.atomic
def take_back(ledger_import: LedgerImport, *, actor: User) -> LedgerImport:
    """Undo an applied import; customers changed since stay and are named in `kept_rows`."""
    row = _locked(ledger_import)
    _refuse(row.undo_blocker(actor))
    in_turn()
    expect_many(row.counts["rows"])
    run = Run(row, actor)
    with trail(row, actor, undo=True):
        row.kept_rows = _taken_back(run)
    row.status, row.undone_by, row.undone_at = ImportStatus.UNDONE, actor, timezone.now()
    row.save(update_fields=["kept_rows", "status", "undone_by", "undone_at"])
    synchronise_soon()
    return row


def _taken_back(run: Run) -> list[dict[str, Any]]:
    """What stays, each with why. Holds the data together now, not when the answer is written."""
    try:
        with transaction.atomic():
            kept = run.kind.undo(run)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        raise TransitionDenied(
            gettext("Rows added since stand in the way of undoing this import.")
        ) from error
    return kept


@transaction.atomic
def discard(ledger_import: LedgerImport, *, actor: User) -> LedgerImport:
    """The preview is thrown away; the file and the record that it came stay."""
    row = _locked(ledger_import)
    _refuse(row.change_blocker(actor))
    row.rows.all().delete()
    row.impacts.all().delete()
    row.status = ImportStatus.DISCARDED
    row.save(update_fields=["status"])
    return row


def _locked(ledger_import: LedgerImport) -> LedgerImport:
    rows = LedgerImport.objects.select_for_update(of=("self",)).select_related("uploaded_by")
    row: LedgerImport = rows.get(pk=ledger_import.pk)
    return row


def _refuse(blocker: str) -> None:
    if blocker:
        raise TransitionDenied(blocker)


def log_export(*, kind: str, filter: str, rows: int, reason: str, actor: User) -> LedgerExport:
    """Remember who took which rows out of the house (S5-5-10)."""
    return LedgerExport.objects.create(
        kind=kind, filter=filter, rows=rows, reason=reason, exported_by=actor
    )
