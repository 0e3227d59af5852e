"""The sales ledger: lines with date, customer and amount, from which volumes are added up.

A line's identity is (source, document, line number) where the workbook has a line column: such a
line is replaced when it comes again. Without one, the file replaces or joins that source's lines
of the days it covers, as the person chooses; lines are never deduplicated by content.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ledger import cells, impact, undo, volumes
from accounts.ledger.columns import Column, Kind, money_column, parser_of, text_column
from accounts.ledger.names import fill_names
from accounts.ledger.run import STAGED, Run, execute, one, rows
from accounts.models import Account, SalesLine, Standing, TierPolicy
from accounts.tiering import BulkJudge
from staff.models import Role

PROBLEM = dict[str, Any]

COLUMNS: tuple[Column, ...] = (
    Column(
        "date", _("Date"), parser_of(cells.date),
        ("日期", "订单日期", "销售日期", "单据日期", "开单日期", "发货日期", "开票日期", "出库日期",
         "交易日期", "下单日期", "invoicedate", "invoice date", "order date", "sold on", "date"),
        cast="date", required=True, empty="", expects=_("a day, such as 2026-11-23"),
        example="2026-01-31", number_format="yyyy-mm-dd",
    ),
    text_column("customer_code", _("Customer code"), 40, "客户编号", "客户编码", "客户代码", "客户ID",  # noqa: E501
                "客户号", "customerid", "customer id", "customer code", "客户代号", parse=cells.code,  # noqa: E501
                empty="", example="KH0001"),
    text_column("customer_name", _("Customer name"), 200, "客户名称", "客户", "单位名称", "公司名称",  # noqa: E501
                "购货单位", "往来单位", "客户全称", "customer", "customer name", empty="",
                example="上海长江机械有限公司", width=32),
    text_column("document", _("Document number"), 60, "订单ID", "订单号", "订单编号", "单据号",
                "单据编号", "单号", "发票号", "发票号码", "出库单号", "合同号", "invoiceno",
                "invoice no", "order id", "order no", "document", parse=cells.code, empty="",
                example="XS-20260131-01"),
    text_column("line", _("Line number"), 40, "行ID", "行号", "明细ID", "分录号", "行项目", "序号",
                "line", "row id", "line no", parse=cells.code, empty="", example="1"),
    text_column("product_code", _("Product code"), 60, "产品ID", "产品编号", "产品编码", "商品编码",
                "商品编号", "物料编码", "存货编码", "货号", "stockcode", "stock code", "sku",
                "product id", parse=cells.code, empty=""),
    text_column("product", _("Product"), 200, "产品名称", "产品", "商品名称", "商品", "品名",
                "物料名称", "存货名称", "货物名称", "description", "product name", empty="", width=28),  # noqa: E501
    Column("quantity", _("Quantity"), parser_of(cells.number),
           ("数量", "销售数量", "件数", "qty", "quantity"), cast="numeric(18,4)", empty="",
           number_format="#,##0.####"),
    money_column("unit_price", _("Unit price"), "单价", "含税单价", "价格", "unitprice",
                 "unit price", "price", empty=""),
    money_column("amount", _("Amount"), "金额", "销售额", "销售金额", "含税金额", "价税合计", "总额",  # noqa: E501
                 "成交金额", "订单金额", "营业额", "sales", "amount", "total", empty="",
                 example="12500"),
    money_column("cost", _("Cost"), "成本", "成本金额", "销售成本", "cost", empty=""),
    money_column("profit", _("Profit"), "利润", "毛利", "毛利润", "销售利润", "profit", empty=""),
)  # fmt: skip


def row_rule(run: Run) -> Callable[[list[str | None]], list[PROBLEM]]:
    """A line needs a customer, and an amount or what it is worked out from."""
    place = {column.name: position for position, column in enumerate(run.fields)}
    code, name = place.get("customer_code"), place.get("customer_name")
    amount, quantity = place.get("amount"), place.get("quantity")
    price = place.get("unit_price")

    def rule(values: list[str | None]) -> list[PROBLEM]:
        problems = []
        if not ((code is not None and values[code]) or (name is not None and values[name])):
            problems.append({"index": -1, "field": "customer_code", "code": "no_customer"})
        if (amount is None or values[amount] is None) and (
            quantity is None or price is None or not (values[quantity] and values[price])
        ):
            problems.append({"index": -1, "field": "amount", "code": "no_amount"})
        return problems

    return rule


def amount_sql(run: Run, source: str) -> str:
    """The amount, or quantity × unit price, at four places."""
    value = run.incoming if source == "i" else run.staged
    product = f"round({value('quantity')}::numeric * {value('unit_price')}::numeric, 4)"
    return f"coalesce({value('amount')}::numeric(18,4), {product})"


# --- Compare ----------------------------------------------------------------------------------


def compare(run: Run) -> None:
    """Find each line's customer, and say which lines are new, there already, or refused."""
    find_customers(run)
    stage_lines(run)
    customers = rows(
        f"SELECT count(*), count(*) FILTER (WHERE account_id IS NULL) FROM (SELECT DISTINCT ON"
        f" (r.pinyin) r.account_id FROM {READ} ORDER BY r.pinyin) c",
        [run.pk],
    )[0]
    run.counts["customers"], run.counts["unknown_customers"] = customers
    coverage(run)
    impact_of_sales(run)


def find_customers(run: Run) -> None:
    """A table `ledger_customers`: each customer named in the file once, with whom that is.

    By code where the line has one: names alone would merge people. A line with only a name is the
    one customer of that name.
    """
    execute("DROP TABLE IF EXISTS ledger_customers")
    code, name = run.incoming("customer_code"), run.incoming("customer_name")
    execute(
        f"""CREATE TEMP TABLE ledger_customers ON COMMIT DROP AS
        SELECT code, min(name) AS name, key, NULL::bigint AS account_id, NULL::bigint AS fresh_id,
            ''::text AS problem
        FROM (SELECT {code} AS code, {name} AS name, coalesce('c' || {code}, 'n' || {name}) AS key
              FROM ledger_incoming i WHERE i.problems IS NULL) named
        WHERE key IS NOT NULL GROUP BY key, code"""
    )
    execute("CREATE UNIQUE INDEX ON ledger_customers (key)")
    execute(
        """UPDATE ledger_customers c SET account_id = a.id FROM accounts_account a
        WHERE a.code = c.code AND a.code <> '' AND a.merged_into_id IS NULL
            AND a.voided_at IS NULL"""
    )
    execute(
        """UPDATE ledger_customers c SET
            account_id = CASE WHEN found.count = 1 THEN found.id END,
            problem = CASE WHEN found.count > 1 THEN 'ambiguous' ELSE '' END
        FROM (SELECT a.name, min(a.id) AS id, count(*) AS count FROM accounts_account a
              WHERE a.merged_into_id IS NULL AND a.voided_at IS NULL
                AND a.name IN (SELECT name FROM ledger_customers WHERE code IS NULL)
              GROUP BY a.name) found
        WHERE c.code IS NULL AND c.name = found.name"""
    )
    if not run.actor.is_top_manager:
        scope, parameters = run.visible
        execute(
            f"""UPDATE ledger_customers c SET problem = 'outside'
            WHERE account_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM ({scope}) s(id) WHERE s.id = c.account_id)""",
            parameters,
        )
    # A name that another line of the file gives a code is that customer.
    execute(
        """UPDATE ledger_customers c SET account_id = o.account_id,
            problem = CASE WHEN o.account_id IS NULL THEN 'twin' ELSE c.problem END
        FROM (SELECT name, min(account_id) AS account_id FROM ledger_customers
              WHERE code IS NOT NULL GROUP BY name HAVING count(*) = 1) o
        WHERE c.code IS NULL AND c.account_id IS NULL AND c.problem = '' AND o.name = c.name"""
    )
    if run.options["unknown_customers"] == "leave":
        execute(
            "UPDATE ledger_customers SET problem = 'unknown_customer'"
            " WHERE account_id IS NULL AND problem = ''"
        )
    execute("ANALYZE ledger_customers")


STAGE = """
    WITH keyed AS (
        SELECT i.*, coalesce('c' || {code}, 'n' || {name}) AS key, {amount} AS worked_out
        FROM ledger_incoming i
    ),
    found AS (
        SELECT i.*, c.account_id, coalesce(c.name, {name}, c.code) AS customer, s.id AS line_id,
            coalesce(nullif(c.problem, 'twin'), '') AS customer_problem,
            {is_repeated} AS is_repeated,
            {is_same} AS is_same
        FROM keyed i LEFT JOIN ledger_customers c ON c.key = i.key
        LEFT JOIN accounts_salesline s ON {identity}
    )
    INSERT INTO accounts_stagedrow (ledger_import_id, number, verdict, title, account_id, version,
        cells, extra, changes, problems, pinyin, initials)
    SELECT %s, i.number,
        CASE WHEN i.problems IS NOT NULL OR i.customer_problem <> '' OR i.is_repeated
                THEN 'refused'
            WHEN i.line_id IS NULL THEN 'new' WHEN i.is_same THEN 'same' ELSE 'changed' END,
        left(coalesce(i.customer, ''), 200),
        CASE WHEN i.customer_problem <> 'outside' THEN i.account_id END,
        NULL, {cells}, i.extra,
        CASE WHEN i.line_id IS NOT NULL AND NOT i.is_same AND i.problems IS NULL
            THEN {changes} END,
        CASE WHEN i.problems IS NOT NULL THEN i.problems
            WHEN i.customer_problem <> '' THEN jsonb_build_array(jsonb_build_object(
                'code', i.customer_problem, 'field', 'customer_name', 'read', i.customer))
            WHEN i.is_repeated THEN jsonb_build_array(jsonb_build_object(
                'code', 'repeated', 'field', 'line', 'read', {line}, 'row', 0)) END,
        coalesce(i.key, ''), ''
    FROM found i
"""

# Fields of a line as (column of the file, column of the table).
LINE_FIELDS = (
    ("date", "sold_on"), ("product_code", "product_code"), ("product", "product"),
    ("quantity", "quantity"), ("unit_price", "unit_price"), ("cost", "cost"),
    ("profit", "profit"),
)  # fmt: skip


def stage_lines(run: Run) -> None:
    has_identity = run.has("line")
    line = run.incoming("line")
    document = f"coalesce({run.incoming('document')}, '')"
    identity = "false"
    is_repeated = "false"
    parameters: list[Any] = []
    if has_identity:
        identity = f"s.source = %s AND s.document = {document} AND s.line = {line} AND s.line <> ''"
        parameters.append(run.options["source"])
        is_repeated = (
            f"{line} IS NOT NULL AND row_number() OVER"
            f" (PARTITION BY {document}, {line} ORDER BY i.number) > 1"
        )
    compared = [
        f"s.{column} IS NOT DISTINCT FROM {stored(run, name)}" for name, column in LINE_FIELDS
    ]
    compared += [
        "s.amount = i.worked_out",
        "s.account_id = c.account_id",
        "s.extra = coalesce(i.extra, '{}')",
    ]
    execute(
        STAGE.format(
            code=run.incoming("customer_code"),
            name=run.incoming("customer_name"),
            amount=amount_sql(run, "i"),
            identity=identity,
            is_repeated=is_repeated,
            is_same=" AND ".join(compared) if has_identity else "false",
            cells=f"ARRAY[{', '.join(f'i.c{n}' for n in range(1, len(run.fields) + 1))}]",
            line=line,
            changes="jsonb_build_object('amount', jsonb_build_array("
            "(SELECT o.amount::text FROM accounts_salesline o WHERE o.id = i.line_id),"
            " i.worked_out::text))",
        ),
        [*parameters, run.pk],
    )


def stored(run: Run, name: str) -> str:
    """A read cell as the table of lines would hold it."""
    column = run.kind.by_name[name]
    if column.cast == "text":
        return f"coalesce({run.incoming(name)}, '')"
    return f"{run.incoming(name)}::{column.cast}"


GOOD = f"{STAGED} r WHERE r.ledger_import_id = %s AND r.verdict IN ('new', 'changed')"
READ = f"{STAGED} r WHERE r.ledger_import_id = %s AND r.verdict IN ('new', 'changed', 'same')"


def coverage(run: Run) -> None:
    """The days the file is about, and the lines of those days that are there already."""
    day = f"{run.staged('date')}::date"
    first, last = one(f"SELECT min({day}), max({day}) FROM {READ}", [run.pk])
    if first is None:
        return
    run.counts["period"] = [first.isoformat(), last.isoformat()]
    total = one(f"SELECT sum({amount_sql(run, 'r')}) FROM {READ}", [run.pk])[0]
    run.counts["amount"] = str(total)
    if run.has("line"):
        return
    there = one(
        f"SELECT count(*) FROM ({OVERLAP}) o",
        [run.options["source"], first, last, run.actor.pk, run.actor.pk],
    )[0]
    if there:
        code = "replaces" if run.options["overlap"] == "replace" else "adds"
        run.notes.append(
            {"code": code, "count": there, "from": first.isoformat(), "to": last.isoformat()}
        )


# Lines of the same source and days. A person who does not see everything replaces only lines of
# imports of their own.
OVERLAP = """
    SELECT s.id, s.account_id FROM accounts_salesline s
    JOIN accounts_ledgerimport l ON l.id = s.ledger_import_id
    WHERE s.source = %s AND s.sold_on BETWEEN %s AND %s
        AND (l.uploaded_by_id = %s OR EXISTS (SELECT 1 FROM staff_user u WHERE u.id = %s
            AND u.role = 'manager' AND u.reports_to_id IS NULL))
"""


def volume_window(run: Run) -> tuple[dt.date, dt.date] | None:
    """The twelve months up to the last covered one; None where they are not all covered."""
    if "period" not in run.counts:
        return None
    spans = [tuple(dt.date.fromisoformat(day) for day in run.counts["period"])]
    spans += rows("SELECT period_from, period_to FROM accounts_salescoverage")
    months = {
        n for first, last in spans for n in range(month_number(first), month_number(last) + 1)
    }
    end = max(months)
    if not all(month in months for month in range(end - 11, end + 1)):
        return None
    return first_day(end - 11), first_day(end + 1) - dt.timedelta(days=1)


def month_number(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def first_day(month: int) -> dt.date:
    return dt.date(month // 12, month % 12 + 1, 1)


def replaced_sql(run: Run) -> tuple[str, list[Any]]:
    """SQL for "this line `s` will be replaced by one of the file", with its parameters."""
    if run.has("line"):
        return (
            f"""s.source = %s AND s.line <> '' AND EXISTS (
            SELECT 1 FROM {STAGED} x WHERE x.ledger_import_id = {run.pk:d}
                AND x.cells[{run.place("line")}] = s.line)""",
            [run.options["source"]],
        )
    if run.options["overlap"] != "replace":
        return "false", []
    return "s.source = %s AND s.sold_on BETWEEN %s AND %s", [
        run.options["source"],
        *run.counts["period"],
    ]


def impact_of_sales(run: Run) -> None:
    """The last twelve months of the customers in the file, before and after, judged."""
    if not (window := volume_window(run)):
        return
    judge = BulkJudge(TierPolicy.objects.in_force().rules())
    kinds = judge.policy.kinds
    joins = "".join(
        f" LEFT JOIN accounts_judgement j{n} ON j{n}.account_id = a.id AND j{n}.kind = '{kind}'"
        for n, kind in enumerate(kinds)
    )
    values = "ARRAY[" + ", ".join(f"j{n}.value" for n in range(len(kinds))) + "]::text[]"
    replaced, parameters = replaced_sql(run)
    found = rows(
        f"""WITH added AS (
            SELECT r.pinyin AS key, min(r.account_id) AS account_id, min(r.title) AS title,
                sum({amount_sql(run, "r")}) AS amount
            FROM {READ} AND {run.staged("date")}::date BETWEEN %s AND %s
            GROUP BY r.pinyin
        )
        SELECT n.account_id, n.title, a.annual_volume, n.amount + coalesce((
            SELECT sum(s.amount) FROM accounts_salesline s
            WHERE s.account_id = n.account_id AND s.sold_on BETWEEN %s AND %s AND NOT ({replaced})
        ), 0), {values}, {values}
        FROM added n LEFT JOIN accounts_account a ON a.id = n.account_id {joins}""",
        [run.pk, *window, *window, *parameters],
    )
    impact.keep(run, judge, found)


# --- Apply ------------------------------------------------------------------------------------


def apply(run: Run) -> Mapping[str, int]:
    """Create unknown customers, replace what is replaced, add the lines, add up the volumes."""
    mark_moved(run)
    run.progress.at("writing")
    run.counts["created_customers"] = create_customers(run)
    touched = replaced_accounts(run)
    updated = int(one(f"SELECT count(*) FROM {GOOD} AND r.verdict = 'changed'", [run.pk])[0])
    inserted = insert_lines(run)
    cover(run)
    run.progress.at("volumes")
    accounts = {row[0] for row in rows(f"SELECT DISTINCT r.account_id FROM {GOOD}", [run.pk])}
    volumes.add_up(sorted(accounts | touched), run.ledger_import.name, run.actor.pk)
    return {
        "created": inserted - updated,
        "updated": updated,
        "created_customers": run.counts["created_customers"],
    }


def mark_moved(run: Run) -> None:
    """Customers merged, voided or newly known since the preview."""
    execute(
        f"""UPDATE {STAGED} r SET verdict = 'moved' FROM accounts_account a
        WHERE r.ledger_import_id = %s AND r.verdict IN ('new', 'changed')
            AND a.id = r.account_id AND (a.merged_into_id IS NOT NULL OR a.voided_at IS NOT NULL)
        """,
        [run.pk],
    )
    known = "a.code = substr(r.pinyin, 2) AND left(r.pinyin, 1) = 'c'"
    execute(
        f"""UPDATE {STAGED} r SET verdict = 'moved' FROM accounts_account a
        WHERE r.ledger_import_id = %s AND r.verdict = 'new' AND r.account_id IS NULL
            AND a.code <> '' AND {known}
            AND a.merged_into_id IS NULL AND a.voided_at IS NULL""",
        [run.pk],
    )


def create_customers(run: Run) -> int:
    """Customers we do not know, as *customer (not classified)*; a specialist's are theirs."""
    execute("DROP TABLE IF EXISTS ledger_fresh")
    code, name = run.staged("customer_code"), run.staged("customer_name")
    execute(
        f"""CREATE TEMP TABLE ledger_fresh ON COMMIT DROP AS
        SELECT nextval(pg_get_serial_sequence('accounts_account', 'id')) AS id, f.* FROM (
            SELECT r.pinyin AS key, coalesce(min({code}), '') AS code,
                coalesce(min({name}), min({code})) AS name
            FROM {STAGED} r WHERE r.ledger_import_id = {run.pk:d} AND r.verdict = 'new'
                AND r.account_id IS NULL
            GROUP BY r.pinyin ORDER BY min(r.number)) f"""
    )
    # A name without code that another line of the file gives a code is that customer.
    execute(
        """DELETE FROM ledger_fresh f USING ledger_fresh o
        WHERE f.code = '' AND o.code <> '' AND o.name = f.name"""
    )
    execute("ANALYZE ledger_fresh")
    fill_names(run, names="SELECT DISTINCT name FROM ledger_fresh")
    columns, values, parameters = [], [], []
    special = {
        "id": "f.id", "code": "f.code", "name": "f.name", "name_pinyin": "left(n.pinyin, 600)",
        "name_initials": "left(n.initials, 200)", "created_at": "now()", "updated_at": "now()",
        "standing": f"'{Standing.UNCLASSIFIED.value}'", "created_by": str(run.actor.pk),
    }  # fmt: skip
    if not run.actor.is_manager and run.actor.region_id:
        special["region"] = str(run.actor.region_id)
    for field in Account._meta.concrete_fields:
        if field.generated:
            continue
        columns.append(str(field.column))
        if field.name in special:
            values.append(special[field.name])
        else:
            values.append(f"%s::{field.db_type(connection)}")
            parameters.append(field.get_db_prep_save(field.get_default(), connection))
    created = execute(
        f"INSERT INTO accounts_account ({', '.join(columns)}) SELECT {', '.join(values)}"
        " FROM ledger_fresh f LEFT JOIN ledger_names n ON n.name = f.name ORDER BY f.id",
        parameters,
    )
    for match in ("f.key = r.pinyin", f"r.account_id IS NULL AND f.name = {name}"):
        execute(
            f"UPDATE {STAGED} r SET account_id = f.id FROM ledger_fresh f"
            f" WHERE r.ledger_import_id = %s AND r.verdict = 'new' AND r.account_id IS NULL"
            f" AND {match}",
            [run.pk],
        )
    if run.actor.role == Role.SPECIALIST or not (run.actor.is_manager or run.actor.region_id):
        execute(
            """INSERT INTO accounts_assignment (account_id, user_id, kind, started_on, reason,
                assigned_by_id) SELECT id, %s, 'owner', %s, %s, %s FROM ledger_fresh""",
            [run.actor.pk, timezone.localdate(), run.ledger_import.name[:200], run.actor.pk],
        )
    return created


def replaced_accounts(run: Run) -> set[int]:
    """Take out the lines that this file replaces; whose they were."""
    if run.has("line"):
        line = run.staged("line")
        gone = rows(
            f"""DELETE FROM accounts_salesline s USING {STAGED} r
            WHERE r.ledger_import_id = %s AND r.verdict = 'changed' AND s.source = %s
                AND s.document = coalesce({run.staged("document")}, '') AND s.line = {line}
                AND s.line <> '' RETURNING s.account_id""",
            [run.pk, run.options["source"]],
        )
        return {row[0] for row in gone}
    if run.options["overlap"] != "replace" or "period" not in run.ledger_import.counts:
        return set()
    first, last = run.ledger_import.counts["period"]
    gone = rows(
        f"DELETE FROM accounts_salesline WHERE id IN (SELECT o.id FROM ({OVERLAP}) o)"
        " RETURNING account_id",
        [run.options["source"], first, last, run.actor.pk, run.actor.pk],
    )
    return {row[0] for row in gone}


def insert_lines(run: Run) -> int:
    def text(name: str) -> str:
        return f"coalesce({run.staged(name)}, '')"

    def figure(name: str) -> str:
        return f"{run.staged(name)}::numeric(18,4)"

    return execute(
        f"""INSERT INTO accounts_salesline (ledger_import_id, "row", account_id, source, document,
            line, sold_on, product_code, product, quantity, unit_price, amount, cost, profit, extra)
        SELECT r.ledger_import_id, r.number, r.account_id, %s, {text("document")}, {text("line")},
            {run.staged("date")}::date, {text("product_code")}, {text("product")},
            {figure("quantity")}, {figure("unit_price")}, {amount_sql(run, "r")},
            {figure("cost")}, {figure("profit")}, coalesce(r.extra, '{{}}'::jsonb)
        FROM {GOOD} ORDER BY r.number""",
        [run.options["source"], run.pk],
    )


def cover(run: Run) -> None:
    """This source has told everything about these days (of whom the person may import)."""
    if period := run.ledger_import.counts.get("period"):
        execute(
            """INSERT INTO accounts_salescoverage (ledger_import_id, source, period_from, period_to,
                is_complete) VALUES (%s, %s, %s, %s, %s)""",
            [run.pk, run.options["source"], *period, run.actor.is_top_manager],
        )


def take_back(run: Run) -> list[dict[str, Any]]:
    """Undo: the lines go, those they replaced return, volumes are added up again."""
    gone = rows(
        "DELETE FROM accounts_salesline WHERE ledger_import_id = %s RETURNING account_id", [run.pk]
    )
    accounts = {row[0] for row in gone}
    accounts |= restore_lines(run)
    execute("DELETE FROM accounts_salescoverage WHERE ledger_import_id = %s", [run.pk])
    kept = undo.take_back(run, recomputed=True)
    volumes.add_up(sorted(accounts), run.ledger_import.name, run.actor.pk)
    return kept


def restore_lines(run: Run) -> set[int]:
    """Lines that this import replaced, from the trail; not where a later file brought them again."""  # noqa: E501
    span = run.ledger_import.trail.get("accounts.SalesLine")
    if not span:
        return set()
    trail = undo.Trail(SalesLine)
    columns = ", ".join(f'"{column}"' for column in ["id", *trail.columns()])
    picked = ", ".join(f'e."{column}"' for column in trail.columns())
    back = rows(
        f"""INSERT INTO accounts_salesline ({columns})
        SELECT e.pgh_obj_id, {picked} FROM {trail.event_table} e
        WHERE e.pgh_id BETWEEN %s AND %s AND e.pgh_label = 'delete'
            AND (e.pgh_context->>'ledger_import')::bigint = %s
            AND e.pgh_context->>'undo' IS NULL
        ON CONFLICT DO NOTHING RETURNING account_id""",
        [*span, run.pk],
    )
    return {row[0] for row in back}


KIND = Kind(
    name="sales",
    label=_("Sales lines"),
    hint=_("One row per line: date, customer by code or name, product, quantity, amount."),
    keeps=_("kept with the line"),
    columns=COLUMNS,
    compare=compare,
    apply=apply,
    undo=take_back,
    row_rule=row_rule,
    defaults={"unknown_customers": "create", "source": "", "overlap": "replace", "rates": {}},
    needs=(("date",), ("customer_code", "customer_name"), ("amount", "unit_price")),
)
