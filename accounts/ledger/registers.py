"""What registers share: whose customer a row names, and whether it is here already.

Customers are found as for sales lines; of contacts they are never made: a contact with a customer
whom nobody knows is refused with its reason. A contact is told apart by customer, day and words:
the same words of the same day are the same contact, however often the register comes in.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.ledger import cells, sales
from accounts.ledger.columns import Column, named_column, parser_of
from accounts.ledger.export import Head, head_of
from accounts.ledger.returning import Here, Identity, Known, judged
from accounts.ledger.run import INCOMING, Run, rows
from accounts.models import Account, Interaction, RowVerdict, StagedRow
from accounts.workflow import handover
from staff.duties import synchronise_all
from staff.models import User
from staff.pinyin import full_pinyin

Problem = dict[str, Any]
MORNING = dt.time(9)
CHUNK = 2_000


def paragraph_column(name: str, label: Any, *aliases: str, **options: Any) -> Column:
    """Words of any length, lines kept."""
    return Column(name, label, parser_of(cells.paragraph), aliases=aliases, **options)


def day_column(name: str, label: Any, *aliases: str, **options: Any) -> Column:
    return Column(
        name, label, parser_of(cells.date), aliases=aliases, cast="date",
        expects=_("a day, such as 2026-11-23"), number_format="yyyy-mm-dd", **options,
    )  # fmt: skip


def person_column(label: Any, *aliases: str) -> Column:
    """A colleague, also one who has left: old registers are full of them."""
    return colleague_column("person", label, *aliases)


def colleague_column(name: str, label: Any, *aliases: str) -> Column:
    return named_column(name, label, "colleagues", *aliases, expects=_("a colleague of your line"))


CUSTOMER = tuple(
    sales.KIND.by_name[name] for name in ("customer_code", "customer_name")
)  # found in the same way
NEEDS = (("date",), ("customer_code", "customer_name"))


@dataclass
class Register:
    """One row of a register: what it says, and what is wrong with it."""

    number: int
    cells: list[str | None]
    said: dict[str, str]
    extra: dict[str, str]
    account_id: int | None
    customer: str
    problems: list[Problem] = field(default_factory=list)

    @property
    def day(self) -> dt.date:
        return dt.date.fromisoformat(self.said["date"])

    @property
    def at(self) -> dt.datetime:
        """Registers tell the day only."""
        return timezone.make_aware(dt.datetime.combine(self.day, MORNING))

    def words(self, name: str) -> str:
        """A text with the columns that nobody knows beneath it, so that nothing is lost."""
        lines = [self.said.get(name, "")]
        lines += [f"{header}: {text}" for header, text in self.extra.items()]
        return "\n".join(line for line in lines if line)


def said_of(run: Run, values: Iterable[str | None]) -> dict[str, str]:
    pairs = zip((column.name for column in run.fields), values, strict=True)
    return {name: value for name, value in pairs if value and value != cells.CLEAR}


def problem(field_name: str, code: str, **more: Any) -> Problem:
    """What is wrong with a row as a whole; told at the column that can mend it."""
    return {"index": -1, "field": field_name, "code": code, **more}


def row_rule(run: Run) -> Callable[[Sequence[str | None]], list[Problem]]:
    """A row names a customer, and a day that has been."""
    has_been = day_rule(run, "date")

    def rule(values: Sequence[str | None]) -> list[Problem]:
        said = said_of(run, values)
        problems = has_been(values)
        if not said.get("customer_code") and not said.get("customer_name"):
            problems.insert(0, problem("customer_code", "no_customer"))
        return problems

    return rule


def day_rule(run: Run, *names: str) -> Callable[[Sequence[str | None]], list[Problem]]:
    """These days have been: a register holds no plans."""
    today = timezone.localdate().isoformat()

    def rule(values: Sequence[str | None]) -> list[Problem]:
        said = said_of(run, values)
        late = (name for name in names if said.get(name, "") > today)
        return [problem(name, "to_come", read=said[name]) for name in late]

    return rule


def read(
    run: Run, *, is_customer_needed: bool = True, unknown: str = "leave"
) -> Iterator[Register]:
    """The rows with their customers; those of others are refused without being named.

    Where no customer is needed, one whom nobody knows stays in words; where they are made
    (`unknown="create"`), such a row has no customer yet.
    """
    run.options["unknown_customers"] = unknown
    sales.find_customers(run)
    code, name = run.incoming("customer_code"), run.incoming("customer_name")
    columns = ", ".join(f"i.c{place}" for place in range(1, len(run.fields) + 1))
    found = rows(
        f"""SELECT i.number, i.problems, i.extra, ARRAY[{columns}], c.account_id,
            coalesce(c.name, {name}, c.code, ''), coalesce(nullif(c.problem, 'twin'), '')
        FROM {INCOMING} i LEFT JOIN ledger_customers c
            ON c.key = coalesce('c' || {code}, 'n' || {name})
        ORDER BY i.number"""
    )
    for number, problems, extra, values, account, customer, why in found:
        row = Register(
            number,
            values,
            said_of(run, values),
            _loaded(extra) or {},
            None if why == "outside" else account,
            customer or "",
            _loaded(problems) or [],
        )
        is_unknown = why == "unknown_customer"
        if why and not row.problems and (is_customer_needed or not is_unknown):
            code = "create_first" if is_unknown else why
            row.problems = [{"code": code, "field": "customer_name", "read": customer}]
        yield row


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def stage(
    run: Run,
    identity: Callable[[Register], Identity],
    known: Known,
    *,
    is_customer_needed: bool = True,
    unknown: str = "leave",
    told_at: str = "date",
    judge: Callable[[Register], list[Problem]] = lambda row: [],
) -> None:
    """Say of each row whether it is new, here already or changed, or refused and why.

    `judge` adds what only this kind of register refuses; a repeated row is told at `told_at`.
    """
    register = list(read(run, is_customer_needed=is_customer_needed, unknown=unknown))
    there = known(run, {row.account_id for row in register if row.account_id})
    first: dict[Identity, int] = {}
    staged = []
    for row in register:
        verdict, changes = RowVerdict.REFUSED, None
        row.problems = row.problems or judge(row)
        if not row.problems:
            key = identity(row)
            if key in first:
                again = {"code": "repeated", "field": told_at, "row": first[key]}
                row.problems = [{**again, "read": row.said.get(told_at, row.customer)}]
            else:
                first[key] = row.number
                verdict, changes = _verdict(run, row, there.get(key))
        staged.append(
            StagedRow(
                ledger_import_id=run.pk,
                number=row.number,
                verdict=verdict,
                title=row.customer[:200],
                account_id=row.account_id,
                cells=row.cells,
                extra=row.extra or None,
                changes=changes,
                problems=row.problems or None,
                pinyin="" if row.account_id else full_pinyin(row.customer)[:600],
            )
        )
    StagedRow.objects.bulk_create(staged, batch_size=CHUNK)


def _verdict(run: Run, row: Register, here: Here | None) -> tuple[RowVerdict, Any]:
    """A row that is here already and may not be changed so keeps its reasons."""
    if here is None:
        return RowVerdict.NEW, None
    found = judged(run, row.cells, here)
    row.problems = found.problems
    if row.problems:
        return RowVerdict.REFUSED, None
    return (RowVerdict.CHANGED, found.changes) if found.changes else (RowVerdict.SAME, None)


def to_write(
    run: Run,
    identity: Callable[[Register], Identity],
    known: Known,
) -> list[tuple[Register, Any]]:
    """The new rows with their customers; what changed since the preview goes back to it.

    A row that names no known customer comes with None.
    """
    new = list(StagedRow.objects.filter(ledger_import=run.pk, verdict=RowVerdict.NEW))
    accounts = Account.objects.filter(merged_into=None, voided_at=None).in_bulk(
        {row.account_id for row in new if row.account_id}
    )
    there = known(run, accounts)
    good, moved = [], []
    for row in new:
        values = row.cells or []
        account = accounts.get(row.account_id or 0)
        register = Register(
            row.number, values, said_of(run, values), row.extra or {}, row.account_id, row.title
        )
        is_gone = row.account_id is not None and account is None
        if is_gone or identity(register) in there:
            moved.append(row.pk)
        else:
            good.append((register, account))
    StagedRow.objects.filter(pk__in=moved).update(verdict=RowVerdict.MOVED)
    return good


def to_change(
    run: Run, identity: Callable[[Register], Identity], known: Known
) -> Iterator[tuple[StagedRow, Here, dict[str, str]]]:
    """The changed rows with what they write; one that is no longer as previewed goes back to it."""
    changed = list(StagedRow.objects.filter(ledger_import=run.pk, verdict=RowVerdict.CHANGED))
    there = known(run, {row.account_id for row in changed if row.account_id})
    for row in changed:
        values = row.cells or []
        register = Register(
            row.number, values, said_of(run, values), row.extra or {}, row.account_id, row.title
        )
        here = there.get(identity(register))
        found = judged(run, values, here) if here else None
        if here is None or found is None or found.problems or found.changes != row.changes:
            moved_meanwhile(row)
        else:
            yield row, here, {name: new for name, (_old, new) in found.changes.items()}


def moved_meanwhile(row: StagedRow) -> None:
    row.verdict = RowVerdict.MOVED
    row.save(update_fields=["verdict"])


def author_of(run: Run, register: Register, people: Mapping[int, User]) -> User:
    """Whom the row names, else whoever brings the register in."""
    return people.get(int(register.said.get("person", 0)), run.actor)


def people_of(written: Iterable[tuple[Register, Any]], *names: str) -> dict[int, User]:
    """The colleagues that rows name, in the columns `names`."""
    columns = names or ("person",)
    named = {
        int(row.said[name]) for row, _account in written for name in columns if name in row.said
    }
    found: dict[int, User] = User.objects.in_bulk(named)
    return found


def made_by(run: Run, model: Any) -> Any:
    """What the trail says of the rows of a model that this import made."""
    return told_of(run, model).filter(pgh_label="insert")


def told_of(run: Run, model: Any) -> Any:
    """What the trail says of the rows of a model that this import made or changed."""
    events = model._meta.get_field("events").related_model.objects
    since = (run.ledger_import.applied_at or run.ledger_import.uploaded_at) - dt.timedelta(days=1)
    return events.filter(pgh_created_at__gte=since, pgh_context__ledger_import=run.pk)


def take_back(run: Run, model: Any, used: Iterable[str]) -> list[dict[str, Any]]:
    """Undo: the contact records made by the import are voided; those worked on since stay."""
    records = Interaction.objects.filter(pk__in=made_by(run, model).values("interaction"))
    talks = list(records)
    kept = void_untouched(run, records, used)
    follow_contacts(talks)
    return kept


def follow_contacts(talks: Iterable[Interaction]) -> None:
    """Contact records came or went: the first one of a successor may be another now."""
    if moved := handover.note_contacts(talk.account_id for talk in talks):
        synchronise_all(accounts=moved)


def void_untouched(run: Run, records: Any, used: Iterable[str]) -> list[dict[str, Any]]:
    """Void what nobody has worked on; `used` names what hangs on a row that was.

    The rows are held before they are judged, so that nobody hangs something on them meanwhile.
    """
    kept: dict[Any, dict[str, Any]] = {}
    untouched = []
    held = records.select_for_update(of=("self",)).order_by("pk")
    for record in held.filter(voided_at=None).select_related("account"):
        if why := changed_since(run, record, used):
            name = record.account.name if record.account else str(record)
            key = record.account_id or f"row {record.pk}"
            kept.setdefault(key, {"account": record.account_id, "name": name, "why": why})
        else:
            untouched.append(record.pk)
    reason = gettext("Import %(number)d (%(name)s) was undone.") % {
        "number": run.pk,
        "name": run.ledger_import.name,
    }
    records.filter(pk__in=untouched).update(voided_at=timezone.now(), void_reason=reason[:200])
    return list(kept.values())


def changed_since(run: Run, record: Any, used: Iterable[str]) -> str:
    """Whether somebody has worked on it since the import: changed it, or hung something on it."""
    own = record.events.filter(pgh_context__ledger_import=run.pk)
    if record.events.filter(pgh_id__gt=own.aggregate(last=Max("pgh_id"))["last"] or 0).exists():
        return "changed"
    return "used" if any(getattr(record, name).exists() for name in used) else ""


def heads(columns: Iterable[Column]) -> list[Head]:
    return [head_of(column) for column in columns]
