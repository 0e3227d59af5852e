"""A list of prospects (潜在大客户名录): every row goes onto the list of one plan (S1-A9-2).

A customer whom nobody knows is written down as a prospect; of one on the list already only what
is still empty is filled.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.ledger import customers, sales
from accounts.ledger.columns import Column, Kind, PartOf, choice_column, money_column, text_column
from accounts.ledger.registers import paragraph_column
from development.ledger.listing import apply, compare, take_back
from development.models import DevelopmentPlan, Source
from staff.models import User

COLUMNS: tuple[Column, ...] = (
    *(sales.KIND.by_name[name] for name in ("customer_name", "customer_code")),
    choice_column(
        "source", _("Source of the lead"), Source.choices, "来源", "线索来源", "信息来源",
        "客户来源",
        words={"展会": "exhibition", "转介绍": "referral", "介绍": "referral", "招标": "tender",
               "网络": "internet", "市场调研": "research", "来电": "inbound"}, empty="",
    ),
    text_column("source_note", _("More about the source"), 200, "来源说明", "介绍人", empty=""),
    paragraph_column("situation", _("Situation"), "基本情况", "概况", "客户概况", "背景", "现状",
                     "经营情况", empty="", width=40, example="三条压铸线，两班制"),
    paragraph_column("needs", _("What they need"), "需求", "客户需求", empty="", width=32),
    paragraph_column("competitors", _("Who supplies them now"), "现有供应商", "现用供应商",
                     "竞争对手", "竞品", "在用品牌", empty="", width=32),
    money_column("expected_volume", _("Expected annual volume"), "预计年用量金额", "预计年采购额",
                 "预计年交易额", "预计年用量", "预计年销售额", "年用量", empty=""),
    text_column("volume_basis", _("What the figure rests on"), 200, "测算依据", "依据", "估算依据",
                empty=""),
    *(customers.KIND.by_name[name] for name in ("phone", "industry", "region", "city", "owner")),
)  # fmt: skip


def plans(user: User) -> list[tuple[str, str]]:
    """Those to whose list `user` may add, the latest first."""
    found = DevelopmentPlan.objects.for_list().visible_to(user).living()
    return [(str(plan.pk), f"{plan} ({plan.author.name})") for plan in found]


def address(key: str) -> str:
    return DevelopmentPlan(pk=int(key)).get_absolute_url()


KIND = Kind(
    name="prospects",
    label=_("List of prospects"),
    hint=_("One row per prospect, for the list of one development plan."),
    keeps=_("kept below the situation"),
    columns=COLUMNS,
    compare=compare,
    apply=apply,
    undo=take_back,
    # New ones are written down; see `sales.find_customers`.
    defaults={"rates": {}},
    needs=(("customer_name", "customer_code"),),
    part_of=PartOf("plan", _("Development plan"), plans, address),
)
