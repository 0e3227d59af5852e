"""Duties: what the rule book obliges people to do, and the memory of how they kept it.

A duty is declared in the `duties.py` of the app that owns the facts. Its `source` is a queryset of
what the facts ask for: one row per thing, with the person, the account, the subject and the day
the clock started. `synchronise()` turns these rows into `Obligation`s, set-based and idempotent:
new ones are opened, changed ones follow their person and date, and those no longer asked for are
closed, as *done* where `evidence` shows it, else as *lapsed*.

    register(Duty(code="information.confirm", article="S4-6.3", ...))
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules

from staff import policy
from staff.articles import get_article
from staff.models import Obligation, User

Text = str | Promise
Day = dt.date
Statement = tuple[str, list[Any]]
P = ParamSpec("P")
R = TypeVar("R")

# The columns of a duty's `source`, in this order, and of its `evidence`.
SOURCE_COLUMNS = ("person", "account", "subject", "since")
EVIDENCE_COLUMNS = ("account", "subject", "done_on")


@dataclass(frozen=True)
class Duty:
    """One thing the rule book asks for, again and again, of whoever is responsible.

    `source(values, today)` yields SOURCE_COLUMNS; `due(values, since)` gives the day;
    `opens_before` says how many days before that day it appears on the desk.
    `evidence(values)` yields EVIDENCE_COLUMNS of what was done. `act` is the address of the page
    where one obligation is settled; `settle(obligations, actor)`, where there is one, settles a
    whole group at once. `names` says what each obligation is about, in one query for many.
    `departure(person, actor)` opens what a leaver leaves behind, and says for which accounts.
    `of_accounts` is false where what is asked is never about one customer.
    """

    code: str
    article: str
    title: Text
    statement: Text
    who: Text
    source: Callable[[policy.Values, Day], QuerySet[Any]]
    due: Callable[[policy.Values, Day], Day]
    act: Callable[[Obligation], str]
    names: Callable[[Iterable[Obligation]], dict[int, str]]
    evidence: Callable[[policy.Values], QuerySet[Any]] | None = None
    keys: Sequence[policy.PolicyKey[Any]] = ()
    opens_before: int = 0
    act_label: Text = ""
    settle: Callable[[Sequence[Obligation], User], None] | None = None
    departure: Callable[[User, User], list[int]] | None = None
    of_accounts: bool = True


DUTIES: dict[str, Duty] = {}


def register(duty: Duty) -> None:
    """Take a duty up; raises KeyError when its article does not exist."""
    get_article(duty.article)
    DUTIES[duty.code] = duty


def autodiscover() -> None:
    """Read the `duties.py` of every app, as the admin does with `admin.py`."""
    autodiscover_modules("duties")


def depending_on(key: policy.PolicyKey[Any]) -> list[Duty]:
    """The duties whose days or scope rest on one policy value."""
    return [duty for duty in DUTIES.values() if key in duty.keys]


def of_article(code: str) -> list[Duty]:
    """The duties that carry out one article."""
    return [duty for duty in DUTIES.values() if get_article(duty.article).code == code]


@dataclass(frozen=True)
class Change:
    """What one synchronisation did."""

    opened: int
    updated: int
    closed: int


# Up to so many accounts it pays to ask first which duties have anything to do.
FEW_ACCOUNTS = 20

SYNCHRONISE = """
WITH asked (person, account, subject, since) AS MATERIALIZED ({source}),
calendar (since, due_on) AS (SELECT unnest(%s::date[]), unnest(%s::date[])),
wanted AS MATERIALIZED (
    SELECT person, account, subject, since, due_on FROM asked JOIN calendar USING (since)
    WHERE due_on - %s <= %s
),
written AS (
    INSERT INTO staff_obligation AS known
        (duty, person_id, account_id, subject, since, due_on, opened_on, outcome)
    SELECT %s, person, account, subject, since, due_on, %s, '' FROM wanted
    ON CONFLICT (duty, account_id, subject, since) DO UPDATE
    SET person_id = excluded.person_id, due_on = excluded.due_on, closed_on = NULL, outcome = ''
    WHERE (known.person_id, known.due_on, known.outcome)
        IS DISTINCT FROM (excluded.person_id, excluded.due_on, '')
    RETURNING xmax = 0 AS is_new
),
done (account, subject, done_on) AS ({evidence}),
gone AS (
    SELECT id, opened_on, account_id, subject FROM staff_obligation AS known
    WHERE duty = %s AND closed_on IS NULL {only}
    AND NOT EXISTS (
        SELECT FROM wanted
        WHERE coalesce(wanted.account, 0) = coalesce(known.account_id, 0)
        AND wanted.subject = known.subject AND wanted.since = known.since
    )
),
ended AS (
    SELECT gone.id, max(done.done_on) AS done_on FROM gone
    LEFT JOIN done ON coalesce(done.account, 0) = coalesce(gone.account_id, 0)
        AND done.subject = gone.subject AND done.done_on >= gone.opened_on
    GROUP BY gone.id
),
closed AS (
    UPDATE staff_obligation AS known
    SET closed_on = coalesce(ended.done_on, %s),
        outcome = CASE WHEN ended.done_on IS NULL THEN 'lapsed' ELSE 'done' END
    FROM ended WHERE known.id = ended.id
    RETURNING 1
)
SELECT (SELECT count(*) FROM written WHERE is_new),
       (SELECT count(*) FROM written WHERE NOT is_new),
       (SELECT count(*) FROM closed)
"""
# What one duty asks of some accounts, among those of others.
ASKED_OF = """
SELECT %s::text, person::bigint, account::bigint, subject::text, since::date
FROM ({source}) AS rows ({columns}) WHERE account = ANY(%s)
"""
NO_EVIDENCE = "SELECT NULL::bigint, NULL::text, NULL::date WHERE false"


def as_sql(rows: QuerySet[Any], columns: Sequence[str], only: list[int] | None) -> Statement:
    """A queryset as SQL, cut down to some accounts when `only` is given."""
    sql, params = rows.query.sql_with_params()
    if only is None:
        return sql, list(params)
    return (
        f"SELECT * FROM ({sql}) AS rows ({', '.join(columns)}) WHERE account = ANY(%s)",  # noqa: S608
        [*params, only],
    )


@transaction.atomic
def synchronise(
    duty: Duty,
    *,
    today: Day | None = None,
    accounts: Iterable[int] | None = None,
    values: policy.Values | None = None,
) -> Change:
    """Bring one duty's obligations in line with the facts, for all accounts or for some.

    Idempotent, set-based; safe to be killed at any moment. A run for all accounts and any other
    wait for each other; runs for some accounts do where they share one (see `moved`).
    """
    today = today or timezone.localdate()
    values = values or policy.in_force(today)
    only = None if accounts is None else sorted(accounts)
    source, source_params = as_sql(duty.source(values, today), SOURCE_COLUMNS, only)
    evidence, evidence_params = NO_EVIDENCE, list[Any]()
    if duty.evidence:
        evidence, evidence_params = as_sql(duty.evidence(values), EVIDENCE_COLUMNS, only)
    with connection.cursor() as cursor:
        shared = "_shared" if only is not None and len(only) <= FEW_ACCOUNTS else ""
        cursor.execute(f"SELECT pg_advisory_xact_lock{shared}(hashtext(%s))", [duty.code])
        cursor.execute(
            f"SELECT DISTINCT since FROM ({source}) AS rows ({', '.join(SOURCE_COLUMNS)})",  # noqa: S608
            source_params,
        )
        starts = [since for (since,) in cursor.fetchall()]
        cursor.execute(
            SYNCHRONISE.format(
                source=source,
                evidence=evidence,
                only="" if only is None else "AND account_id = ANY(%s)",
            ),
            [
                *source_params,
                starts,
                [duty.due(values, since) for since in starts],
                duty.opens_before,
                today,
                duty.code,
                today,
                *evidence_params,
                duty.code,
                *([] if only is None else [only]),
                today,
            ],
        )
        return Change(*cursor.fetchone())


def synchronise_all(
    *, today: Day | None = None, accounts: Iterable[int] | None = None
) -> dict[str, Change]:
    """Every duty that needs it, one transaction each when run for all accounts (nightly)."""
    today = today or timezone.localdate()
    only = None if accounts is None else sorted(set(accounts))
    values = policy.in_force(today)
    codes = DUTIES if only is None or len(only) > FEW_ACCOUNTS else moved(only, values, today)
    return {
        code: synchronise(DUTIES[code], today=today, accounts=only, values=values) for code in codes
    }


@transaction.atomic
def moved(accounts: list[int], values: policy.Values, today: Day) -> list[str]:
    """Codes of the duties whose open obligations are not what the facts of these accounts ask for.

    One statement for all duties: hardly any step of work moves more than one or two of them. Until
    the transaction ends, whoever else looks at one of these accounts waits: two steps that each
    move nothing may together.
    """
    asked, params = [], []
    for code, (sql, of_source) in sources(values, today).items():
        asked.append(ASKED_OF.format(source=sql, columns=", ".join(SOURCE_COLUMNS)))
        params += [code, *of_source, accounts]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('duties of a customer'), id::int)"
            " FROM unnest(%s::bigint[]) AS id",
            [accounts],
        )
        cursor.execute(" UNION ALL ".join(asked), params)
        wanted = {
            (code, person, account, subject, since, due_on)
            for code, person, account, subject, since in cursor.fetchall()
            if (due_on := DUTIES[code].due(values, since))
            - dt.timedelta(days=DUTIES[code].opens_before)
            <= today
        }
    kept = Obligation.objects.open().filter(account_id__in=accounts)
    found = set(kept.values_list("duty", "person_id", "account_id", "subject", "since", "due_on"))
    differing = {row[0] for row in wanted ^ found}
    return [code for code in DUTIES if code in differing]


def sources(values: policy.Values, today: Day) -> dict[str, Statement]:
    """The `source` of every duty about customers, as SQL by code.

    Putting querysets into SQL takes longer than running it, so that of a day and its values is
    kept; not of a source that has to read something first, which may be different next time.
    """
    kept = _kept_sources(values.digest, today)
    read: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        read.append(sql)
        return execute(sql, *rest)

    found = {}
    with connection.execute_wrapper(note):
        for duty in DUTIES.values():
            if not duty.of_accounts:
                continue
            if duty.source in kept:
                found[duty.code] = kept[duty.source]
                continue
            before = len(read)
            found[duty.code] = as_sql(duty.source(values, today), SOURCE_COLUMNS, None)
            if len(read) == before:
                kept[duty.source] = found[duty.code]
    return found


@lru_cache(maxsize=2)
def _kept_sources(values: str, today: Day) -> dict[Callable[..., Any], Statement]:
    return {}


def departed(person: User, *, actor: User) -> None:
    """Somebody's login has ended: what that asks of the others, in the same transaction."""
    touched: set[int] = set()
    for duty in DUTIES.values():
        if duty.departure:
            touched.update(duty.departure(person, actor))
    if touched:
        synchronise_all(accounts=touched)


def would_ask(duty: Duty, values: policy.Values, today: Day) -> list[tuple[int | None, Day]]:
    """(person, due day) of everything a duty would ask for under other values; writes nothing."""
    found = []
    for person, _account, _subject, since in duty.source(values, today):
        due_on = duty.due(values, since)
        if due_on - dt.timedelta(days=duty.opens_before) <= today:
            found.append((person, due_on))
    return found


def followed(change: Callable[Concatenate[Any, P], R]) -> Callable[Concatenate[Any, P], R]:
    """Let a workflow step bring its customer's obligations in line, in its own transaction.

    The step's first argument is the customer or something that belongs to it.
    """

    @wraps(change)
    def step(subject: Any, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic():
            result = change(subject, *args, **kwargs)
            synchronise_all(accounts=[getattr(subject, "account_id", None) or subject.pk])
        return result

    return step
