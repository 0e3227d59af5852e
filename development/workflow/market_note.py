"""Market notes: written, addressed upward, read; with files and the customers they are about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Account
from accounts.workflow import attachment as attachments
from development.models import MarketNote, NoteAccount, NoteFile
from staff.models import User, Verb
from staff.transitions import TransitionDenied
from staff.workflow.notice import notify


@transaction.atomic
def write(
    note: MarketNote, *, actor: User, about: Account | None = None, upload: Any = None
) -> MarketNote:
    """Keep a new note and tell whom it is for."""
    if not actor.role:
        raise TransitionDenied(gettext("Only someone with a post writes market notes."))
    if note.sent_to is not None and note.sent_to.pk not in actor.superior_ids:
        raise TransitionDenied(gettext("A note goes to somebody above you."))
    note.author = actor
    note.save()
    if about is not None:
        NoteAccount.objects.create(note=note, account=about)
    if upload:
        _keep(note, actor, upload, "")
    if note.sent_to:
        _tell(note.sent_to, Verb.NOTE_SENT, note, actor)
    return note


@transaction.atomic
def edit(note: MarketNote, *, actor: User, values: Mapping[str, Any]) -> MarketNote:
    note = _judged(note, actor, MarketNote.edit_blocker)
    for name, value in values.items():
        setattr(note, name, value)
    note.save(update_fields=list(values))
    return note


@transaction.atomic
def link(note: MarketNote, *, actor: User, account: Account) -> MarketNote:
    """Say that it is about one more customer."""
    note = _judged(note, actor, MarketNote.edit_blocker)
    NoteAccount.objects.get_or_create(note=note, account=account)
    return note


@transaction.atomic
def attach(note: MarketNote, *, actor: User, upload: UploadedFile[Any], title: str) -> NoteFile:
    """Keep a file with it, after looking at what it really is."""
    note = _judged(note, actor, MarketNote.edit_blocker)
    return _keep(note, actor, upload, title)


@transaction.atomic
def read(note: MarketNote, *, actor: User, remark: str = "") -> MarketNote:
    """Mark it read, with a remark where there is one."""
    note = _judged(note, actor, MarketNote.read_blocker)
    note.read_at, note.remark = timezone.now(), remark
    note.save(update_fields=["read_at", "remark"])
    if remark:
        _tell(note.author, Verb.NOTE_REMARKED, note, actor)
    return note


@transaction.atomic
def void(note: MarketNote, *, actor: User, reason: str) -> MarketNote:
    note = _judged(note, actor, MarketNote.void_blocker)
    if not reason:
        raise TransitionDenied(gettext("Voiding needs a reason."))
    note.voided_at, note.void_reason = timezone.now(), reason
    note.save(update_fields=["voided_at", "void_reason"])
    return note


def _keep(note: MarketNote, actor: User, upload: UploadedFile[Any], title: str) -> NoteFile:
    return NoteFile.objects.create(
        note=note, title=title, uploaded_by=actor, **attachments.examined(upload)
    )


def _judged(
    note: MarketNote, actor: User, blocker: Callable[[MarketNote, User], str]
) -> MarketNote:
    rows = MarketNote.objects.select_for_update(of=("self",)).select_related("author", "sent_to")
    note = rows.get(pk=note.pk)
    if reason := blocker(note, actor):
        raise TransitionDenied(reason)
    return note


def _tell(person: User, verb: Verb, note: MarketNote, actor: User) -> None:
    notify(person, verb, actor=actor, subject=note.title, url=note.get_absolute_url())
