"""The customer ledger: customers with their contact person, judgements, volume and owner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.judgements import ANSWERS, JudgementKind
from accounts.ledger import agreements, belonging, cells, impact, undo
from accounts.ledger.columns import (
    Column,
    Kind,
    choice_column,
    money_column,
    named_column,
    parser_of,
    text_column,
)
from accounts.ledger.names import fill_names
from accounts.ledger.run import (
    STAGED,
    Run,
    execute,
    given,
    json_object,
    one,
    rows,
)
from accounts.models import (
    Account,
    Agreement,
    AgreementKind,
    BusinessType,
    HandoverOrigin,
    Identification,
    Standing,
    Tier,
    TierDecision,
    VolumeBasis,
)
from accounts.models import Kind as AccountKind
from accounts.workflow import handover, tiering
from accounts.workflow.volume import choose_for
from staff.models import Role

F: Any = Account._meta.get_field
A: Any = Agreement._meta.get_field


def account_text(name: str, limit: int, *aliases: str, **options: Any) -> Column:
    return text_column(name, F(name).verbose_name, limit, *aliases, **options)


def date_column(name: str, label: Any, *aliases: str, **options: Any) -> Column:
    return Column(
        name, label, parser_of(cells.date), aliases, cast="date", empty="",
        expects=_("a day, such as 2026-11-23"), number_format="yyyy-mm-dd", **options,
    )  # fmt: skip


def yes_no_column(name: str, *aliases: str, **options: Any) -> Column:
    options.setdefault("cast", "boolean")
    options.setdefault("empty", "NULL")
    choices = (("true", _("Yes")), ("false", _("No")))
    return Column(
        name,
        F(name).verbose_name,
        parser_of(cells.yes_no),
        aliases=aliases,
        choices=choices,
        **options,
    )


COLUMNS: tuple[Column, ...] = (
    account_text(
        "code", 40, "客户编号", "客户编码", "客户代码", "客户ID", "客户号", "编号", "编码", "代码",
        "ts_code", "customer id", "customerid", "customer code", "customer number", "account code",
        parse=cells.code, example="KH0001",
    ),
    account_text(
        "name", 200, "客户名称", "客户", "客户全称", "单位名称", "公司名称", "公司全称", "企业名称",
        "名称", "单位", "公司", "全称", "往来单位", "购货单位", "customer", "customer name",
        "company", "company name", "account name",
        required=True, empty="", example="上海长江机械有限公司", width=32,
    ),
    account_text("short_name", 60, "简称", "客户简称", "公司简称", example="长江机械"),
    Column(
        "former_names", F("former_names").verbose_name,
        parser_of(cells.shorter_than(600)), ("曾用名", "原名", "旧名"), cast="former_names",
    ),
    choice_column(
        "kind", F("kind").verbose_name, AccountKind.choices, "客户性质", "单位/个人",
        words={"单位": "organisation", "企业": "organisation", "公司": "organisation",
               "机构": "organisation", "个人": "individual", "自然人": "individual"},
        empty="",
    ),
    text_column("parent", F("parent").verbose_name, 200, "母公司", "上级公司", "上级单位",
                "所属集团", "集团公司", "总公司", "parent", "parent company",
                group="parent", empty="NULL",
                expects=_("the code or name of a customer")),
    yes_no_column("is_end_customer", "最终客户", "是否终端客户", "终端客户"),
    Column(
        "credit_code", F("credit_code").verbose_name, parser_of(cells.tax_code),
        ("统一社会信用代码", "信用代码", "社会信用代码", "营业执照号", "uscc"), width=22,
        expects=_("18 characters with a check character that fits"),
    ),
    account_text("industry", 60, "行业", "所属行业", "行业类别"),
    named_column("region", F("region").verbose_name, "regions", "区域", "大区", "片区", "地区"),
    account_text("province", 30, "省份", "省", "省/自治区", "所在省", "province", "state"),
    account_text("city", 30, "城市", "市", "所在城市", "city"),
    account_text("address", 200, "地址", "联系地址", "公司地址", "详细地址", "通讯地址", "address",
                 width=36),
    account_text("phone", 40, "电话", "联系电话", "公司电话", "固定电话", "座机", "办公电话",
                 "电话号码", "phone", "telephone", "tel", parse=cells.phone,
                 example="021-12345678"),
    account_text("wechat", 60, "微信", "微信号", "wechat"),
    account_text("invoice_title", 200, "开票名称", "发票抬头", "开票抬头", "开票单位"),
    account_text("invoice_tax_number", 30, "税号", "纳税人识别号", "开票税号", parse=cells.code),
    account_text("invoice_address", 200, "开票地址", "注册地址"),
    account_text("invoice_phone", 40, "开票电话", parse=cells.phone),
    account_text("invoice_bank", 100, "开户行", "开户银行", "银行"),
    account_text("invoice_bank_account", 40, "银行账号", "账号", "银行帐号", "开户账号",
                 parse=cells.code, width=24),
    Column(
        "payment_days", F("payment_days").verbose_name, parser_of(cells.whole_number(720)),
        ("账期", "账期天数", "账期(天)", "付款天数", "payment days"), cast="smallint",
        empty="NULL", example="30", number_format="0",
    ),
    account_text("payment_note", 200, "账期说明", "付款方式", "结算方式", "付款条件"),
    Column(
        "service_wishes", F("service_wishes").verbose_name,
        parser_of(cells.shorter_than(4000, cells.paragraph)), ("服务需求", "服务要求", "特殊要求"),
        width=30,
    ),
    yes_no_column("is_important_agreement", "重要协议客户", empty="false"),
    yes_no_column("needs_two_contacts", "双联系人", "两名联系人", empty="false"),
    yes_no_column("long_term_intention", "长期合作意向", "长期意向"),
    # The person to call first.
    text_column("contact_name", _("Contact person"), 50, "联系人", "联系人姓名", "负责人姓名",
                "客户联系人", "contact", "contact name", group="contact", empty="", example="张伟"),
    text_column("contact_position", _("Contact's position"), 60, "联系人职务", "职务", "职位",
                group="contact"),
    text_column("contact_mobile", _("Contact's mobile"), 40, "手机", "手机号", "手机号码",
                "移动电话", "联系人手机", "联系人电话", "联系人联系电话", "mobile", group="contact",
                parse=cells.phone, example="13800138000"),
    text_column("contact_email", _("Contact's e-mail"), 100, "邮箱", "电子邮箱", "邮件", "email",
                "e-mail", group="contact", parse=cells.email),
    text_column("contact_wechat", _("Contact's WeChat"), 60, "联系人微信", group="contact"),
    # A year's volume as the customer or the old ledger states it.
    money_column("annual_volume", _("Annual volume"), "年用量", "用量", "年采购额", "年销售额",
                 "年度用量", "年度销售额", "年交易额", "annual volume", group="volume", empty="",
                 expects=_("an amount, also as 120万"), example="250000"),
    *(
        choice_column(kind.value, kind.label, list(ANSWERS[kind].items()), *aliases,
                      group="judgement", empty="", words=words)
        for kind, aliases, words in (
            (JudgementKind.PAYMENT_REPUTATION, ("回款信誉", "信誉", "回款"),
             {"好": "good", "较好": "fairly_good", "一般": "other", "差": "other", "其他": "other"}),  # noqa: E501
            (JudgementKind.VOLUME_WORD, ("用量大小", "用量评价"),
             {"大": "large", "较大": "fairly_large", "小": "small", "较小": "small"}),
            (JudgementKind.GROWTH_POTENTIAL, ("增长潜力",), {"较大": "larger", "大": "larger",
                                                    "较小": "smaller", "小": "smaller"}),
            (JudgementKind.DEVELOPMENT_POTENTIAL, ("发展潜力",), {"有": "some", "无": "none"}),
            (JudgementKind.PROFIT_CONTRIBUTION, ("利润贡献率",), {"较低": "low", "低": "low",
                                                          "其他": "other"}),
            (JudgementKind.PROFIT_RATE, ("利润率",), {"较高": "high", "高": "high", "其他": "other"}),  # noqa: E501
            (JudgementKind.PURCHASE_FREQUENCY, ("消费频率", "采购频率", "购买频率"),
             {"高": "high", "较高": "fairly_high", "其他": "other"}),
            (JudgementKind.LOYALTY, ("忠诚度",), {"忠实": "loyal", "忠诚": "loyal", "其他": "other"}),  # noqa: E501
            (JudgementKind.EFFECT_ON_RESULTS, ("对业绩的影响", "业绩影响"), {"有": "some",
                                                                     "无": "none"}),
        )
    ),
    named_column("owner", _("Owner"), "people", "负责人", "客户经理", "业务员", "销售员", "专员",
                 "大客户专员", "跟进人", "归属人", "负责人工号", "owner", "sales rep",
                 group="owner", empty="", expects=_("the name or employee number of a colleague")),
    choice_column(
        "standing", F("standing").verbose_name, Standing.choices, "客户状态", "客户身份",
        words={"大客户": "key", "中小客户": "small_medium", "潜在客户": "prospect",
               "准客户": "prospect", "前客户": "former", "流失客户": "former",
               "普通客户": "unclassified", "未分类": "unclassified"},
        group="decision", empty="",
    ),
    choice_column("tier", F("tier").verbose_name, Tier.choices, "等级", "客户等级", "客户级别",
                  "级别", "分级", words={"A一级": "A1", "A二级": "A2", "B一级": "B1", "B二级": "B2",
                                     "A一级客户": "A1", "A二级客户": "A2", "B一级客户": "B1",
                                     "B二级客户": "B2", "C级": "C", "D级": "D", "C级客户": "C",
                                     "D级客户": "D"},
                  group="decision", empty=""),
    choice_column(
        "business_type", F("business_type").verbose_name, BusinessType.choices, "大客户类型",
        "客户业务类型", words={"协议": "agreement", "协议客户": "agreement",
                         "协议大客户": "agreement", "会员": "member", "会员客户": "member",
                         "会员大客户": "member", "无": "none"},
        group="decision", empty="",
    ),
    text_column("agreement_number", A("number").verbose_name, 40, "协议编号", "协议号", "合同编号",
                "合同号", "VIP协议编号", "agreement number", "contract number", group="agreement",
                parse=cells.code, empty=""),
    choice_column("agreement_kind", A("kind").verbose_name, AgreementKind.choices, "协议种类",
                  "协议类型", "合同种类", "合同类型", words={
                      "VIP": "vip", "VIP协议": "vip", "VIP客户协议": "vip", "销售": "sales",
                      "销售协议": "sales", "销售合同": "sales"},
                  group="agreement", empty=""),
    date_column("agreement_signed_on", _("Agreement signed on"), "协议签订日期", "签订日期",
                "签约日期", "合同签订日期", group="agreement"),
    date_column("agreement_ends_on", _("Agreement in force until"), "协议到期日", "协议到期日期",
                "合同到期日", "合同到期日期", group="agreement"),
)  # fmt: skip

# Columns of an export that only inform: the import knows them and leaves them out.
INFORMING = (
    _("Judged annual volume (yuan)"),
    _("Tiers that pass"),
    _("Tiers that are possible"),
    _("In a gap between tiers"),
    _("Settled tier"),
)

# What a field holds now, as the text its parser would give; `a` is the account.
CURRENT = {
    "former_names": "array_to_string(a.former_names, '、')",
    "region": "a.region_id::text",
    "owner": "a.owner_id::text",
    "parent": belonging.SAID.format("pa"),
    "agreement_number": "g.number",
    "agreement_kind": "g.kind",
    "agreement_signed_on": "g.signed_on::text",
    "agreement_ends_on": "g.ends_on::text",
    "contact_name": "p.name",
    "contact_position": "p.position",
    "contact_mobile": "p.mobile",
    "contact_email": "p.email",
    "contact_wechat": "p.wechat",
    "annual_volume": "v.amount::text",
}


def current(column: Column) -> str:
    if column.group == "judgement":
        return f"j_{column.name}.value"
    return CURRENT.get(column.name) or f"a.{column.name}::text"


def period(run: Run) -> tuple[dt.date, dt.date]:
    """The year that an annual volume in the file is about."""
    column = run.mapping.column_of("annual_volume")
    year = int((column and column.year) or run.options["volume_year"] or last_year())
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def last_year() -> int:
    return timezone.localdate().year - 1


# --- Compare ----------------------------------------------------------------------------------

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
            WHERE r.ledger_import_id = %s AND r.verdict = 'new'
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


# --- Apply ------------------------------------------------------------------------------------


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
    """What each customer is judged on; a new one has its stated volume already."""
    if run.has("annual_volume"):
        moved = f"{WRITTEN} AND (r.changes ?| ARRAY['annual_volume', 'standing']"
        moved += ")" if is_judged(run) else " OR r.verdict = 'new')"
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
            dict(found),
            actor=run.actor,
            effective_on=today,
            file_name=run.ledger_import.name,
            dated=today,
        )


def take_back(run: Run) -> list[dict[str, Any]]:
    """Undo; a carried-over decision is never deleted but corrected back."""
    carried = rows(
        """SELECT d.id, d.account_id, d.previous_tier FROM accounts_tierdecision d
        WHERE d.origin = 'carried_over' AND d.id IN (
            SELECT e.pgh_obj_id FROM accounts_tierdecisionevent e WHERE e.pgh_id BETWEEN %s AND %s
                AND (e.pgh_context->>'ledger_import')::bigint = %s)""",
        [*run.ledger_import.trail.get("accounts.TierDecision", [0, -1]), run.pk],
    )
    kept = undo.take_back(run)
    named = {line["account"] for line in kept}
    live = Account.objects.filter(voided_at=None).in_bulk([row[1] for row in carried])
    decisions = TierDecision.objects.in_bulk([row[0] for row in carried])
    for pk, account, previous in carried:
        if account in live and account not in named:
            tiering.correct(
                decisions[pk],
                actor=run.actor,
                tier=previous,
                effective_on=decisions[pk].effective_on,
                reason=gettext("The import that carried it over was undone."),
            )
    return kept


KIND = Kind(
    name="customers",
    label=_("Customers"),
    hint=_("One row per customer: name, code, address, contact person, owner, annual volume."),
    keeps=_("kept with the customer"),
    columns=COLUMNS,
    compare=compare,
    apply=apply,
    undo=take_back,
    defaults={"volume_year": "", "volume_basis": VolumeBasis.DECLARED.value, "rates": {}},
    needs=(("name",),),
    informing=INFORMING,
)
