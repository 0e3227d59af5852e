"""What making one customer of two means: which fields differ, what moves, what gives way.

Children are found by their foreign keys, so that those of later apps move too. A row that the
database would refuse beside one of the kept customer (a unique constraint) is a conflict: the kinds
below have a choice of their own, any other stays with the absorbed customer, where it can be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pgtrigger
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext
from pghistory.models import Event

from accounts.models import (
    Account,
    AccountMerge,
    AnnualVolume,
    Assignment,
    AssignmentKind,
    BusinessType,
    Confirmation,
    ContactPerson,
    DuplicatePair,
    Judgement,
    MonthlyVolume,
    Standing,
)

KEPT, ABSORBED, BOTH = "kept", "absorbed", "both"
OWNER, VOLUMES = "owner", "volumes"
# Never moved: what is known about the pair itself.
ABOUT_PAIRS = (DuplicatePair, AccountMerge)
CHOSEN_FIELDS = (
    *("code", "name", "short_name", "kind", "is_end_customer", "parent", "credit_code"),
    *("industry", "region", "province", "city", "address", "phone", "wechat"),
    *("invoice_title", "invoice_tax_number", "invoice_address", "invoice_phone"),
    *("invoice_bank", "invoice_bank_account", "payment_days", "payment_note", "service_wishes"),
    *("standing", "business_type", "is_important_agreement", "needs_two_contacts"),
    "long_term_intention",
)
# What goes with where a customer stands: a recognition is carried over whole.
WITH_STANDING = ("business_type", "recognised_on")
# Which side is offered first where the two stand differently: the later one here.
STANDINGS = (
    Standing.PROSPECT,
    Standing.FORMER,
    Standing.UNCLASSIFIED,
    Standing.SMALL_MEDIUM,
    Standing.KEY,
)


@dataclass(frozen=True)
class Child:
    """A model with a foreign key to the customer."""

    model: type[models.Model]
    field: str

    @property
    def label(self) -> str:
        return f"{self.model._meta.label_lower}.{self.field}"

    def rows_of(self, account: Account) -> models.QuerySet[Any]:
        return self.model._default_manager.filter(**{self.field: account})


@dataclass(frozen=True)
class Choice:
    """A question that the person merging answers: one value of each side, or both together."""

    key: str
    label: str
    kept: str
    absorbed: str
    default: str
    both: str = ""
    note: str = ""

    @property
    def answers(self) -> list[tuple[str, str]]:
        both = [(BOTH, self.both)] if self.both else []
        return [*both, (KEPT, self.kept), (ABSORBED, self.absorbed)]


@dataclass
class Plan:
    kept: Account
    absorbed: Account
    fields: list[Choice] = field(default_factory=list)
    conflicts: list[Choice] = field(default_factory=list)
    moving: list[tuple[str, int]] = field(default_factory=list)
    staying: list[tuple[str, int]] = field(default_factory=list)

    @property
    def choices(self) -> list[Choice]:
        return self.fields + self.conflicts


def children() -> Iterator[Child]:
    """Every foreign key to the customer, of whatever app, except the trail and pairs."""
    for relation in Account._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ForeignObjectRel) or relation.many_to_many:
            continue
        model = relation.related_model
        if issubclass(model, (Event, *ABOUT_PAIRS)) or not model._meta.managed:
            continue
        if (model, relation.field.name) != (Account, "merged_into"):
            yield Child(model, relation.field.name)


def is_append_only(model: type[models.Model]) -> bool:
    """Whether the database refuses to change a row: such rows stay where they were written."""
    return any(
        isinstance(trigger, pgtrigger.Protect) and "UPDATE" in str(trigger.operation)
        for trigger in getattr(model._meta, "triggers", [])
    )


def in_the_way(child: Child, kept: Account, absorbed: Account) -> set[int]:
    """Rows of the absorbed customer that a unique constraint forbids beside the kept one's."""
    found: set[int] = set()
    for names, condition in _uniques(child):
        others = [name for name in names if name != child.field]
        theirs, ours = child.rows_of(absorbed), child.rows_of(kept)
        if condition is not None:
            theirs, ours = theirs.filter(condition), ours.filter(condition)
        taken = set(ours.values_list(*others)) if others else ours.exists()
        for pk, *values in theirs.values_list("pk", *others) if taken else []:
            if taken is True or tuple(values) in taken:  # type: ignore[operator]
                found.add(pk)
    return found


def _uniques(child: Child) -> Iterator[tuple[tuple[str, ...], models.Q | None]]:
    meta = child.model._meta
    if getattr(meta.get_field(child.field), "unique", False):
        yield (child.field,), None
    for names in meta.unique_together:
        if child.field in names:
            yield tuple(names), None
    for constraint in meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and child.field in constraint.fields:
            yield tuple(constraint.fields), constraint.condition


def plan(kept: Account, absorbed: Account) -> Plan:
    """Everything that the preview shows, read now."""
    made = Plan(kept, absorbed)
    made.fields = [choice for name in CHOSEN_FIELDS if (choice := _field(name, kept, absorbed))]
    made.conflicts = [*_owners(kept, absorbed), *_answers(kept, absorbed)]
    made.conflicts += _volumes(kept, absorbed)
    settled = {choice.key for choice in made.conflicts}
    for child in children():
        count = child.rows_of(absorbed).count()
        if not count:
            continue
        stays = count if is_append_only(child.model) else 0
        if not stays and child.model not in (Assignment, ContactPerson):
            stays = len(in_the_way(child, kept, absorbed))
        label = str(capfirst(child.model._meta.verbose_name_plural))
        if child.model is Account:
            label = gettext("Subsidiaries")
        if count - stays:
            made.moving.append((label, count - stays))
        if stays and not (child.model in (Judgement, Confirmation) and settled):
            made.staying.append((label, stays))
    return made


def shown(account: Account, name: str) -> str:
    """A field's value as the page shows it; "" where there is none."""
    if name == "standing" and account.business_type != BusinessType.NONE:
        return f"{account.get_standing_display()} · {account.get_business_type_display()}"
    value = getattr(account, name)
    display = getattr(account, f"get_{name}_display", None)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return str(display() if display else value)


def _field(name: str, kept: Account, absorbed: Account) -> Choice | None:
    if getattr(kept, name) == getattr(absorbed, name):
        return None
    ours, theirs = shown(kept, name), shown(absorbed, name)
    if name == "parent" and absorbed.parent == kept:
        return None  # a subsidiary that becomes part of its parent
    label = str(capfirst(Account._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
    default = ABSORBED if theirs and not ours else KEPT
    if name == "standing":
        later = STANDINGS.index(Standing(absorbed.standing))
        default = ABSORBED if later > STANDINGS.index(Standing(kept.standing)) else KEPT
    if name in WITH_STANDING and kept.standing != absorbed.standing:
        return None
    if name == "parent" and kept.parent == absorbed:
        return None
    return Choice(f"field-{name}", label, ours or "—", theirs or "—", default)


def open_owner(account: Account) -> Assignment | None:
    return (
        account.assignments.filter(kind=AssignmentKind.OWNER, ended_on=None)
        .select_related("user")
        .first()
    )


def _owners(kept: Account, absorbed: Account) -> Iterator[Choice]:
    ours, theirs = open_owner(kept), open_owner(absorbed)
    if ours and theirs and ours.user_id != theirs.user_id:
        yield Choice(
            OWNER,
            gettext("Owner"),
            ours.user.name,
            theirs.user.name,
            KEPT,
            note=gettext("The other one's time ends today."),
        )


def _answers(kept: Account, absorbed: Account) -> Iterator[Choice]:
    """Judgements of the same question: the later one is offered first."""
    ours = {row.kind: row for row in kept.judgements.select_related("judged_by")}
    for theirs in absorbed.judgements.select_related("judged_by"):
        mine = ours.get(theirs.kind)
        if mine and (mine.value, mine.note) != (theirs.value, theirs.note):
            yield Choice(
                f"judgement-{theirs.kind}",
                theirs.get_kind_display(),
                f"{mine.get_value_display()} · {mine.judged_by.name} {mine.judged_on}",
                f"{theirs.get_value_display()} · {theirs.judged_by.name} {theirs.judged_on}",
                ABSORBED if theirs.judged_on > mine.judged_on else KEPT,
            )


def _volumes(kept: Account, absorbed: Account) -> Iterator[Choice]:
    months = in_the_way(Child(MonthlyVolume, "account"), kept, absorbed)
    years = in_the_way(Child(AnnualVolume, "account"), kept, absorbed)
    if months or years:
        yield Choice(
            VOLUMES,
            gettext("Volumes of the same time"),
            gettext("keep those of %(name)s") % {"name": kept.name},
            gettext("take those of %(name)s") % {"name": absorbed.name},
            BOTH,
            both=gettext("add the two up"),
            note=gettext("%(months)d months and %(years)d annual figures are on both sides.")
            % {"months": len(months), "years": len(years)},
        )
