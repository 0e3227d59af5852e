"""The columns of a sales ledger, and what a line must have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.ledger import cells
from accounts.ledger.columns import Column, money_column, parser_of, text_column
from accounts.ledger.run import STAGED, Run

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
    text_column("source", _("Source of the lines"), 40, parse=cells.code, empty="", is_ours=True),
    Column(
        "record", _("Line in this system"), parser_of(cells.whole_number(10**15)), cast="bigint",
        empty="", number_format="0", is_ours=True,
    ),
)  # fmt: skip


def has_identity(run: Run) -> bool:
    """Whether a line of the file can be told to be one that is here."""
    return run.has("line") or run.has("record")


def source_sql(run: Run, source: str) -> str:
    """Where a line comes from: what the line says, else what was said of the file (one %s)."""
    value = run.incoming if source == "i" else run.staged
    return f"coalesce({value('source')}, %s)"


def row_rule(run: Run) -> Callable[[Sequence[str | None]], list[PROBLEM]]:
    """A line needs a customer, and an amount or what it is worked out from."""
    place = {column.name: position for position, column in enumerate(run.fields)}
    code, name = place.get("customer_code"), place.get("customer_name")
    amount, quantity = place.get("amount"), place.get("quantity")
    price = place.get("unit_price")

    def rule(values: Sequence[str | None]) -> list[PROBLEM]:
        problems = []
        if not ((code is not None and values[code]) or (name is not None and values[name])):
            field = "customer_name" if code is None else "customer_code"
            problems.append({"index": -1, "field": field, "code": "no_customer"})
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


GOOD = f"{STAGED} r WHERE r.ledger_import_id = %s AND r.verdict IN ('new', 'changed')"
READ = f"{STAGED} r WHERE r.ledger_import_id = %s AND r.verdict IN ('new', 'changed', 'same')"
