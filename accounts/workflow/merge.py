"""Two customers become one, and two again. Both are locked, in the order of their keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.merge_plan import (
    ABSORBED,
    BOTH,
    CHOSEN_FIELDS,
    KEPT,
    OWNER,
    VOLUMES,
    WITH_STANDING,
    Child,
    Plan,
    children,
    in_the_way,
    is_append_only,
    open_owner,
    plan,
)
from accounts.models import (
    Account,
    AccountMerge,
    AnnualVolume,
    Assignment,
    AssignmentKind,
    Confirmation,
    HandoverOrigin,
    MonthlyVolume,
    Standing,
)
from accounts.models.duplicate import pair_blocker
from accounts.workflow import handover
from accounts.workflow.account import judge_parent
from accounts.workflow.volume import choose
from staff.duties import synchronise_all
from staff.models import User
from staff.transitions import TransitionDenied

Choices = Mapping[str, str]
NAMES = {"name": ("name", "name_pinyin", "name_initials")}


@transaction.atomic
def merge(
    kept: Account,
    absorbed: Account,
    *,
    actor: User,
    choices: Choices,
    reason: str = "",
    versions: tuple[int, int] | None = None,
) -> AccountMerge:
    """Make `absorbed` part of `kept` as chosen; what is not chosen goes as the preview offers.

    `versions` are those of the preview: a customer changed since is not merged unseen.
    """
    kept, absorbed = _locked(kept, absorbed)
    if denied := pair_blocker(kept, absorbed, actor):
        raise TransitionDenied(denied)
    if versions and versions != (kept.version, absorbed.version):
        raise TransitionDenied(
            gettext("One of the two was changed meanwhile. Look at the preview again.")
        )
    made = plan(kept, absorbed)
    chosen = {choice.key: choices.get(choice.key) or choice.default for choice in made.choices}
    if denied := _standing_blocker(kept, absorbed, chosen, actor, reason):
        raise TransitionDenied(denied)
    record = AccountMerge(kept=kept, absorbed=absorbed, merged_by=actor, reason=reason)
    _settle_owners(record, chosen, actor)
    _settle_contact(record)
    _settle_answers(record, chosen)
    _settle_volumes(record, chosen)
    Account.objects.filter(pk=absorbed.pk).update(merged_into=kept)
    _take_fields(record, made, chosen)
    _move(record)
    _refuse_circle(kept)
    _choose_figure(kept)
    record.save()
    _hand_over(kept, actor)
    synchronise_all(accounts=[kept.pk, absorbed.pk])
    return record


def _standing_blocker(
    kept: Account, absorbed: Account, chosen: Choices, actor: User, reason: str
) -> str:
    """Why the customer cannot stand as chosen; the side that gives way is the one to change.

    A recognition goes over whole, with its day: nobody becomes a key account by merging.
    """
    stays, gives_way = kept, absorbed
    if chosen.get("field-standing") == ABSORBED:
        stays, gives_way = absorbed, kept
    if stays.standing in (Standing.KEY, gives_way.standing):
        return ""
    if gives_way.standing == Standing.KEY and not reason:
        return gettext("A change of standing needs a reason.")
    return gives_way.standing_blocker(actor, stays.standing)


def _refuse_circle(account: Account) -> None:
    """A company between the two would have become its own parent."""
    now = Account.objects.select_related("parent").get(pk=account.pk)
    judge_parent(now, now.parent)


def _locked(first: Account, second: Account) -> tuple[Account, Account]:
    rows = Account.objects.select_for_update().filter(pk__in=[first.pk, second.pk]).order_by("pk")
    found = {row.pk: row for row in rows}
    return found[first.pk], found[second.pk]


def _give_way(record: AccountMerge, row: models.Model, **values: Any) -> None:
    """Change a row, and remember what it was."""
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    record.changed.append(
        {"model": row._meta.label_lower, "pk": row.pk, "before": before, "after": values}
    )


def _settle_owners(record: AccountMerge, chosen: Choices, actor: User) -> None:
    """One open owner, and each colleague open once; whoever gives way ends today."""
    today = timezone.localdate()
    ours, theirs = open_owner(record.kept), open_owner(record.absorbed)
    gives_way: list[Assignment] = []
    if ours and theirs:
        gives_way.append(ours if chosen.get(OWNER) == ABSORBED else theirs)
    present = set(
        record.kept.assignments.filter(ended_on=None)
        .exclude(pk__in=[row.pk for row in gives_way])
        .values_list("user_id", flat=True)
    )
    for row in record.absorbed.assignments.filter(ended_on=None):
        if row.user_id in present and row not in gives_way:
            twin = record.kept.assignments.get(user=row.user_id, ended_on=None)
            gives_way.append(twin if row.kind == AssignmentKind.OWNER else row)
    for row in gives_way:
        _give_way(record, row, ended_on=max(today, row.started_on), ended_by_id=actor.pk)


def _hand_over(kept: Account, actor: User) -> None:
    """The kept customer may have another owner now; `kept` knows the one before."""
    now = Account.objects.values_list("owner_id", flat=True).get(pk=kept.pk)
    if kept.owner_id and now and now != kept.owner_id:
        change = (kept.pk, kept.owner_id, now)
        handover.open_for_changes([change], actor=actor, origin=HandoverOrigin.TRANSFER)


def _settle_contact(record: AccountMerge) -> None:
    """One person is the first to call: the kept customer's."""
    if record.kept.contact_people.filter(is_primary=True, left_on=None).exists():
        for person in record.absorbed.contact_people.filter(is_primary=True, left_on=None):
            _give_way(record, person, is_primary=False)


def _settle_answers(record: AccountMerge, chosen: Choices) -> None:
    """The kept customer's answer takes the words of the chosen one; confirmations the later day."""
    ours = {row.kind: row for row in record.kept.judgements.all()}
    for theirs in record.absorbed.judgements.all():
        if chosen.get(f"judgement-{theirs.kind}") == ABSORBED:
            _give_way(
                record,
                ours[theirs.kind],
                value=theirs.value,
                note=theirs.note,
                judged_by_id=theirs.judged_by_id,
                judged_on=theirs.judged_on,
            )
    confirmed = {row.group: row for row in record.kept.confirmations.all()}
    for later in Confirmation.objects.filter(account=record.absorbed, group__in=confirmed):
        mine = confirmed[later.group]
        if later.confirmed_on > mine.confirmed_on:
            _give_way(
                record, mine, confirmed_on=later.confirmed_on, confirmed_by_id=later.confirmed_by_id
            )


def _settle_volumes(record: AccountMerge, chosen: Choices) -> None:
    """Months and years on both sides: added up, or taken from one."""
    choice = chosen.get(VOLUMES, KEPT)
    if choice == KEPT:
        return
    for model, names in (
        (MonthlyVolume, ("month",)),
        (AnnualVolume, ("basis", "period_from", "period_to")),
    ):
        child = Child(model, "account")
        twins = {_key(row, names): row for row in child.rows_of(record.kept)}
        pks = in_the_way(child, record.kept, record.absorbed)
        for theirs in child.rows_of(record.absorbed).filter(pk__in=pks):
            mine = twins[_key(theirs, names)]
            amount = theirs.amount + (mine.amount if choice == BOTH else 0)
            _give_way(record, mine, amount=amount)


def _key(row: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)


def _take_fields(record: AccountMerge, made: Plan, chosen: Choices) -> None:
    kept, absorbed = record.kept, record.absorbed
    values = {
        name: getattr(absorbed, _attname(name))
        for name in CHOSEN_FIELDS
        if chosen.get(f"field-{name}") == ABSORBED
    }
    if "standing" in values:
        values |= {name: getattr(absorbed, name) for name in WITH_STANDING}
    if kept.parent_id == absorbed.pk:
        values["parent"] = absorbed.parent_id if absorbed.parent_id != kept.pk else None
    lost = {absorbed.name, kept.name} - {values.get("name", kept.name)}
    names = [*kept.former_names, *absorbed.former_names, *sorted(lost)]
    values["former_names"] = list(dict.fromkeys(names))
    values["extra"] = {**absorbed.extra, **kept.extra}
    for name, value in values.items():
        record.kept_before[name] = getattr(kept, _attname(name))
        record.kept_after[name] = value
    _write(kept, values)


def _attname(name: str) -> str:
    return str(Account._meta.get_field(name).attname)  # type: ignore[union-attr]


def _write(account: Account, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(account, _attname(name), value)
    account.save(update_fields=[part for name in values for part in NAMES.get(name, (name,))])


def _move(record: AccountMerge) -> None:
    """Every child that may, by one statement per model."""
    for child in children():
        if is_append_only(child.model):
            continue
        stays = in_the_way(child, record.kept, record.absorbed)
        rows = child.rows_of(record.absorbed).exclude(pk__in=stays)
        if child.model is Account:
            rows = rows.exclude(pk=record.kept_id)
        if keys := list(rows.values_list("pk", flat=True)):
            child.model._default_manager.filter(pk__in=keys).update(**{child.field: record.kept})
            record.moved[child.label] = keys


def _choose_figure(*accounts: Account) -> None:
    """The annual figure that the tier is judged on, after facts came or went."""
    choose(Account.objects.filter(pk__in=[account.pk for account in accounts]))


# --- Undoing ------------------------------------------------------------------------------------


@transaction.atomic
def undo(record: AccountMerge, *, actor: User) -> AccountMerge:
    """Two customers again: everything back where it came from, or nothing and why not."""
    record = AccountMerge.objects.select_for_update().get(pk=record.pk)
    kept, absorbed = _locked(record.kept, record.absorbed)
    if denied := record.undo_blocker(actor):
        raise TransitionDenied(denied)
    if obstacles := undo_obstacles(record):
        raise TransitionDenied(" ".join(obstacles))
    try:
        with transaction.atomic():
            _put_back(record, kept)
    except IntegrityError as error:
        raise TransitionDenied(
            gettext("Rows added since stand in the way of undoing this merge.")
        ) from error
    _refuse_circle(absorbed)
    _choose_figure(kept, absorbed)
    _hand_over(kept, actor)
    record.undone_at, record.undone_by = timezone.now(), actor
    record.save(update_fields=["undone_at", "undone_by"])
    synchronise_all(accounts=[kept.pk, absorbed.pk])
    return record


def _put_back(record: AccountMerge, kept: Account) -> None:
    _write(kept, record.kept_before)
    Account.objects.filter(pk=record.absorbed_id).update(merged_into=None)
    for child, keys in _moved(record):
        child.model._default_manager.filter(pk__in=keys).update(**{child.field: record.absorbed_id})
    for change in reversed(record.changed):
        row, before = _row(change), _values(change, "before")
        for name, value in before.items():
            setattr(row, name, value)
        row.save(update_fields=list(before))


def undo_obstacles(record: AccountMerge) -> list[str]:
    """What happened since that makes undoing impossible, in sentences; [] if nothing did."""
    kept = Account.objects.get(pk=record.kept_id)
    found = []
    if kept.merged_into_id or kept.is_void:
        found.append(gettext("%(name)s has itself been merged or voided.") % {"name": kept.name})
    for name, after in record.kept_after.items():
        field = Account._meta.get_field(name)
        if _plain(getattr(kept, _attname(name))) != _plain(field.to_python(after)):  # type: ignore[union-attr]
            found.append(
                gettext("The field “%(field)s” was changed since.") % {"field": field.verbose_name}  # type: ignore[union-attr]
            )
    for child, keys in _moved(record):
        there = child.model._default_manager.filter(pk__in=keys, **{child.field: kept}).count()
        if there != len(keys):
            found.append(
                gettext("%(count)d of the moved rows (%(kind)s) were moved on or removed since.")
                % {"count": len(keys) - there, "kind": child.model._meta.verbose_name_plural}
            )
    return found + _changed_since(record) + _leaning_on(record)


def _changed_since(record: AccountMerge) -> list[str]:
    """Rows that gave way and are no longer as the merge left them."""
    found = []
    for change in record.changed:
        row = _row(change)
        after = _values(change, "after")
        if row is None or any(getattr(row, name) != value for name, value in after.items()):
            kind = apps.get_model(change["model"])._meta.verbose_name
            found.append(
                gettext("%(kind)s “%(row)s” was changed since.") % {"kind": kind, "row": row or "—"}
            )
    return found


def _leaning_on(record: AccountMerge) -> list[str]:
    """Rows added to the kept customer since that refer to a row that would go back."""
    moved = {child.model: set(keys) for child, keys in _moved(record)}
    found = []
    for child in children():
        for field in child.model._meta.concrete_fields:
            target = field.related_model
            if field.name == child.field or target not in moved or target is Account:
                continue
            rows = child.rows_of(record.kept).filter(**{f"{field.name}__in": moved[target]})
            if added := rows.exclude(pk__in=moved.get(child.model, set())).first():
                found.append(
                    gettext("%(kind)s “%(row)s” was added since and belongs to something moved.")
                    % {"kind": child.model._meta.verbose_name, "row": added}
                )
    return found


def _moved(record: AccountMerge) -> list[tuple[Child, list[int]]]:
    parts = [(label.rsplit(".", 1), keys) for label, keys in record.moved.items()]
    return [(Child(apps.get_model(model), field), keys) for (model, field), keys in parts]


def _row(change: Mapping[str, Any]) -> Any:
    return apps.get_model(change["model"])._default_manager.filter(pk=change["pk"]).first()


def _values(change: Mapping[str, Any], side: str) -> dict[str, Any]:
    """The remembered values as Python has them, not as JSON does."""
    fields = {
        field.attname: field for field in apps.get_model(change["model"])._meta.concrete_fields
    }
    return {name: fields[name].to_python(value) for name, value in change[side].items()}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def describe(record: AccountMerge) -> list[tuple[str, int]]:
    """What moved, in words and numbers."""
    return [
        (
            gettext("Subsidiaries")
            if child.model is Account
            else str(child.model._meta.verbose_name_plural),
            len(keys),
        )
        for child, keys in _moved(record)
    ]
