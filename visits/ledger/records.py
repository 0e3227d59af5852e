"""What registers of contacts share: whose customer a row names, and whether it is here already.

Customers are found as for sales lines, and never made: a contact with a customer whom nobody knows
is refused with its reason. A row is told apart by customer, day and words: the same words of the
same day are the same contact, however often the register comes in.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.ledger import cells, sales
from accounts.ledger.columns import Column, named_column, parser_of
from accounts.ledger.export import Head, head_of
from accounts.ledger.run import INCOMING, Run, rows
from accounts.models import Account, Interaction, RowVerdict, StagedRow
from staff.models import User

Problem = dict[str, Any]
Identity = tuple[int, dt.date, str]
Known = Callable[[Iterable[int]], set[Identity]]
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
    return named_column(
        "person", label, "colleagues", *aliases, expects=_("a colleague of your line")
    )


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


def row_rule(run: Run) -> Callable[[list[str | None]], list[Problem]]:
    """A row names a customer, and a day that has been."""
    today = timezone.localdate().isoformat()

    def rule(values: list[str | None]) -> list[Problem]:
        said = said_of(run, values)
        problems: list[Problem] = []
        if not said.get("customer_code") and not said.get("customer_name"):
            problems.append({"index": -1, "field": "customer_code", "code": "no_customer"})
        if said.get("date", "") > today:
            problems.append({"index": -1, "field": "date", "code": "to_come", "read": said["date"]})
        return problems

    return rule


def read(run: Run) -> Iterator[Register]:
    """The rows with their customers; those of others are refused without being named."""
    run.options["unknown_customers"] = "leave"
    sales.find_customers(run)
    code, name = run.incoming("customer_code"), run.incoming("customer_name")
    columns = ", ".join(f"i.c{place}" for place in range(1, len(run.fields) + 1))
    found = rows(
        f"""SELECT i.number, i.problems, i.extra, ARRAY[{columns}], c.account_id,
            coalesce(c.name, {name}, c.code, ''), coalesce(nullif(c.problem, 'twin'), '')
        FROM {INCOMING} i LEFT JOIN ledger_customers c
            ON c.key = coalesce('c' || {code}, 'n' || {name})
        ORDER BY i.number"""  # noqa: S608 - names of our own columns
    )
    for number, problems, extra, values, account, customer, problem in found:
        row = Register(
            number,
            values,
            said_of(run, values),
            _loaded(extra) or {},
            None if problem == "outside" else account,
            customer or "",
            _loaded(problems) or [],
        )
        if problem and not row.problems:
            code = "create_first" if problem == "unknown_customer" else problem
            row.problems = [{"code": code, "field": "customer_name", "read": customer}]
        yield row


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def stage(
    run: Run,
    identity: Callable[[Register], Identity],
    known: Known,
) -> None:
    """Say of each row whether it is new, here already, or refused and why."""
    register = list(read(run))
    there = known({row.account_id for row in register if row.account_id})
    first: dict[Identity, int] = {}
    staged = []
    for row in register:
        verdict = RowVerdict.REFUSED
        if not row.problems:
            key = identity(row)
            if key in first:
                again = {"code": "repeated", "field": "date", "row": first[key]}
                row.problems = [{**again, "read": row.said["date"]}]
            else:
                first[key] = row.number
                verdict = RowVerdict.SAME if key in there else RowVerdict.NEW
        staged.append(
            StagedRow(
                ledger_import_id=run.pk,
                number=row.number,
                verdict=verdict,
                title=row.customer[:200],
                account_id=row.account_id,
                cells=row.cells,
                extra=row.extra or None,
                problems=row.problems or None,
            )
        )
    StagedRow.objects.bulk_create(staged, batch_size=CHUNK)


def to_write(
    run: Run,
    identity: Callable[[Register], Identity],
    known: Known,
) -> list[tuple[Register, Account]]:
    """The new rows with their customers; what changed since the preview goes back to it."""
    new = list(StagedRow.objects.filter(ledger_import=run.pk, verdict=RowVerdict.NEW))
    accounts = Account.objects.filter(merged_into=None, voided_at=None).in_bulk(
        {row.account_id for row in new if row.account_id}
    )
    there = known(accounts)
    good, moved = [], []
    for row in new:
        values = row.cells or []
        account = accounts.get(row.account_id or 0)
        register = Register(
            row.number, values, said_of(run, values), row.extra or {}, row.account_id, row.title
        )
        if account is None or identity(register) in there:
            moved.append(row.pk)
        else:
            good.append((register, account))
    StagedRow.objects.filter(pk__in=moved).update(verdict=RowVerdict.MOVED)
    return good


def author_of(run: Run, register: Register, people: Mapping[int, User]) -> User:
    """Whom the row names, else whoever brings the register in."""
    return people.get(int(register.said.get("person", 0)), run.actor)


def people_of(written: Iterable[tuple[Register, Account]]) -> dict[int, User]:
    named = {int(row.said["person"]) for row, _account in written if "person" in row.said}
    found: dict[int, User] = User.objects.in_bulk(named)
    return found


def take_back(run: Run, model: Any) -> list[dict[str, Any]]:
    """Undo: the contact records made by the import are voided; those worked on since stay."""
    events = model._meta.get_field("events").related_model.objects
    since = (run.ledger_import.applied_at or run.ledger_import.uploaded_at) - dt.timedelta(days=1)
    made = events.filter(pgh_created_at__gte=since, pgh_context__ledger_import=run.pk)
    records = Interaction.objects.filter(pk__in=made.values("interaction"), voided_at=None)
    kept: dict[int, dict[str, Any]] = {}
    untouched = []
    for record in records.select_related("account"):
        if why := changed_since(run, record):
            line = {"account": record.account_id, "name": record.account.name, "why": why}
            kept.setdefault(record.account_id, line)
        else:
            untouched.append(record.pk)
    reason = gettext("Import %(number)d (%(name)s) was undone.") % {
        "number": run.pk,
        "name": run.ledger_import.name,
    }
    Interaction.objects.filter(pk__in=untouched).update(
        voided_at=timezone.now(), void_reason=reason[:200]
    )
    return list(kept.values())


def changed_since(run: Run, record: Interaction) -> str:
    """Whether somebody has worked on it: changed the words, corrected, reported or answered."""
    own = record.events.filter(pgh_context__ledger_import=run.pk)  # type: ignore[attr-defined]
    if record.events.count() > own.count():  # type: ignore[attr-defined]
        return "changed"
    used = (record.corrections, record.feedback, record.attachments, record.reports)
    return "used" if any(rows.exists() for rows in used) else ""


def heads(columns: Iterable[Column]) -> list[Head]:
    return [head_of(column) for column in columns]
