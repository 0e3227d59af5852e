"""One row of the table of addresses: who is let in, and with what arguments."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

EVERYONE = ["nobody", "gone", "he", "root", "chen", "sun", "zhou", "li", "zhao", "wang"]
PEOPLE = {"he", "root", "chen", "sun", "zhou", "li", "zhao", "wang"}
POSTS = {"chen", "sun", "zhou", "li", "zhao", "wang"}
SUPERIORS = {"li", "zhao", "wang"}
MANAGERS = {"wang"}
# The object of the table belongs to Chen, in Li's line.
IN_SCOPE = {"chen", "li", "wang"}


@dataclass
class Route:
    """One route: who is let in, who may see the object but not do this, and with what arguments.

    `inside` get an answer other than 403 and 404; `refused` get 403 or a message; all others who
    are logged in get `outside` (404 for objects, 403 for pages of a higher post).
    """

    inside: set[str]
    args: Callable[[SimpleNamespace], dict[str, Any]] | None = None
    post: bool = False
    refused: set[str] = field(default_factory=set)
    outside: int = 404
    public: bool = False


def of(name: str) -> Callable[[SimpleNamespace], dict[str, Any]]:
    """The primary key of one object of the world."""
    return lambda world: {"pk": getattr(world, name).pk}


def child(kwarg: str) -> Callable[[SimpleNamespace], dict[str, Any]]:
    """The account's key and that of one of its children."""
    return lambda world: {"pk": world.account.pk, kwarg: getattr(world, kwarg).pk}
