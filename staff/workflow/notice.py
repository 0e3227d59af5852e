"""Telling a person at once what somebody else just did."""

from __future__ import annotations

from django.utils import timezone

from staff.models import Notice, User, Verb


def notify(person: User, verb: Verb, *, actor: User, subject: str, url: str) -> None:
    """Leave `person` a notice; nobody is told what they did themselves."""
    if person != actor and person.is_active:
        Notice.objects.create(person=person, actor=actor, verb=verb, subject=subject[:200], url=url)


def read_all(person: User) -> int:
    """Mark everything read; how many there were."""
    return Notice.objects.unread_of(person).update(read_at=timezone.now())
