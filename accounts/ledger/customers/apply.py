"""The staged rows of a customer ledger become customers, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.ledger import agreements, belonging
from accounts.ledger.customers.columns import F, period
from accounts.ledger.names import fill_names
from accounts.ledger.run import (
    STAGED,
    Run,
    execute,
    given,
    one,
    rows,
)
from accounts.models import (
    Account,
    HandoverOrigin,
    VolumeBasis,
)
from accounts.workflow import handover, tiering
from accounts.workflow.volume import choose_for
from staff.models import Role


def apply(run: Run) -> Mapping[str, int]:
    """Write the staged rows; the caller holds the transaction and the lock.

    Rows that no longer stand as previewed are marked `moved` and left alone.
    """
    mark_moved(run)
    run.progress.at("writing")
    number_new(run)
    # People and volumes first (the constraint waits for the end of the transaction): so a new
    # customer's search text and judged volume are right when it is inserted, and written once.
    write_contacts(run)
    write_volumes(run)
    created = insert_new(run)
    updated = update_changed(run)
    belonging.write(run)
    agreements.carry_over(run)
    choose_volumes(run)
    write_judgements(run)
    write_owners(run)
    carry_over_tiers(run)
    return {"created": created, "updated": updated}


def mark_moved(run: Run) -> None:
    rows(
        f"""SELECT a.id FROM accounts_account a JOIN {STAGED} r ON r.account_id = a.id
        WHERE r.ledger_import_id = %s AND r.verdict = 'changed' ORDER BY a.id FOR UPDATE OF a""",
        [run.pk],
    )
    execute(
        f"""UPDATE {STAGED} r SET verdict = 'moved' FROM accounts_account a
        WHERE r.ledger_import_id = %s AND r.verdict = 'changed' AND a.id = r.account_id
            AND a.version <> r.version""",
        [run.pk],
    )
    taken = [
        f"a.{name} = {run.staged(name)} AND a.{name} <> ''"
        for name in ("code", "credit_code")
        if run.has(name)
    ]
    if not run.has("code"):
        taken.append(f"a.name = {run.staged('name')}")
    execute(
        f"""UPDATE {STAGED} r SET verdict = 'moved' FROM accounts_account a
        WHERE r.ledger_import_id = %s AND r.verdict IN ('new', 'changed')
            AND a.id IS DISTINCT FROM r.account_id
            AND a.merged_into_id IS NULL AND a.voided_at IS NULL AND ({" OR ".join(taken)})"""
        if len(taken) == 1
        else f"""UPDATE {STAGED} r SET verdict = 'moved' WHERE r.ledger_import_id = %s
            AND r.verdict IN ('new', 'changed') AND r.id IN ({
            " UNION ALL ".join(
                f"SELECT r.id FROM {STAGED} r JOIN accounts_account a ON {condition}"
                f" WHERE r.ledger_import_id = {run.pk:d} AND a.id IS DISTINCT FROM r.account_id"
                " AND a.merged_into_id IS NULL AND a.voided_at IS NULL"
                for condition in taken
            )
        })""",
        [run.pk],
    )


def number_new(run: Run) -> None:
    """Give each new row its customer's id first, so that everything else can refer to it."""
    execute(
        f"""UPDATE {STAGED} SET account_id = nextval(pg_get_serial_sequence(
            'accounts_account', 'id')) WHERE ledger_import_id = %s AND verdict = 'new'""",
        [run.pk],
    )


def insert_new(run: Run) -> int:
    names, values, parameters = [], [], []
    for field in Account._meta.concrete_fields:
        if field.generated:
            continue
        names.append(str(field.column))
        sql, given_values = new_value(run, field)
        values.append(sql)
        parameters += given_values
    return execute(
        f"INSERT INTO accounts_account ({', '.join(names)}) SELECT {', '.join(values)}"
        f" FROM {STAGED} r LEFT JOIN accounts_annualvolume v ON v.account_id = r.account_id"
        # Neighbours by pinyin are neighbours in six indexes.
        " WHERE r.ledger_import_id = %s AND r.verdict = 'new' ORDER BY r.pinyin, r.number",
        [*parameters, run.pk],
    )


def new_value(run: Run, field: Any) -> tuple[str, list[Any]]:
    """A column of a new customer, as SQL with its parameters."""
    default = field.get_db_prep_save(field.get_default(), connection)
    match field.name:
        case "id":
            return "r.account_id", []
        case "name_pinyin":
            return f"left(r.pinyin, {field.max_length})", []
        case "name_initials":
            return f"left(r.initials, {field.max_length})", []
        case "extra":
            return "coalesce(r.extra, '{}'::jsonb)", []
        case "annual_volume" if is_judged(run):
            return "v.amount", []
        case "annual_volume_fact" if is_judged(run):
            return "v.id", []
        case "created_at" | "updated_at":
            return "now()", []
        case "created_by":
            return "%s::bigint", [run.actor.pk]
        case "region" if not run.actor.is_manager and run.actor.region_id:
            return f"coalesce({cell(run, 'region')}, %s::bigint)", [run.actor.region_id]
    column = run.kind.by_name.get(field.name) if field.name != "tier" else None
    if column is None or not run.has(column.name) or column.group not in ("account", "decision"):
        return f"%s::{field.db_type(connection)}", [default]
    return f"coalesce({cell(run, column.name)}, %s)", [default]


def is_judged(run: Run) -> bool:
    """Whether a new customer's stated volume is what its tier is judged on."""
    return run.has("annual_volume") and run.options["volume_basis"] != VolumeBasis.EXPECTED


def choose_volumes(run: Run) -> None:
    """What each customer is judged on; a new one has its stated volume already.

    An expected figure counts for prospects only, so that a new standing may bring another.
    """
    if run.has("annual_volume") or run.has("standing"):
        moved = f"{WRITTEN} AND (r.changes ?| ARRAY['annual_volume', 'standing']"
        is_new_due = run.has("annual_volume") and not is_judged(run)
        moved += " OR r.verdict = 'new')" if is_new_due else ")"
        choose_for([row[0] for row in rows(f"SELECT r.account_id FROM {moved}", [run.pk])])


def stated(run: Run) -> str:
    """SQL: the rows whose annual volume is new to us."""
    return f"{WRITTEN} AND (r.verdict = 'new' OR r.changes ? 'annual_volume')"


def cell(run: Run, name: str) -> str:
    """A staged cell as the type of its column; NULL where empty or emptied."""
    if not run.has(name):
        return "NULL::bigint"
    column = run.kind.by_name[name]
    value = given(run.staged(name))
    if column.cast == "former_names":
        return f"string_to_array({value}, '、')::varchar(200)[]"
    return value if column.cast == "text" else f"{value}::{column.cast}"


def update_changed(run: Run) -> int:
    """Change what the file says and leave what it leaves empty.

    Only columns that change somewhere are written: the others would wake triggers and indexes.
    """
    found = rows(
        f"""SELECT DISTINCT jsonb_object_keys(r.changes) FROM {STAGED} r
        WHERE r.ledger_import_id = %s AND r.verdict = 'changed'""",
        [run.pk],
    )
    moved = {row[0] for row in found}
    sets = []
    for column in run.fields:
        if column.group not in ("account", "decision") or column.name == "tier":
            continue
        if column.name not in moved:
            continue
        target = F(column.name).column
        raw = run.staged(column.name)
        empty = column.empty or "NULL"
        if column.cast == "former_names":
            empty = "'{}'"
        sets.append(
            f"{target} = CASE WHEN {raw} IS NULL THEN a.{target}"
            f" WHEN {raw} = E'\\x01' THEN {empty} ELSE {cell(run, column.name)} END"
        )
    if "name" in moved:
        sets.append("name_pinyin = coalesce(nullif(left(r.pinyin, 600), ''), a.name_pinyin)")
        sets.append("name_initials = coalesce(nullif(left(r.initials, 200), ''), a.name_initials)")
    if "extra" in moved:
        sets.append("extra = a.extra || coalesce(r.extra, '{}')")
    if sets:
        execute(
            f"UPDATE accounts_account a SET {', '.join(sets)} FROM {STAGED} r"
            " WHERE r.ledger_import_id = %s AND r.verdict = 'changed' AND a.id = r.account_id"
            " AND a.version = r.version",
            [run.pk],
        )
    return int(
        one(
            f"SELECT count(*) FROM {STAGED} WHERE ledger_import_id = %s AND verdict = 'changed'",
            [run.pk],
        )[0]
    )


WRITTEN = f"{STAGED} r WHERE r.ledger_import_id = %s AND r.verdict IN ('new', 'changed')"


def write_contacts(run: Run) -> None:
    """Change the contact person of that name, or add one; the first of a customer is primary."""
    columns = run.of_group("contact")
    if not columns:
        return
    names = [column.name.removeprefix("contact_") for column in columns]
    name = given(run.staged("contact_name"))
    sets = ", ".join(
        f"{target} = CASE WHEN {run.staged(column.name)} IS NULL THEN p.{target}"
        f" ELSE coalesce({given(run.staged(column.name))}, '') END"
        for column, target in zip(columns, names, strict=True)
        if column.name != "contact_name"
    )
    find = (
        "SELECT c.id FROM accounts_contactperson c WHERE c.account_id = r.account_id"
        f" AND c.left_on IS NULL AND ({name} IS NULL AND c.is_primary OR c.name = {name})"
        " ORDER BY c.is_primary DESC, c.id LIMIT 1"
    )
    filled = " OR ".join(f"{given(run.staged(column.name))} IS NOT NULL" for column in columns)
    quoted = ", ".join(f"'{column.name}'" for column in columns)
    if sets:
        execute(
            f"UPDATE accounts_contactperson p SET {sets} FROM {STAGED} r"
            f" WHERE r.ledger_import_id = {run.pk:d} AND r.verdict = 'changed'"
            f" AND r.changes ?| ARRAY[{quoted}] AND p.id = ({find})"
        )
    # A customer who has the person already needs none; a new one has nobody yet.
    wanted = f"""r.ledger_import_id = {run.pk:d} AND ({filled}) AND (r.verdict = 'new'
        OR r.verdict = 'changed' AND r.changes ?| ARRAY[{quoted}] AND NOT EXISTS ({find}))"""
    named = f"SELECT DISTINCT {name} FROM {STAGED} r WHERE {wanted} AND {name} IS NOT NULL"
    fill_names(run, names=named)
    values = ", ".join(
        f"coalesce({given(run.staged(column.name))}, '')"
        for column in columns
        if column.name != "contact_name"
    )
    others = [target for target in names if target != "name"]
    blank = {"position", "department", "mobile", "phone", "email", "wechat", "note"} - set(others)
    execute(
        f"""INSERT INTO accounts_contactperson (account_id, name, name_pinyin, name_initials,
            {"".join(f"{target}, " for target in others)}
            {"".join(f"{target}, " for target in sorted(blank))} role, is_primary)
        SELECT r.account_id, coalesce({name}, '—'), left(coalesce(n.pinyin, ''), 200),
            left(coalesce(n.initials, ''), 50), {values + ", " if values else ""}
            {"".join("'', " for _ in blank)} 'other',
            r.verdict = 'new' OR NOT EXISTS (SELECT 1 FROM accounts_contactperson c
                WHERE c.account_id = r.account_id AND c.is_primary AND c.left_on IS NULL)
        FROM {STAGED} r LEFT JOIN ledger_names n ON n.name = {name} WHERE {wanted}"""
    )


def write_judgements(run: Run) -> None:
    today = timezone.localdate()
    for column in run.of_group("judgement"):
        execute(
            f"""INSERT INTO accounts_judgement (account_id, kind, value, judged_by_id, judged_on,
                note)
            SELECT r.account_id, %s, {run.staged(column.name)}, %s, %s, %s FROM {WRITTEN}
                AND {run.staged(column.name)} IS NOT NULL
            ON CONFLICT (account_id, kind) DO UPDATE SET value = excluded.value,
                judged_by_id = excluded.judged_by_id, judged_on = excluded.judged_on,
                note = excluded.note
            WHERE accounts_judgement.value <> excluded.value""",
            [column.name, run.actor.pk, today, run.ledger_import.name[:500], run.pk],
        )


def write_volumes(run: Run) -> None:
    """The stated year of each customer, and the copy that its tier is judged on."""
    if not run.has("annual_volume"):
        return
    first, last = period(run)
    execute(
        f"""INSERT INTO accounts_annualvolume (account_id, basis, period_from, period_to, amount,
            source, source_note, as_of, entered_by_id, entered_at)
        SELECT r.account_id, %s, %s, %s, {run.staged("annual_volume")}::numeric(18,4), %s, %s, %s,
            %s, now() FROM {stated(run)} AND {run.staged("annual_volume")} IS NOT NULL
        ON CONFLICT (account_id, basis, period_from, period_to) DO UPDATE SET
            amount = excluded.amount, source = excluded.source,
            source_note = excluded.source_note, as_of = excluded.as_of,
            entered_by_id = excluded.entered_by_id, entered_at = excluded.entered_at
        WHERE accounts_annualvolume.amount <> excluded.amount""",
        [
            run.options["volume_basis"], first, last, "ledger", run.ledger_import.name[:200],
            min(last, timezone.localdate()), run.actor.pk, run.pk,
        ],
    )  # fmt: skip


def write_owners(run: Run) -> None:
    """A named owner takes over; a specialist's new customers are theirs."""
    owner = cell(run, "owner")
    default = "NULL"
    if run.actor.role == Role.SPECIALIST or (
        run.actor.is_superior and not run.actor.is_manager and not run.actor.region_id
    ):
        default = str(run.actor.pk)
    wanted = f"CASE WHEN r.verdict = 'new' THEN coalesce({owner}, {default}) ELSE {owner} END"
    if not run.has("owner") and default == "NULL":
        return
    execute("DROP TABLE IF EXISTS ledger_owners")
    execute(
        f"""CREATE TEMP TABLE ledger_owners ON COMMIT DROP AS
        SELECT r.account_id, a.owner_id AS before, {wanted} AS user_id FROM {STAGED} r
        JOIN accounts_account a ON a.id = r.account_id
        WHERE r.ledger_import_id = {run.pk:d} AND r.verdict IN ('new', 'changed')
            AND {wanted} IS DISTINCT FROM a.owner_id AND {wanted} IS NOT NULL"""
    )
    today = timezone.localdate()
    execute(
        """UPDATE accounts_assignment s SET ended_on = greatest(%s, s.started_on), ended_by_id = %s
        FROM ledger_owners o WHERE s.account_id = o.account_id AND s.ended_on IS NULL
            AND (s.kind = 'owner' OR s.user_id = o.user_id)""",
        [today, run.actor.pk],
    )
    execute(
        """INSERT INTO accounts_assignment (account_id, user_id, kind, started_on, reason,
            assigned_by_id) SELECT account_id, user_id, 'owner', %s, %s, %s FROM ledger_owners""",
        [today, run.ledger_import.name[:200], run.actor.pk],
    )
    changes = rows("SELECT account_id, before, user_id FROM ledger_owners WHERE before IS NOT NULL")
    handover.open_for_changes(changes, actor=run.actor, origin=HandoverOrigin.IMPORT)


def carry_over_tiers(run: Run) -> None:
    """Tiers of an old ledger become the manager's decisions, listed for review."""
    if not run.has("tier"):
        return
    found = rows(
        f"""SELECT a.id, {run.staged("tier")} FROM {STAGED} r
        JOIN accounts_account a ON a.id = r.account_id
        WHERE r.ledger_import_id = %s AND r.verdict IN ('new', 'changed')
            AND {run.staged("tier")} <> a.tier""",
        [run.pk],
    )
    if found:
        today = timezone.localdate()
        tiering.carry_over(
            {pk: tiering.Choice(tier) for pk, tier in found},
            actor=run.actor,
            effective_on=today,
            file_name=run.ledger_import.name,
            dated=today,
        )
