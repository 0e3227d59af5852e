from __future__ import annotations

import datetime as dt

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from staff import duties, line
from staff.models import Role, User
from staff.tasks import synchronise_soon
from staff.transitions import TransitionDenied


def _lock_line(person: User | None = None) -> User | None:
    """Lock everyone, in one order: a line is judged by rows above and below the changed one.

    A department is some dozens of people, and posts change rarely.
    """
    people = {p.pk: p for p in User.objects.select_for_update(no_key=True).order_by("pk")}
    return people.get(person.pk) if person else None


@transaction.atomic
def create_first_manager(*, username: str, name: str, password: str) -> User:
    """Who starts a company's empty installation: the top manager, and its administrator.

    Raises ValidationError with words for the terminal; refuses where someone is at the top.
    """
    _lock_line()
    if User.objects.filter(role=Role.MANAGER, reports_to=None, is_active=True).exists():
        raise ValidationError(gettext("The department has a manager at its top already."))
    person = User(
        username=username.strip(),
        name=name.strip() or username.strip(),
        role=Role.MANAGER,
        is_superuser=True,
        must_change_password=False,
        password_changed_at=timezone.now(),
    )
    person.set_password(password)
    person.full_clean()
    validate_password(password, User(username=person.username))
    person.save()
    return person


@transaction.atomic
def save_person(person: User, *, actor: User) -> User:
    """Add or change a person, post and superior included.

    A change of post ends their sessions at the next request (the session hash covers it).
    """
    stored = _lock_line(person)
    if stored and (reason := stored.administration_blocker(actor)):
        raise TransitionDenied(reason)
    found = line.problems(
        stored or User(), actor=actor, role=person.role, reports_to=person.reports_to
    )
    if found:
        raise TransitionDenied(" ".join(text for texts in found.values() for text in texts))
    person.save()
    if stored and any(getattr(stored, name) != getattr(person, name) for name in ANSWERS_FOR):
        synchronise_soon()
    return person


# What decides whose desk a duty stands on.
ANSWERS_FOR = ("role", "reports_to_id", "region_id", "is_active", "left_on", "is_service_centre")


@transaction.atomic
def deactivate(person: User, *, actor: User, left_on: dt.date | None = None) -> User:
    """End a person's login and live sessions at once; `left_on` if they left the company.

    Their customers enter handover (S1-A14).
    """
    locked = _lock_line(person)
    if locked is None:
        raise TransitionDenied(gettext("This person no longer exists."))
    if reason := locked.deactivation_blocker(actor):
        raise TransitionDenied(reason)
    if left_on and left_on > timezone.localdate():
        raise TransitionDenied(gettext("A login ends today or ended before; give no later day."))
    locked.is_active, locked.left_on = False, left_on
    locked.save(update_fields=["is_active", "left_on"])
    locked.sessions.all().delete()
    duties.departed(locked, actor=actor)
    synchronise_soon()  # whose superior they were
    return locked


@transaction.atomic
def reactivate(person: User, *, actor: User) -> User:
    """Let a person log in again, with a password of their own from before or a new initial one."""
    locked = _lock_line(person)
    if locked is None:
        raise TransitionDenied(gettext("This person no longer exists."))
    if reason := locked.reactivation_blocker(actor):
        raise TransitionDenied(reason)
    if locked.reports_to and not locked.reports_to.is_active:
        raise TransitionDenied(
            gettext("%s does not work here any more: first give this person another superior.")
            % locked.reports_to
        )
    locked.is_active, locked.left_on = True, None
    locked.save(update_fields=["is_active", "left_on"])
    synchronise_soon()
    return locked


@transaction.atomic
def end_sessions(person: User, *, actor: User) -> int:
    """Log a person out of all devices; how many there were."""
    if reason := person.administration_blocker(actor):
        raise TransitionDenied(reason)
    return person.sessions.all().delete()[0]
