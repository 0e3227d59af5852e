"""As many more customers as a benchmark or a trial wants, written straight as COPY text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from random import Random

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models, transaction
from django.utils import timezone

from accounts.demo import names
from accounts.demo.copying import next_keys
from accounts.demo.customers import FORMS
from accounts.judgements import ANSWERS, JudgementKind
from accounts.models import (
    Account,
    AnnualVolume,
    Assignment,
    AssignmentKind,
    ContactPerson,
    Judgement,
    Standing,
    VolumeBasis,
    VolumeSource,
)
from config.roles import connected_as_owner
from staff.models import Role, User
from staff.pinyin import full_pinyin, initials

CHUNK = 50_000
STANDINGS = [Standing.KEY, *[Standing.UNCLASSIFIED] * 3, *[Standing.SMALL_MEDIUM] * 4]
STANDINGS += [Standing.PROSPECT, Standing.FORMER]


@dataclass(frozen=True)
class Word:
    """A part of a name with its two readings, so that no name is spelled out twice."""

    text: str
    pinyin: str
    initials: str


def word(text: str) -> Word:
    return Word(text, full_pinyin(text), initials(text))


class Template:
    """One COPY line of a model: constants in their places, `{}` where a row differs."""

    def __init__(self, row: models.Model, *varying: str) -> None:
        self.table = row._meta.db_table
        self.columns = [str(field.column) for field in row._meta.concrete_fields]
        constants = {
            str(field.column): _text(
                field.get_db_prep_save(getattr(row, field.attname), connection)
            )
            for field in row._meta.concrete_fields
        }
        order = [column for column in self.columns if column not in varying]
        self.columns = [*varying, *order]
        self.rest = "".join("\t" + constants[column] for column in order) + "\n"

    def write(self, lines: Iterable[str]) -> None:
        columns = ", ".join(map(connection.ops.quote_name, self.columns))
        table = connection.ops.quote_name(self.table)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")  # carries the context of the trail into this transaction
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copying:
                for line in lines:
                    copying.write(line + self.rest)


def _text(value: object) -> str:
    """The COPY text of the defaults that occur here: nothing, a flag, a number, a word, {}."""
    match value:
        case None:
            return r"\N"
        case bool():
            return "t" if value else "f"
        case str() | int() | dt.date():
            return str(value)
    return "{}"  # an empty list or an empty JSON object


def _serial(number: int) -> str:
    """A serial of its own for each, beginning with M as those given out since 2015."""
    return f"M{'ABCDEFGH'[number // 1_000_000]}{number % 1_000_000:06}"


class Crowd:
    """Draws customers at random; everything expensive is worked out once per part."""

    def __init__(self, random: Random, people: Mapping[str, list[User]], today: dt.date) -> None:
        self.random, self.people, self.today = random, people, today
        self.places = [
            (city, word(place), side)
            for side, cities in (("shenlihua", names.EASTERN), ("liangzhiming", names.SOUTHERN))
            for city in cities
            for place in (city.name, *city.towns)
        ]
        brands = ["".join(letters) for letters in product(names.FIRST, names.SECOND, names.FIRST)]
        self.brands = [word(text) for text in random.sample(brands, 5_000)]
        self.trades = [(word(text), industry) for text, industry in names.TRADES.items()]
        self.forms = [word(form) for form in FORMS]
        self.contacts = [word(names.person_name(random)) for _ in range(500)]
        now = timezone.now()
        year = today.year - 1
        self.account = Template(
            Account(created_at=now, updated_at=now),
            *("id", "code", "name", "name_pinyin", "name_initials", "credit_code", "industry"),
            *("region_id", "province", "city", "phone", "standing", "owner_id"),
            *("annual_volume", "annual_volume_fact_id"),
        )
        self.assignment = Template(
            Assignment(kind=AssignmentKind.OWNER, started_on=today),
            *("id", "account_id", "user_id"),
        )
        self.contact = Template(
            ContactPerson(is_primary=True),
            *("id", "account_id", "name", "name_pinyin", "name_initials", "mobile"),
        )
        self.volume = Template(
            AnnualVolume(
                basis=VolumeBasis.SALES,
                source=VolumeSource.LEDGER,
                period_from=dt.date(year, 1, 1),
                period_to=dt.date(year, 12, 31),
                as_of=dt.date(year, 12, 31),
                entered_at=now,
            ),
            *("id", "account_id", "amount"),
        )
        self.judgement = Template(
            Judgement(judged_on=today), *("id", "account_id", "kind", "value", "judged_by_id")
        )

    def write(self, first: int, count: int) -> None:
        """Customers number `first` and following, with what belongs to each.

        Who looks after them and their contact persons come first: the triggers then find no
        customer to refresh, and the customer's own row is written once.
        """
        keys = list(next_keys(Account, count))
        owners = [self._draw_place() for _ in keys]
        amounts = [self._draw_amount() for _ in keys]
        facts = [
            (next_key, key, amount)
            for next_key, key, amount in zip(
                next_keys(AnnualVolume, count), keys, amounts, strict=True
            )
            if amount
        ]
        fact_of = {key: fact for fact, key, _ in facts}
        self._write_contacts(keys[::2])
        self.assignment.write(
            f"{new}\t{key}\t{owner[2].pk}"
            for new, key, owner in zip(next_keys(Assignment, count), keys, owners, strict=True)
        )
        self.account.write(
            self._account(first + i, key, owners[i], amounts[i], fact_of.get(key))
            for i, key in enumerate(keys)
        )
        self.volume.write(f"{fact}\t{key}\t{amount}" for fact, key, amount in facts)
        self._write_judgements(keys, owners)

    def _draw_place(self) -> tuple[names.City, Word, User]:
        city, place, side = self.random.choice(self.places)
        return city, place, self.random.choice(self.people[side])

    def _draw_amount(self) -> str:
        """Lognormal around 2万, unknown for three in ten."""
        if self.random.random() < 0.3:
            return ""
        return f"{self.random.lognormvariate(10, 1.6):.2f}"

    def _account(
        self,
        number: int,
        key: int,
        owner: tuple[names.City, Word, User],
        amount: str,
        fact: int | None,
    ) -> str:
        random, (city, place, user) = self.random, owner
        trade, industry = random.choice(self.trades)
        parts = (place, random.choice(self.brands), trade, random.choice(self.forms))
        code = names.make_credit_code(city.division, _serial(number)) if number % 3 else ""
        values = (
            str(key),
            f"P{number:08}",
            "".join(part.text for part in parts),
            "".join(part.pinyin for part in parts),
            "".join(part.initials for part in parts),
            code,
            industry,
            str(user.region_id),
            city.province,
            city.name,
            f"{city.dialling}-{number:08}",  # its own: a shared one would make twins of strangers
            random.choice(STANDINGS),
            str(user.pk),
            amount or r"\N",
            str(fact) if fact else r"\N",
        )
        return "\t".join(values)

    def _write_contacts(self, keys: list[int]) -> None:
        self.contact.write(
            f"{new}\t{key}\t{name.text}\t{name.pinyin}\t{name.initials}\t{names.mobile(self.random)}"
            for new, key, name in zip(
                next_keys(ContactPerson, len(keys)),
                keys,
                self.random.choices(self.contacts, k=len(keys)),
                strict=True,
            )
        )

    def _write_judgements(
        self, keys: list[int], owners: list[tuple[names.City, Word, User]]
    ) -> None:
        kinds = [JudgementKind.PAYMENT_REPUTATION, JudgementKind.GROWTH_POTENTIAL]
        asked = [
            (key, kind, user)
            for key, (_, _, user) in zip(keys, owners, strict=True)
            for kind in kinds
            if self.random.random() < 0.4
        ]
        answers = {kind: list(ANSWERS[kind]) for kind in kinds}
        self.judgement.write(
            f"{new}\t{key}\t{kind}\t{self.random.choice(answers[kind])}\t{user.pk}"
            for new, (key, kind, user) in zip(next_keys(Judgement, len(asked)), asked, strict=True)
        )


def _chunks(first: int, last: int) -> Iterator[tuple[int, int]]:
    for start in range(first, last, CHUNK):
        yield start, min(CHUNK, last - start)


def fill_up(total: int, *, seed: int) -> int:
    """Add customers until there are `total`, all or none; returns how many were added.

    As the owner of the tables, because the large indexes are built once, after the rows.
    """
    with connected_as_owner(), transaction.atomic(), pghistory.context(source="demo"):
        present = Account.objects.count()
        people = {
            username: list(User.objects.filter(reports_to__username=username, role=Role.SPECIALIST))
            for username in ("shenlihua", "liangzhiming")
        }
        crowd = Crowd(Random(seed + present), people, timezone.localdate())  # noqa: S311
        with _indexes_built_after(is_worth_it=total - present > CHUNK):
            for first, count in _chunks(present, total):
                crowd.write(first, count)
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return max(0, total - present)


@contextmanager
def _indexes_built_after(*, is_worth_it: bool) -> Iterator[None]:
    indexes = [index for index in Account._meta.indexes if isinstance(index, GinIndex)]
    if is_worth_it:
        with connection.schema_editor() as editor:
            for index in indexes:
                editor.remove_index(Account, index)
    yield
    if is_worth_it:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        with connection.schema_editor() as editor:
            for index in indexes:
                editor.add_index(Account, index)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
