"""The columns of a customer ledger, and what a customer holds of each now."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.judgements import ANSWERS, JudgementKind
from accounts.ledger import belonging, cells
from accounts.ledger.columns import (
    Column,
    choice_column,
    money_column,
    named_column,
    parser_of,
    text_column,
)
from accounts.ledger.run import (
    Run,
)
from accounts.models import (
    Account,
    Agreement,
    AgreementKind,
    BusinessType,
    Standing,
    Tier,
)
from accounts.models import Kind as AccountKind

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
        "名称", "单位", "公司", "全称", "单位全称", "企业全称", "往来单位", "购货单位", "customer",
        "customer name", "company", "company name", "account name",
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
                "客户联系人", "对接人", "contact", "contact name", group="contact", empty="",
                example="张伟"),
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
                  "级别", "分级", "等级评定",
                  words={"A一级": "A1", "A二级": "A2", "B一级": "B1", "B二级": "B2",
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
