"""Receptions as a sheet: handed out, not brought in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, pgettext

from accounts.ledger.export import CHUNK, Head, Row
from staff.models import User
from visits.models import Reception


def rows_of(accounts: Any, user: User) -> Any:
    held = Reception.objects.visible_to(user)
    return held.filter(account__in=accounts.order_by().values("pk"))


def sheet(accounts: Any, user: User) -> tuple[list[Head], Iterator[Row]]:
    heads = [
        Head(gettext("When"), 18, "yyyy-mm-dd hh:mm"),
        Head(gettext("Customer"), 32),
        Head(pgettext("people", "Visitors"), 32),
        Head(gettext("Level")),
        Head(gettext("Purpose"), 24),
        Head(gettext("Host")),
        Head(gettext("State")),
        Head(gettext("Record"), 48),
        Head(gettext("Actual cost"), 14, "#,##0.00##"),
    ]
    found = rows_of(accounts, user).select_related("account", "host", "interaction")
    found = found.prefetch_related("visitors", "catering").order_by("planned_at", "pk")
    return heads, (_row(reception) for reception in found.iterator(CHUNK))


def _row(reception: Any) -> Row:
    record = reception.interaction
    costs = [asked.actual_cost for asked in reception.catering.all() if asked.actual_cost]
    return [
        timezone.localtime(reception.planned_at),
        reception.account.name,
        ", ".join(visitor.name for visitor in reception.visitors.all()),
        reception.get_level_display(),
        reception.purpose,
        reception.host.name,
        reception.get_status_display(),
        record.summary if record else "",
        sum(costs) if costs else None,
    ]
