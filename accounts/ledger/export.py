"""Customers, sales lines and verdicts as a workbook, in the reader's language.

What customers and sales lines export is importable again unchanged: the headers are the columns'
labels with their units, and columns that only inform are known to the import as such.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import tier_facts
from accounts.ledger.columns import MONEY_FORMAT, Column, kinds
from accounts.ledger.customers.columns import COLUMNS, INFORMING, current, last_year
from accounts.ledger.people import owner_text
from accounts.ledger.preview import label_of
from accounts.ledger.sales.columns import COLUMNS as SALES_COLUMNS
from accounts.models import Account, SalesLine, TierPolicy
from accounts.querysets.account import AccountQuerySet
from accounts.tiering import BulkJudge
from staff import policy
from staff.models import Region, User

REASON_FROM = policy.Number(
    "export.reason_from",
    _("Rows from which an export needs a reason"),
    1_000,
    "S5-5-10",
    most=1_000_000,
    question=_("From how many customers on must somebody say why they take them out?"),
)
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}
LONGEST_CELL = 32_767
CHUNK = 2_000

Row = Sequence[Any]


@dataclass(frozen=True)
class Head:
    """One column of the workbook."""

    text: str
    width: int = 16
    number_format: str = ""


@dataclass(frozen=True)
class Sheet:
    """What is exported: how many rows, and how to make its head and rows."""

    label: Any
    count: Callable[[AccountQuerySet, User], int]
    make: Callable[[AccountQuerySet, User], tuple[list[Head], Iterable[Row]]]


def head_of(column: Column, prefix: str = "") -> Head:
    return Head(f"{prefix}{label_of(column)}", column.width, column.number_format)


def year_before(column: Column, year: int) -> str:
    return f"{year} " if str(column.label).isascii() else f"{year}"


def ids_of(accounts: AccountQuerySet) -> list[int]:
    """Fixed now, so that the rows counted, logged and written are the same."""
    return list(accounts.order_by("name_pinyin", "pk").values_list("pk", flat=True))


def chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def fetched(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, tuple(parameters))
        return list(cursor.fetchall())


# --- Customers --------------------------------------------------------------------------------


def customer_sheet(accounts: AccountQuerySet, user: User) -> tuple[list[Head], Iterable[Row]]:
    ids = ids_of(accounts)
    year = last_year()
    columns = list(COLUMNS)
    extras = extra_keys("accounts_account", "id", ids)
    heads = [head_of(c, year_before(c, year) if c.name == "annual_volume" else "") for c in columns]
    heads.append(Head(str(INFORMING[0]), 16, MONEY_FORMAT))
    heads += [Head(key) for key in extras]
    return heads, customer_rows(ids, columns, extras, year, user)


def customer_rows(
    ids: list[int], columns: list[Column], extras: list[str], year: int, user: User
) -> Iterator[Row]:
    # SECURITY: a parent outside the scope is not named
    seen, parameters = "true", list[Any]()
    if not user.is_top_manager:
        visible = Account.objects.visible_to(user).order_by().values("pk").query
        scope, scope_parameters = visible.sql_with_params()
        seen, parameters = f"pa.id IN ({scope})", list(scope_parameters)
    translate = [translator(column) for column in columns]
    judgements = [column.name for column in columns if column.group == "judgement"]
    answers = ", ".join(
        f"max(value) FILTER (WHERE kind = '{kind}') AS {kind}" for kind in judgements
    )
    selected = ", ".join(
        f"j.{column.name}" if column.group == "judgement" else current(column) for column in columns
    )
    # Looked up customer by customer: a plan made before the tables' figures are known, right after
    # a large import, otherwise goes through all volumes once for each.
    sql = f"""SELECT {selected}, a.annual_volume, a.extra::text FROM accounts_account a
        JOIN unnest(%s::bigint[]) WITH ORDINALITY AS wanted(id, place) ON wanted.id = a.id
        LEFT JOIN LATERAL (
            SELECT c.* FROM accounts_contactperson c
            WHERE c.account_id = a.id AND c.is_primary AND c.left_on IS NULL LIMIT 1
        ) p ON true
        LEFT JOIN LATERAL (
            SELECT y.amount FROM accounts_annualvolume y WHERE y.account_id = a.id
                AND y.basis = 'declared' AND y.period_from = %s AND y.period_to = %s LIMIT 1
        ) v ON true
        LEFT JOIN accounts_account pa ON pa.id = a.parent_id AND {seen}
        LEFT JOIN LATERAL (
            SELECT g.number, g.kind, g.signed_on, g.ends_on FROM accounts_agreement g
            WHERE g.account_id = a.id AND g.signed_on IS NOT NULL
            ORDER BY g.starts_on DESC, g.id DESC LIMIT 1
        ) g ON true
        LEFT JOIN (
            SELECT account_id, {answers} FROM accounts_judgement
            WHERE account_id = ANY(%s) GROUP BY account_id
        ) j ON j.account_id = a.id
        ORDER BY wanted.place"""
    period = (dt.date(year, 1, 1), dt.date(year, 12, 31))
    width = len(columns)
    for part in chunks(ids):
        for row in fetched(sql, [part, *period, *parameters, part]):
            values = [
                make(value) if value else None
                for make, value in zip(translate, row[:width], strict=True)
            ]
            yield [*values, row[width], *of_extra(row[width + 1], extras)]


def translator(column: Column) -> Callable[[str], Any]:
    """From a canonical text to what stands in the cell."""
    if column.choices:
        labels = {code: str(label) for code, label in column.choices}
        return lambda value: labels.get(value, value)
    if column.name == "owner":
        people = {str(p.pk): owner_text(p.name, p.employee_number) for p in User.objects.all()}
        return lambda value: people.get(value, value)
    if column.name == "region":
        regions = {str(region.pk): region.name for region in Region.objects.all()}
        return lambda value: regions.get(value, value)
    if column.cast == "smallint" or column.cast.startswith("numeric"):
        return Decimal
    if column.cast == "date":
        return dt.date.fromisoformat
    return str


def extra_keys(table: str, key: str, ids: list[int]) -> list[str]:
    found: dict[str, None] = {}
    for part in chunks(ids):
        for (name,) in fetched(
            f"SELECT DISTINCT jsonb_object_keys(extra) FROM {table} WHERE {key} = ANY(%s)", [part]
        ):
            found.setdefault(name)
    return sorted(found)


def of_extra(text: str | None, keys: list[str]) -> list[Any]:
    if not keys or not text or text == "{}":
        return [None] * len(keys)
    extra = json.loads(text)
    return [extra.get(key) for key in keys]


# --- Sales lines, verdicts --------------------------------------------------------------------


def lines_of(accounts: AccountQuerySet, user: User) -> QuerySet[SalesLine]:
    return SalesLine.objects.filter(account__in=accounts.order_by().values("pk"))


def sales_sheet(accounts: AccountQuerySet, user: User) -> tuple[list[Head], Iterable[Row]]:
    lines = lines_of(accounts, user).order_by("sold_on", "pk")
    extras = extra_keys("accounts_salesline", "account_id", ids_of(accounts))
    names = (
        "sold_on", "account__code", "account__name", "document", "line", "product_code", "product",
        "quantity", "unit_price", "amount", "cost", "profit", "source", "pk", "extra",
    )  # fmt: skip

    def rows() -> Iterator[Row]:
        for *values, extra in lines.values_list(*names).iterator(CHUNK):
            yield [*values, *(extra.get(key) for key in extras)]

    heads = [head_of(column) for column in SALES_COLUMNS]
    return [*heads, *(Head(key) for key in extras)], rows()


def verdict_sheet(accounts: AccountQuerySet, user: User) -> tuple[list[Head], Iterable[Row]]:
    in_force = TierPolicy.objects.in_force()
    judge = BulkJudge(in_force.rules())
    named = accounts.order_by().values_list("pk", "code", "name")
    names = {pk: (code, name) for pk, code, name in named}

    def rows() -> Iterator[Row]:
        for row in tier_facts.rows(accounts, judge.policy.kinds, in_force.judged_per):
            outcome = judge.outcome(row.amount, row.values)
            yield [
                *names[row.pk],
                row.tier,
                row.amount,
                " / ".join(outcome.passing),
                " / ".join(outcome.possible),
                gettext("yes") if outcome.is_gap else "",
                outcome.settled_tier,
            ]

    heads = [
        Head(gettext("Code")),
        Head(gettext("Name"), 32),
        Head(gettext("Tier")),
        Head(str(INFORMING[0]), 18, MONEY_FORMAT),
        *(Head(str(label), 20) for label in INFORMING[1:]),
    ]
    return heads, rows()


SHEETS = {
    "customers": Sheet(_("Customers"), lambda a, u: a.order_by().count(), customer_sheet),
    "sales": Sheet(_("Sales lines"), lambda a, u: lines_of(a, u).count(), sales_sheet),
    "verdicts": Sheet(_("Tier verdicts"), lambda a, u: a.order_by().count(), verdict_sheet),
}


def sheets() -> dict[str, Sheet]:
    """What can be exported, with what the apps above add in their `ledgers.py`."""
    kinds()
    return SHEETS


# --- Writing ----------------------------------------------------------------------------------


def write(kind: str, accounts: AccountQuerySet, user: User, out: IO[bytes]) -> int:
    """Write the workbook; the number of rows. Texts stay texts, whatever they begin with."""
    sheet = sheets()[kind]
    heads, rows = sheet.make(accounts, user)
    count = 0
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        page = book.add_worksheet(str(sheet.label)[:31])
        bold = book.add_format({"bold": True, "bg_color": "#E9F0F9", "text_wrap": True})
        formats = []
        for place, head in enumerate(heads):
            made = book.add_format({"num_format": head.number_format or "@"})
            formats.append(made)
            page.set_column(place, place, head.width)
            page.write_string(0, place, head.text, bold)
        page.freeze_panes(1, 1)
        text, number, day = page.write_string, page.write_number, page.write_datetime
        for count, row in enumerate(rows, 1):
            for place, value in enumerate(row):
                if value is None or value == "":
                    continue
                if value.__class__ is str:
                    text(count, place, value[:LONGEST_CELL])
                elif isinstance(value, Decimal | int | float):
                    number(count, place, value, formats[place])
                elif isinstance(value, dt.date):
                    day(count, place, naive(value), formats[place])
                else:
                    text(count, place, str(value)[:LONGEST_CELL])
        if count:
            page.autofilter(0, 0, count, len(heads) - 1)
    return count


def naive(value: dt.date) -> dt.date:
    if isinstance(value, dt.datetime) and value.tzinfo:
        return timezone.make_naive(value)
    return value


def to_file(kind: str, accounts: AccountQuerySet, user: User) -> tuple[IO[bytes], int]:
    """A temporary file, open at its start, and its rows."""
    file = tempfile.SpooledTemporaryFile(max_size=8_000_000)  # noqa: SIM115
    count = write(kind, accounts, user, file)
    file.seek(0)
    return file, count


def to_bytes(kind: str, accounts: AccountQuerySet, user: User) -> bytes:
    out = io.BytesIO()
    write(kind, accounts, user, out)
    return out.getvalue()


def needs_reason(count: int) -> bool:
    return count >= policy.in_force()[REASON_FROM]


def all_of(user: User) -> AccountQuerySet:
    return Account.objects.visible_to(user)
