"""The demo company's own workbooks, brought in by the same import as anybody's.

A customer ledger, three years of sales, and the tiers of an old ledger: each is written as a
company keeps it (a title above the header, words instead of codes), read, previewed and applied.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import xlsxwriter
from django.core.files.base import ContentFile
from django.db import connection
from django.utils.translation import override

from accounts.demo.copying import overwrite
from accounts.ledger.people import owner_text
from accounts.models import (
    Account,
    AgreementKind,
    Assignment,
    AssignmentKind,
    BusinessType,
    ContactPerson,
)
from accounts.workflow import ledger

if TYPE_CHECKING:
    from accounts.demo.story import Customer, Story

CUSTOMERS = "客户台账.xlsx"
TIERS = "2025年客户台账.xlsx"
SALES = "销售明细_{first:%Y%m}-{last:%Y%m}.xlsx"
YES_NO = {True: "是", False: "否", None: ""}

# Header of the customer ledger → the account's field, for those that are plain text.
TEXTS = {
    "客户编号": "code", "客户名称": "name", "简称": "short_name",
    "统一社会信用代码": "credit_code", "行业": "industry", "省份": "province", "城市": "city",
    "地址": "address", "电话": "phone", "开票名称": "invoice_title",
    "税号": "invoice_tax_number", "开票地址": "invoice_address", "开票电话": "invoice_phone",
    "开户行": "invoice_bank", "银行账号": "invoice_bank_account", "账期说明": "payment_note",
    "服务需求": "service_wishes",
}  # fmt: skip
OLD_NUMBER = "老系统编号"
LEDGER_HEADER = (
    *TEXTS, "曾用名", "客户性质", "最终客户", "区域", "账期（天）", "重要协议客户", "双联系人",
    "长期合作意向", "母公司", "大客户类型", "协议编号", "协议种类", "协议签订日期", "协议到期日",
    "联系人", "联系人职务", "手机", "联系人微信", "负责人", "客户状态", OLD_NUMBER,
)  # fmt: skip
SALES_HEADER = (
    "单据日期", "单据号", "行号", "客户编号", "客户名称", "存货编码", "存货名称", "数量",
    "价税合计", "销售成本",
)  # fmt: skip


@dataclass(frozen=True)
class Sale:
    """One line of a sales ledger."""

    day: dt.date
    document: str
    line: int
    account: Account
    product_code: str
    product: str
    quantity: Decimal
    amount: Decimal
    cost: Decimal


def bring_in(story: Story) -> None:
    """Customers and sales as the manager imports them; then the rows of the story know theirs."""
    import_as(story, CUSTOMERS, "customers", customer_workbook(story))
    for first in (35, 23, 11):
        months = [story.month(first - step + 1) for step in range(12)]
        name = SALES.format(first=months[0], last=months[-1])
        lines = [sale for sale in story.sales if sale.day.replace(day=1) in months]
        lines.sort(key=lambda sale: (sale.day, sale.document, sale.line))
        import_as(story, name, "sales", workbook("销售明细", SALES_HEADER, map(sales_row, lines)))
    find_again(story)
    date_back(story)


def import_as(story: Story, name: str, kind: str, content: bytes) -> None:
    """Upload, read and apply, as a person does; a refused row is a fault of the story."""
    with override("zh-hans"):
        row = ledger.upload(ContentFile(content, name), name=name, kind=kind, actor=story.manager)
        ledger.start_apply(ledger.read(row), actor=story.manager)
        ledger.apply(row, actor=story.manager)
    with connection.cursor() as cursor:
        # The import plans the rest of its transaction for many rows; the demo goes on with few.
        cursor.execute("SET LOCAL enable_nestloop = on")


def workbook(title: str, header: Sequence[str], lines: Iterable[Sequence[Any]]) -> bytes:
    """The same bytes for the same rows."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": title, "created": dt.datetime(2022, 5, 14)})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    bold = book.add_format({"bold": True})
    page = book.add_worksheet(title)
    page.write_string(0, 0, title, bold)
    page.write_row(1, 0, header, bold)
    for number, line in enumerate(lines, 2):
        for place, value in enumerate(line):
            if isinstance(value, dt.date):
                moment = dt.datetime.combine(value, dt.time())
                page.write_datetime(number, place, moment, day)
            else:
                page.write(number, place, value)
    page.freeze_panes(2, 0)
    book.close()
    return out.getvalue()


def customer_workbook(story: Story) -> bytes:
    lines: list[Sequence[Any]] = []
    with override("zh-hans"):
        for customer in story.customers:
            row, first = customer.row, next(iter(customer.contacts), ContactPerson())
            lines.append(
                [
                    *(getattr(row, name) for name in TEXTS.values()),
                    "、".join(row.former_names),
                    row.get_kind_display(),
                    YES_NO[row.is_end_customer],
                    row.region.name if row.region else "",
                    row.payment_days,
                    YES_NO[row.is_important_agreement],
                    YES_NO[row.needs_two_contacts],
                    YES_NO[row.long_term_intention],
                    row.parent.name if row.parent else "",
                    row.get_business_type_display(),
                    *agreement_of(story, customer, len(lines)),
                    *(first.name, first.position, first.mobile, first.wechat),
                    owner_text(row.owner.name, row.owner.employee_number) if row.owner else "",
                    row.get_standing_display(),
                    row.extra.get(OLD_NUMBER, ""),
                ]
            )
    return workbook("客户台账", LEDGER_HEADER, lines)


def agreement_of(story: Story, customer: Customer, place: int) -> Sequence[Any]:
    """Number, kind and days of the agreement; some run out soon, a few ran out lately."""
    if customer.row.business_type != BusinessType.AGREEMENT:
        return ("", "", None, None)
    ends_on = story.today + dt.timedelta(days=place * 37 % 400 - 30)
    signed_on = ends_on - dt.timedelta(days=365 if place % 3 else 730)
    number = f"VIP-{signed_on.year}-{place + 1:03}"
    return (number, str(AgreementKind.VIP.label), min(signed_on, story.today), ends_on)


def sales_row(sale: Sale) -> Sequence[Any]:
    return (
        sale.day, sale.document, sale.line, sale.account.code, sale.account.name,
        sale.product_code, sale.product, float(sale.quantity), float(sale.amount),
        float(sale.cost),
    )  # fmt: skip


def bring_in_tiers(story: Story, tiers: Iterable[tuple[Account, str]]) -> None:
    """What the old ledger said, for the customers whose tier nobody has decided anew."""
    lines = [(account.code, account.name, tier) for account, tier in tiers]
    content = workbook("客户台账", ("客户编号", "客户名称", "客户等级"), lines)
    import_as(story, TIERS, "customers", content)


def find_again(story: Story) -> None:
    """The rows of the story get the keys that the import gave; every name stands there once."""
    accounts = dict(Account.objects.values_list("name", "pk"))
    contacts = {
        (account, name): pk
        for pk, account, name in ContactPerson.objects.values_list("pk", "account", "name")
    }
    for customer in story.customers:
        customer.row.pk = accounts[customer.row.name]
        for contact in customer.contacts[:1]:
            contact.pk = contacts[customer.row.pk, contact.name]


def date_back(story: Story) -> None:
    """What a ledger has no column for: since when, through whom, and who else.

    The clocks of the rule book run from the day a record came in; a company that began today
    would have nothing due for a month.
    """
    accounts = [customer.row for customer in story.customers]
    overwrite(accounts, ["created_at", "created_by"])
    primary = [contact for customer in story.customers for contact in customer.contacts[:1]]
    overwrite(primary, ["department", "role", "phone", "confirmed_on", "left_on"])
    known = set(map(id, primary))
    story.contacts = [contact for contact in story.contacts if id(contact) not in known]
    owners = [row for row in story.assignments if is_current_owner(row)]
    imported = Assignment.objects.filter(kind=AssignmentKind.OWNER, ended_on=None)
    keys = dict(imported.values_list("account", "pk"))
    for row in owners:
        row.pk = keys[row.account.pk]
    overwrite(owners, ["started_on", "assigned_by"])
    story.assignments = [row for row in story.assignments if not is_current_owner(row)]


def is_current_owner(row: Assignment) -> bool:
    return row.kind == AssignmentKind.OWNER and row.ended_on is None
