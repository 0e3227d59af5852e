"""What every page shows around its content: the sidebar and the search box."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import get_script_prefix, is_valid_path
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from staff.models import Notice, Obligation, Task, User

ANYBODY = -1  # in the place of a person's key


@dataclass(frozen=True)
class Entry:
    """A line of the sidebar; `path` is one of the product's stable addresses."""

    path: str
    label: Any
    icon: str
    is_for_staff: bool = False  # supervisors and managers, as the admin itself


ENTRIES = (
    Entry("", _("Desk"), "home"),
    Entry("accounts/", _("Customers"), "building-community"),
    Entry("development/", _("Development"), "trending-up"),
    Entry("visits/", _("Visits"), "map-pin"),
    Entry("complaints/", _("Customer voice"), "messages"),
    Entry("accounts/agreements/", _("Agreements"), "file-text"),
    Entry("accounts/policies/", _("Tier policy"), "scale"),
    Entry("accounts/import/", _("Import ledgers"), "file-import"),
    Entry("tasks/", _("Tasks"), "checklist"),
    Entry("meetings/", _("Meetings"), "users"),
    Entry("staff/", _("Team"), "users-group"),
    Entry("rules/", _("Rule book"), "book-2"),
    Entry("admin/", _("Administration"), "settings", is_for_staff=True),
)


@cache
def _exists(path: str) -> bool:
    return bool(is_valid_path(path))


def _number_of(rows: QuerySet[Any], person: str) -> Coalesce:
    """A subquery: how many of the rows are the person's of the outer query."""
    mine = rows.filter(**{person: OuterRef("pk")}).order_by()
    return Coalesce(Subquery(mine.values(person).annotate(n=Count("pk")).values("n")), 0)


@cache
def _count_sql() -> tuple[str, tuple[Any, ...]]:
    """The query of `Counts`, for `ANYBODY`: putting it together took longer than answering it."""
    counts = User.objects.filter(pk=ANYBODY).values_list(
        _number_of(Obligation.objects.open(), "person"),
        _number_of(Task.objects.open(), "assignee"),
        _number_of(Notice.objects.filter(read_at=None), "person"),
    )
    compiled: tuple[str, tuple[Any, ...]] = counts.query.sql_with_params()
    return compiled


@dataclass(frozen=True)
class Counts:
    """What the frame of every page tells its reader, read by one query."""

    obligations: int = 0
    tasks: int = 0
    unread: int = 0

    @property
    def by_path(self) -> dict[str, int]:
        """What stands beside a line of the sidebar: the desk opens on obligations and tasks."""
        return {"": self.obligations + self.tasks, "tasks/": self.tasks}

    @classmethod
    def of(cls, user: User | AnonymousUser | None) -> Counts:
        if user is None or not user.is_authenticated:
            return cls()
        with connection.cursor() as cursor:
            sql, parameters = _count_sql()
            cursor.execute(sql, [user.pk if value == ANYBODY else value for value in parameters])
            return cls(*(cursor.fetchone() or ()))


def _lines(request: HttpRequest, counts: Callable[[], Counts]) -> Iterator[dict[str, Any]]:
    prefix = get_script_prefix()
    user = getattr(request, "user", None)
    entries = [e for e in ENTRIES if _exists(f"/{e.path}")]
    here = request.path_info.removeprefix("/")
    # The longest path wins: an import is not "Customers", and only "/" itself is the desk.
    matches = [e for e in entries if here == e.path or (e.path and here.startswith(e.path))]
    active = max(matches, key=lambda e: len(e.path), default=None)
    for entry in entries:
        if entry.is_for_staff and not getattr(user, "is_staff", False):
            continue
        yield {
            "url": f"{prefix}{entry.path}",
            "label": entry.label,
            "icon": entry.icon,
            "is_active": entry is active,
            "is_here": entry.path == here,
            "count": counts().by_path.get(entry.path),
        }


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`navigation`: the sidebar's lines for this user; `search_term`: what was looked for."""
    counts = lru_cache(lambda: Counts.of(getattr(request, "user", None)))
    return {
        "navigation": SimpleLazyObject(lambda: list(_lines(request, counts))),
        "search_term": request.GET.get("q", ""),
        "unread": lambda: counts().unread,  # called by the template where it stands
    }
