"""The private calendar address: made, shown once, revoked."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from staff.models import User
from visits.models import CalendarFeed


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def renew(*, actor: User) -> str:
    """A new secret for one's own calendar; the address before it ends. It is told only here."""
    revoke(actor=actor)
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.create(user=actor, digest=digest_of(token))
    return token


@transaction.atomic
def revoke(*, actor: User) -> None:
    """End one's own calendar address; twice changes nothing."""
    User.objects.select_for_update().get(pk=actor.pk)
    live = CalendarFeed.objects.filter(user=actor, revoked_at=None)
    live.update(revoked_at=timezone.now())


def reader_of(token: str) -> User | None:
    """Whose calendar a secret opens; None when it was revoked or its person has left."""
    live = CalendarFeed.objects.filter(digest=digest_of(token), revoked_at=None)
    feed = live.select_related("user").first()
    if feed is None or not feed.user.is_active:
        return None
    live.update(read_at=timezone.now())
    return feed.user
