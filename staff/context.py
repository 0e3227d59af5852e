"""What every page shows around its content: the sidebar and the search box."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import get_script_prefix, is_valid_path
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from staff.models import Notice, Obligation, Task, User


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
    Entry("accounts/policies/", _("Tier policy"), "scale"),
    Entry("accounts/import/", _("Import ledgers"), "file-import"),
    Entry("tasks/", _("Tasks"), "checklist"),
    Entry("staff/", _("Team"), "users-group"),
    Entry("rules/", _("Rule book"), "book-2"),
    Entry("admin/", _("Administration"), "settings", is_for_staff=True),
)


@cache
def _exists(path: str) -> bool:
    return bool(is_valid_path(path))


def _awaiting(user: Any) -> int:
    """How many obligations and tasks are open for this person: what the desk opens on."""
    return (
        Obligation.objects.filter(person=user).open().count()
        + Task.objects.filter(assignee=user).open().count()
    )


def _lines(request: HttpRequest) -> Iterator[dict[str, Any]]:
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
        count = _awaiting(user) if entry.path == "" else None
        yield {
            "url": f"{prefix}{entry.path}",
            "label": entry.label,
            "icon": entry.icon,
            "is_active": entry is active,
            "is_here": entry.path == here,
            "count": count,
        }


def _unread(user: User | AnonymousUser) -> int:
    return Notice.objects.unread_of(user).count() if user.is_authenticated else 0


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`navigation`: the sidebar's lines for this user; `search_term`: what was looked for."""
    return {
        "navigation": SimpleLazyObject(lambda: list(_lines(request))),
        "search_term": request.GET.get("q", ""),
        "unread": SimpleLazyObject(lambda: _unread(request.user)),
    }
