"""Files kept with a customer."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts import sniffing
from accounts.models import Account, Attachment, Interaction
from staff.models import User
from staff.transitions import TransitionDenied

from .account import locked


@transaction.atomic
def add(
    account: Account,
    *,
    actor: User,
    upload: UploadedFile[Any],
    title: str,
    interaction: Interaction | None = None,
) -> Attachment:
    """Keep a file under a name of our own, after looking at what it really is."""
    account = locked(account)
    if blocker := account.edit_blocker(actor):
        raise TransitionDenied(blocker)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return Attachment.objects.create(
        account=account,
        interaction=interaction,
        title=title,
        sha256=digest.hexdigest(),
        uploaded_by=actor,
        **examined(upload),
    )


def examined(upload: UploadedFile[Any]) -> dict[str, Any]:
    """What is kept of a file, after looking at what it really is: content, name, type and size."""
    name = sniffing.clean_name(upload.name or "")
    try:
        content_type = sniffing.content_type(upload, name)
    except sniffing.RefusedFile as refusal:
        raise TransitionDenied(str(refusal)) from refusal
    return {"file": upload, "name": name, "content_type": content_type, "size": upload.size or 0}


@transaction.atomic
def void(attachment: Attachment, *, actor: User, reason: str) -> Attachment:
    """Take a file out of reach; its row and its bytes are kept."""
    attachment = Attachment.objects.select_for_update(of=("self",)).get(pk=attachment.pk)
    if blocker := attachment.void_blocker(actor):
        raise TransitionDenied(blocker)
    if not reason:
        raise TransitionDenied(gettext("Voiding needs a reason."))
    attachment.voided_at, attachment.void_reason = timezone.now(), reason
    attachment.save(update_fields=["voided_at", "void_reason"])
    return attachment
