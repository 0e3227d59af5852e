"""Whose row it is, what it would change, and why it is refused."""

from __future__ import annotations

from typing import Any

from accounts.ledger import agreements, belonging, impact, standing
from accounts.ledger.customers.columns import current, period
from accounts.ledger.names import fill_names
from accounts.ledger.run import (
    STAGED,
    Run,
    execute,
    given,
    json_object,
    one,
)
from accounts.models import (
    Identification,
)

# Whom a row is: by code, else by credit code, else by name where that is one customer. A customer
# found by name who has a different code is somebody else; of several with the name, a row without
# a code in a file that has them is the one without.
MATCH = """
    SELECT i.number, i.name, i.code, i.credit_code, other.name AS taken,
        coalesce(by_code.id, by_credit.id,
            CASE WHEN i.code IS NULL AND NOT ({has_codes} AND by_name.count_without_code = 1)
                THEN by_name.id ELSE by_name.id_without_code END
        ) AS account_id,
        by_code.id IS NULL AND by_credit.id IS NULL
            AND CASE WHEN i.code IS NULL AND NOT ({has_codes} AND by_name.count_without_code = 1)
                THEN by_name.count ELSE by_name.count_without_code END > 1
            AS is_ambiguous
    FROM (SELECT number, {name} AS name, {code} AS code, {credit_code} AS credit_code
          FROM ledger_incoming i) i
    LEFT JOIN accounts_account by_code
        ON by_code.code = i.code AND by_code.code <> ''
        AND by_code.merged_into_id IS NULL AND by_code.voided_at IS NULL
    LEFT JOIN accounts_account by_credit
        ON by_code.id IS NULL
        AND by_credit.credit_code = i.credit_code AND by_credit.credit_code <> ''
        AND by_credit.merged_into_id IS NULL AND by_credit.voided_at IS NULL
    LEFT JOIN (
        SELECT name, min(id) AS id, count(*) AS count,
            min(id) FILTER (WHERE code = '') AS id_without_code,
            count(*) FILTER (WHERE code = '') AS count_without_code
        FROM accounts_account
        WHERE merged_into_id IS NULL AND voided_at IS NULL
            AND name IN (SELECT {name} FROM ledger_incoming i)
        GROUP BY name
    ) by_name ON by_code.id IS NULL AND by_credit.id IS NULL AND by_name.name = i.name
    LEFT JOIN accounts_account other
        ON other.credit_code = i.credit_code AND other.credit_code <> ''
        AND other.merged_into_id IS NULL AND other.voided_at IS NULL
        AND other.id <> coalesce(by_code.id, by_credit.id, by_name.id, 0)
"""

# Why a row that was read well is refused all the same.
PROBLEM = """
    CASE
    WHEN k.is_ambiguous THEN jsonb_build_object(
        'code', 'ambiguous', 'field', 'name', 'read', k.name)
    WHEN k.is_outside THEN jsonb_build_object(
        'code', 'outside', 'field', 'name', 'read', k.name, 'owner', (
            SELECT u.name FROM accounts_account o JOIN staff_user u ON u.id = o.owner_id
            WHERE o.id = k.account_id))
    WHEN k.first_number <> k.number THEN jsonb_build_object(
        'code', 'repeated', 'field', 'name', 'read', k.name, 'row', k.first_number)
    WHEN k.credit_code IS NOT NULL AND k.first_with_code <> k.number THEN jsonb_build_object(
        'code', 'repeated', 'field', 'credit_code', 'read', k.credit_code,
        'row', k.first_with_code)
    WHEN k.taken IS NOT NULL THEN jsonb_build_object(
        'code', 'code_taken', 'field', 'credit_code', 'read', k.credit_code, 'name', k.taken)
    END
"""

COMPARE = """
    WITH matched AS ({match}),
    known AS (
        SELECT m.*, a.version, {is_outside} AS is_outside,
            first_value(m.number) OVER (PARTITION BY coalesce(
                'a' || m.account_id, 'c' || m.code, 't' || m.credit_code, 'n' || m.name
            ) ORDER BY m.number) AS first_number,
            first_value(m.number) OVER (
                PARTITION BY m.credit_code ORDER BY m.number) AS first_with_code
        FROM matched m
        LEFT JOIN accounts_account a ON a.id = m.account_id
        {scope}
    ),
    judged AS (SELECT k.*, {problem} AS problem FROM known k),
    compared AS (
        SELECT i.*, j.account_id, j.version, j.problem,
            CASE WHEN j.account_id IS NOT NULL AND i.problems IS NULL AND j.problem IS NULL
                THEN {changes} END AS changes
        FROM ledger_incoming i JOIN judged j ON j.number = i.number
        LEFT JOIN accounts_account a ON a.id = j.account_id
        {joins}
        OFFSET 0  -- or the changes would be worked out again wherever they are named below
    )
    INSERT INTO accounts_stagedrow (ledger_import_id, number, verdict, title, account_id, version,
        cells, extra, changes, problems, pinyin, initials)
    SELECT %s, i.number,
        CASE WHEN i.problems IS NOT NULL OR i.problem IS NOT NULL THEN 'refused'
            WHEN i.account_id IS NULL THEN 'new'
            WHEN i.changes IS NOT NULL THEN 'changed' ELSE 'same' END,
        coalesce({name}, ''),
        CASE WHEN i.problem->>'code' IS DISTINCT FROM 'outside' THEN i.account_id END,
        i.version, {cells}, i.extra, i.changes,
        CASE WHEN i.problem IS NULL THEN i.problems
            ELSE coalesce(i.problems, '[]') || jsonb_build_array(i.problem) END,
        coalesce(n.pinyin, ''), coalesce(n.initials, '')
    FROM compared i LEFT JOIN ledger_names n ON n.name = {name}
"""


def compare(run: Run) -> None:
    """Stage every row with its verdict: whom it is, what it would change, why it is refused."""
    fill_names(run)
    scope, scope_parameters = run.visible
    is_all = run.actor.is_top_manager
    joins, join_parameters = satellites(run)
    match = MATCH.format(
        code=run.incoming("code"),
        has_codes="true" if run.has("code") else "false",
        credit_code=given(run.incoming("credit_code")),
        name=run.incoming("name"),
    )
    execute(
        COMPARE.format(
            match=match,
            is_outside="false" if is_all else "m.account_id IS NOT NULL AND s.id IS NULL",
            scope="" if is_all else f"LEFT JOIN ({scope}) s(id) ON s.id = m.account_id",
            problem=PROBLEM,
            changes=json_object(changes_of(run)),
            joins=joins,
            name=run.incoming("name"),
            cells=f"ARRAY[{', '.join(f'i.c{n}' for n in range(1, len(run.fields) + 1))}]",
        ),
        [*([] if is_all else scope_parameters), *join_parameters, run.pk],
    )
    belonging.refuse(run)
    agreements.refuse(run)
    standing.refuse(run)
    log_identifications(run)
    find_similar(run)
    impact.of_customers(run)


def changes_of(run: Run) -> dict[str, str]:
    """SQL for each column: [old, new] where the file says something else than we know."""
    changes = {}
    for column in run.fields:
        old, new = current(column), run.incoming(column.name)
        if column.group == "parent":
            new = belonging.incoming(run)
        changes[column.name] = (
            f"CASE WHEN {new} <> coalesce(nullif({old}, ''), E'\\x01')"
            f" THEN jsonb_build_array({old}, {given(new)}) END"
        )
    changes["extra"] = (
        "CASE WHEN NOT a.extra @> i.extra THEN jsonb_build_array(a.extra, i.extra) END"
    )
    return changes


def satellites(run: Run) -> tuple[str, list[Any]]:
    """What a customer's row is compared with besides the account itself."""
    parents, parameters = belonging.find(run)
    joins = [parents, agreements.join(run)]
    if run.of_group("contact"):
        joins.append(
            f"""LEFT JOIN LATERAL (
                SELECT c.* FROM accounts_contactperson c
                WHERE c.account_id = a.id AND c.left_on IS NULL
                    AND ({run.incoming("contact_name")} IS NULL AND c.is_primary
                        OR c.name = {run.incoming("contact_name")})
                ORDER BY c.is_primary DESC, c.id LIMIT 1
            ) p ON true"""
        )
    if run.has("annual_volume"):
        joins.append(
            "LEFT JOIN accounts_annualvolume v ON v.account_id = a.id AND v.basis = %s"
            " AND v.period_from = %s AND v.period_to = %s"
        )
        parameters += [run.options["volume_basis"], *period(run)]
    for column in run.of_group("judgement"):
        joins.append(
            f"LEFT JOIN accounts_judgement j_{column.name}"
            f" ON j_{column.name}.account_id = a.id AND j_{column.name}.kind = %s"
        )
        parameters.append(column.name)
    return "\n".join(joins), parameters


def log_identifications(run: Run) -> None:
    """The person learns that customers of others exist: the one exception to scope, so logged."""
    hits = one(
        f"SELECT count(*) FROM {STAGED} WHERE ledger_import_id = %s AND verdict = 'refused'"
        ' AND problems @> \'[{"code": "outside"}]\'',
        [run.pk],
    )[0]
    if hits:
        question = f"#{run.pk} {run.ledger_import.name}"[:200]
        Identification.objects.create(user=run.actor, question=question, hits=min(hits, 32_767))


def find_similar(run: Run) -> None:
    """New rows that sound like a customer we have, or share the telephone."""
    phone = run.staged("phone")
    scope, parameters = run.visible
    execute(
        f"""
        WITH fresh AS (
            SELECT r.id, r.pinyin, {phone} AS phone FROM {STAGED} r
            WHERE r.ledger_import_id = %s AND r.verdict = 'new' AND r.account_id IS NULL
        ), found AS (
            SELECT f.id, a.id AS account_id, a.name, 'sound' AS reason
            FROM fresh f JOIN accounts_account a ON a.name_pinyin = f.pinyin AND f.pinyin <> ''
                AND a.merged_into_id IS NULL AND a.voided_at IS NULL
            UNION ALL
            SELECT f.id, a.id, a.name, 'phone'
            FROM fresh f JOIN accounts_account a ON a.phone = f.phone AND length(f.phone) >= 7
                AND a.merged_into_id IS NULL AND a.voided_at IS NULL
        ), scoped AS (
            SELECT f.id, jsonb_agg(DISTINCT jsonb_build_object('account', s.id, 'name', f.name,
                'reason', f.reason)) AS resembles
            FROM found f LEFT JOIN ({scope}) s(id) ON s.id = f.account_id GROUP BY f.id
        )
        UPDATE {STAGED} r SET resembles = scoped.resembles FROM scoped WHERE r.id = scoped.id
        """,
        [run.pk, *parameters],
    )
