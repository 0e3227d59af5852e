"""What changed on a customer and on everything kept with it, read from the event tables.

One query for a page of changes, however many tables it draws on: the newest events of each table
by customer, each with the state before it. Values are put into words here; who may see the
customer may see its history.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext

from accounts.judgements import answer_label
from accounts.models import Account, ContactPerson, Judgement, StandingOrigin
from staff.models import Region, User

# Event tables with an `account_id`, found by the models that say `@tracked(by="account")`.
CHILDREN = (
    "Agreement",
    "AnnualVolume",
    "Assignment",
    "Attachment",
    "Confirmation",
    "ContactPerson",
    "Feedback",
    "HandoverLine",
    "Interaction",
    "Judgement",
    "MonthlyVolume",
)
# Counted or copied by the machinery; whoever reads the history wants the change they follow from.
SILENT = {
    "id",
    "account_id",
    "name_pinyin",
    "name_initials",
    "search_text",
    "second_contacts",
    "updated_at",
    "created_at",
    "created_by_id",
    "version",
    "annual_volume_fact_id",
    "entered_at",
    "entered_by_id",
    "uploaded_at",
    "uploaded_by_id",
    "sha256",
    "file",
    "content_type",
    "ended_by_id",
    "assigned_by_id",
    "voided_by_id",
    "author_id",
    "raised_by_id",
    "answered_by_id",
    "told_by_id",
    "drawn_up_by_id",
    "drawn_up_at",
    "opened_by_id",
}


# The newest events of one table (names of our own models), each with the state before it.
NEWEST = """
(SELECT {kind} AS kind, pgh_id, pgh_label, pgh_created_at, pgh_context, pgh_role,
    to_jsonb(e) AS after,
    (SELECT to_jsonb(p) FROM {table} p
     WHERE p.{column} = e.{column} AND p.pgh_obj_id = e.pgh_obj_id AND p.pgh_id < e.pgh_id
     ORDER BY p.pgh_id DESC LIMIT 1) AS before
FROM {table} e WHERE e.{column} = %s ORDER BY pgh_id DESC LIMIT %s)
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One column that changed, old → new, in words."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """One row written: by whom, when, what it is called and what changed in it."""

    at: dt.datetime
    who: str
    verb: str
    noun: str
    subject: str
    reason: str
    lines: Sequence[Line]

    @property
    def is_silent(self) -> bool:
        """Only machinery moved; the change it followed from stands beside it."""
        return self.verb == "update" and not self.lines and not self.reason


@dataclass(frozen=True, slots=True)
class _Event:
    model: type[models.Model]
    label: str
    at: dt.datetime
    context: dict[str, Any]
    role: str
    after: dict[str, Any]
    before: dict[str, Any] | None

    def pairs(self) -> Iterable[tuple[models.Field[Any, Any], Any, Any]]:
        """Each column with its value before and after, where they differ."""
        old = self.after if self.label == "delete" else self.before or {}
        new = {} if self.label == "delete" else self.after
        for field in self.model._meta.concrete_fields:
            column = str(field.column)
            if column in SILENT:
                continue
            was, now = old.get(column), new.get(column)
            if was != now and not (_is_blank(was) and _is_blank(now)):
                yield field, was, now
            elif self.label == "update" and False in (was, now) and None in (was, now):
                # not known → "no" is a change
                yield field, was, now


def _is_blank(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})


def changes(
    account: Account, *, start: int = 0, count: int = 20, known: Iterable[models.Model] = ()
) -> list[Change]:
    """`count` changes from the `start`th, newest first.

    One query, and one for each kind of row they name (people, regions, contact persons) unless
    the caller has them read already (`known`).
    """
    events = _events(account.pk, start, count)
    names = _Names(events, known)
    return [_change(event, names) for event in events]


def _events(account_id: int, start: int, count: int) -> list[_Event]:
    reach = start + count
    parts: list[str] = []
    parameters: list[int] = []
    for index, (model, column) in enumerate(_tables()):
        event = model._meta.get_field("events").related_model
        table = connection.ops.quote_name(event._meta.db_table)  # type: ignore[union-attr]
        part = NEWEST.replace("{table}", table).replace("{column}", column)
        parts.append(part.replace("{kind}", str(index)))
        parameters += [account_id, reach]
    sql = " UNION ALL ".join(parts)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM ({sql}) AS event"  # noqa: S608 (table names are our own)
            " ORDER BY pgh_created_at DESC, kind, pgh_id DESC OFFSET %s LIMIT %s",
            [*parameters, start, count],
        )
        rows = cursor.fetchall()
    models_by_index = [model for model, _ in _tables()]
    return [
        _Event(
            models_by_index[kind], label, at, _json(context) or {}, role, _json(after), _json(prev)
        )
        for kind, _id, label, at, context, role, after, prev in rows
    ]


def _tables() -> list[tuple[type[models.Model], str]]:
    children = [apps.get_model("accounts", name) for name in CHILDREN]
    return [(Account, "pgh_obj_id"), *((model, "account_id") for model in children)]


def _json(value: Any) -> Any:
    return json.loads(value, parse_float=Decimal) if isinstance(value, str) else value


def _change(event: _Event, names: _Names) -> Change:
    row = event.after
    return Change(
        at=event.at,
        who=names.person(event.context.get("user")) or gettext("the system (%s)") % event.role,
        verb=event.label,
        noun=str(event.model._meta.verbose_name),
        subject=_subject(event.model, row, names),
        reason=_reason(event.context),
        lines=[
            Line(
                str(field.verbose_name), names.words(field, was, row), names.words(field, now, row)
            )
            for field, was, now in event.pairs()
        ],
    )


def _reason(context: dict[str, Any]) -> str:
    """Why, in the writer's words; before them how a key account came without an application."""
    origin = dict(StandingOrigin.choices).get(context.get("origin", ""), "")
    return gettext(": ").join(filter(None, [str(origin), str(context.get("reason", ""))]))


def _subject(model: type[models.Model], row: dict[str, Any], names: _Names) -> str:
    """What tells this row from its sisters: a person's name, a month, a question."""
    for column in ("happened_at", "user_id", "kind", "group", "month", "period_to"):
        if column in row and model is not Account:
            field = next(f for f in model._meta.concrete_fields if f.column == column)
            return names.words(field, row[column], row)
    return "" if model is Account else str(row.get("name") or row.get("title") or "")


class _Names:
    """People, regions and contact persons that the events point to, read once each."""

    def __init__(self, events: Sequence[_Event], known: Iterable[models.Model]) -> None:
        wanted: dict[type[models.Model], set[int]] = {User: set()}
        for event in events:
            if user := event.context.get("user"):
                wanted[User].add(int(user))
            for state in (event.after, event.before or {}):
                for field in event.model._meta.concrete_fields:
                    value = state.get(str(field.column))
                    if isinstance(field, models.ForeignKey) and isinstance(value, int):
                        wanted.setdefault(field.related_model, set()).add(value)
        self.by_model: dict[type[models.Model], dict[int, str]] = {}
        for row in known:
            self.by_model.setdefault(row.__class__, {})[row.pk] = str(row)
        # SECURITY: a parent company may lie outside the reader's scope: never named here.
        for model in (User, Region, ContactPerson):
            names = self.by_model.setdefault(model, {})
            if unknown := wanted.get(model, set()) - names.keys():
                rows = model._default_manager.filter(pk__in=unknown)
                names.update((row.pk, str(row)) for row in rows)

    def person(self, key: Any) -> str:
        return self.by_model.get(User, {}).get(int(key), "") if key else ""

    def words(self, field: models.Field[Any, Any], value: Any, row: dict[str, Any]) -> str:
        """A column's stored value as a reader would say it; "" for nothing."""
        if value is not False and _is_blank(value):
            return ""
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if isinstance(field, models.ForeignKey):
            return self.by_model.get(field.related_model, {}).get(value, f"#{value}")
        if field.model is Judgement and field.name == "value":
            return answer_label(row["kind"], value)
        return _plain(field, value)


def _plain(field: models.Field[Any, Any], value: Any) -> str:
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DecimalField):
        return f"{Decimal(value):,.2f}"
    if isinstance(field, models.DateTimeField) and (moment := parse_datetime(str(value))):
        return f"{moment.astimezone():%Y-%m-%d %H:%M}"
    if isinstance(field, models.DateField) and (day := parse_date(str(value))):
        return f"{day:%Y-%m-%d}"
    if isinstance(field, ArrayField):
        return "、".join(map(str, value))
    if isinstance(value, dict):
        return "; ".join(f"{key}: {entry}" for key, entry in value.items())
    return str(value)
