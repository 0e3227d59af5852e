"""Departments and who answers for them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext

from staff.models import Department, User
from staff.transitions import TransitionDenied


def keep_blocker(user: User) -> str:
    """Why `user` may not keep the list of departments."""
    if user.is_superior or user.is_service_centre:
        return ""
    return gettext("Only the service centre, supervisors and managers keep the departments.")


@transaction.atomic
def keep(department: Department, *, actor: User, people: Iterable[User]) -> Department:
    """A new department, or other people in one; what they answered stays theirs."""
    if blocker := keep_blocker(actor):
        raise TransitionDenied(blocker)
    department.save()
    department.people.set(people)
    return department
