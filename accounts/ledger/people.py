"""Colleagues and regions as ledgers name them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from accounts.ledger.cells import folded
from accounts.models import Account
from staff.models import Region, User


def named_words(actor: User) -> dict[str, dict[str, str]]:
    """For each kind of reference, every unambiguous way of writing it → the row's id.

    A colleague goes by name, employee number, user name, or `name (employee number)`. Found are
    the people whom `actor` may make an owner, and who owns a customer that `actor` sees, for it
    may stand in the file as it is. Registers of the past also name those who have left
    (`colleagues`), as far as `actor` sees them.
    """
    colleagues = User.objects.visible_to(actor)
    seen = Account.objects.visible_to(actor).order_by().exclude(owner=None)
    owners = User.objects.filter(pk__in=seen.values("owner"))
    return {
        "people": _people(owners) | _people(assignable(actor)),
        "colleagues": _people(colleagues),
        "regions": _regions(),
    }


def assignable(actor: User) -> list[User]:
    people = User.objects.colleagues()
    if actor.is_top_manager:
        return list(people)
    return list(people.filter(pk__in=actor.line_ids))


def _people(people: Iterable[User]) -> dict[str, str]:
    ways: dict[str, set[str]] = defaultdict(set)
    for person in people:
        names = [person.name, person.employee_number, person.username]
        names.append(owner_text(person.name, person.employee_number))
        for name in names:
            if name:
                ways[folded(name)].add(str(person.pk))
    return {way: next(iter(ids)) for way, ids in ways.items() if len(ids) == 1}


def _regions() -> dict[str, str]:
    return {folded(region.name): str(region.pk) for region in Region.objects.filter(is_active=True)}


def owner_text(name: str, number: str) -> str:
    """A colleague in an export: so that two of the same name are told apart on the way back."""
    return f"{name} ({number})" if number else name
