from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from staff.models import FormerPassword, User
from staff.passwords import KEEP_FORMER, initial_password
from staff.transitions import TransitionDenied


def _set(person: User, password: str, *, must_change: bool) -> None:
    """Under a lock: the old hash is remembered, every other device is logged out."""
    if person.has_usable_password():
        FormerPassword.objects.create(user=person, password=person.password)
    kept = person.former_passwords.values_list("pk", flat=True)[:KEEP_FORMER]
    person.former_passwords.exclude(pk__in=list(kept)).delete()
    person.set_password(password)
    person.password_changed_at = timezone.now()
    person.must_change_password = must_change
    person.save(update_fields=["password", "password_changed_at", "must_change_password"])


@transaction.atomic
def change_password(person: User, *, password: str, keep_session: str | None = None) -> User:
    """The person's own new password, already judged by the form.

    All their other devices are logged out; the caller keeps the present one alive with
    `update_session_auth_hash`.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    _set(person, password, must_change=False)
    person.sessions.exclude(session_key=keep_session).delete()
    return person


@transaction.atomic
def issue_initial_password(person: User, *, actor: User) -> str:
    """A new password to be told to the person once; they must change it at the next login.

    Also lifts a lock, since failures are counted from the last change of password.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if reason := person.initial_password_blocker(actor):
        raise TransitionDenied(reason)
    password = initial_password()
    _set(person, password, must_change=True)
    person.sessions.all().delete()
    return password
