"""What the apps above show on a customer file: their open items and what can be begun there.

An app declares its panels in a module `panels.py`, found by autodiscovery, as the admin finds
`admin.py`. All open items of a customer are read in one query, however many apps there are.

    register(Panel(code="complaints", noun=_("Complaint"), source=lambda user: ..., ...))
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import CharField, DateField, F, IntegerField, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import pgettext_lazy

from accounts.models import Account, HandoverLine
from staff.models import User

Text = str | Promise
ITEMS_SHOWN = 50


@dataclass(frozen=True)
class Panel:
    """One kind of open item of a customer.

    `source(user)` yields the open rows that `user` may see, of a model with an `account`;
    `text` says what each is about and `due` by when, as fields or expressions; `address` is the
    page of one. `begin` is the page where one is begun for a customer, `begin_label` its button.
    """

    code: str
    noun: Text
    source: Callable[[User], QuerySet[Any]]
    text: str | Combinable
    address: Callable[[int], str]
    due: str | Combinable | None = None
    begin: Callable[[int], str] | None = None
    begin_label: Text = ""


class OpenItem(NamedTuple):
    """Something of a customer that is not finished, of whichever app."""

    noun: Text
    text: str
    due_on: dt.date | None
    address: str

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.due_on < timezone.localdate()


class Beginning(NamedTuple):
    """Something that can be begun for a customer, offered on the customer file."""

    label: Text
    address: str


PANELS: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Take a panel up; a second one of the same code replaces the first."""
    PANELS[panel.code] = panel


def autodiscover() -> None:
    """Read the `panels.py` of every app."""
    autodiscover_modules("panels")


def open_items(account: Account, user: User) -> list[OpenItem]:
    """Every app's open items of a customer that `user` may see, the most urgent first."""
    parts = [_rows(panel, account, user) for panel in PANELS.values()]
    if not parts:
        return []
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    ordered = rows.order_by(F("item_due").asc(nulls_last=True), "item_pk")
    return [
        OpenItem(PANELS[code].noun, text, due, PANELS[code].address(pk))
        for code, pk, text, due in ordered[:ITEMS_SHOWN]
    ]


def _rows(panel: Panel, account: Account, user: User) -> QuerySet[Any]:
    due = Value(None) if panel.due is None else panel.due
    rows: QuerySet[Any] = panel.source(user).filter(account=account.pk).order_by()
    found: QuerySet[Any] = rows.annotate(
        item_code=Value(panel.code),
        item_pk=Cast("pk", IntegerField()),
        item_text=Cast(panel.text, CharField()),
        item_due=Cast(due, DateField()),
    ).values_list("item_code", "item_pk", "item_text", "item_due")
    return found


def beginnings(account: Account) -> Sequence[Beginning]:
    """What every app offers to begin for a customer."""
    return [
        Beginning(panel.begin_label, panel.begin(account.pk))
        for panel in PANELS.values()
        if panel.begin is not None
    ]


# The customer's own: it changes hands (S1-A14).
register(
    Panel(
        code="handover",
        noun=pgettext_lazy("S1-A14", "Handover"),
        source=lambda user: HandoverLine.objects.visible_to(user).open(),
        text=Concat("predecessor__name", Value(" → "), Coalesce("successor__name", Value("?"))),
        address=lambda pk: reverse("accounts:handover", args=[pk]),
    )
)
