"""What the rule book leaves open about visits and receptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import text_area
from staff import policy
from staff.models import Role, User


@dataclass(frozen=True, eq=False)
class Quota(policy.Number):
    """Visits a day; 0 asks for none."""

    least: int = 0
    most: int = 50

    def show(self, value: int) -> str:
        return (
            ngettext("%d visit a day", "%d visits a day", value) % value
            if value
            else gettext("off")
        )


class LinesField(forms.CharField):
    """One entry a line; empty lines and repetitions are left out."""

    widget = text_area(8)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        lines = [line.strip()[:120] for line in super().clean(value).splitlines()]
        return list(dict.fromkeys(line for line in lines if line))


@dataclass(frozen=True, eq=False)
class Lines(policy.PolicyKey[list[str]]):
    """A list that is worked through, one entry a line."""

    def field(self) -> forms.Field:
        return LinesField(max_length=4000, required=False)

    def show(self, value: list[str]) -> str:
        return gettext(", ").join(value) or gettext("none")


QUOTAS = {
    Role.SPECIALIST: Quota(
        "visit.quota_per_day",
        _("Visits a day for each specialist"),
        0,
        "S5-4-1",
        question=_("“Daily visit quota”, says the text, without a number; 0 asks for none."),
    ),
    Role.SUPERVISOR: Quota(
        "visit.quota_per_day_supervisor",
        _("Visits a day for each supervisor"),
        0,
        "S5-4-1",
        question=_("“Daily visit quota”, says the text, without a number; 0 asks for none."),
    ),
}
RECORD_WITHIN = policy.BusinessDays(
    "visit.record_within",
    _("Record a planned visit within"),
    1,
    "S1-A2-SPC",
    question=_("The text gives no time."),
)
RECORD_RECEPTION_WITHIN = policy.BusinessDays(
    "reception.record_within",
    _("Record a reception within"),
    1,
    "S4-6.4",
    question=_("The text asks for a record, without a time."),
)
PREPARE_BEFORE = policy.BusinessDays(
    "reception.prepare_before",
    _("Receptions are prepared this long before"),
    1,
    "S4-6.4",
    question=_("“Arrange early”, says the text, without a number."),
)
THANK_WITHIN = policy.BusinessDays(
    "reception.thank_within",
    _("Thank visitors within"),
    2,
    "S4-6.4",
    question=_("The text gives no time; thanking is suggested."),
)
VIP_TIERS = policy.Choices(
    "reception.vip_tiers",
    _("Tiers for which VIP level is suggested"),
    ["A1", "A2"],
    "S1-A12",
    question=_("“Important customers”, says the text, without saying which they are."),
    options={tier: tier for tier in ("A1", "A2", "B1", "B2", "C", "D")},
)
MEASURES = policy.Words(
    "reception.measures",
    _("Where our reception measures are kept"),
    "",
    "S1-A12",
    question=_("The measures were not supplied: name the folder or address where they are."),
    longest=300,
)
PREPARATIONS = {
    "ordinary": Lines(
        "reception.prepare_ordinary",
        _("What is prepared for an ordinary reception"),
        [
            "与来访人确认时间、人数和来意",
            "预订会议室",
            "通知陪同人员",
            "准备客户档案和近期往来情况",
            "准备茶水和资料",
        ],
        "S4-6.4",
        question=_("The text names no steps; the list is suggested."),
    ),
    "vip": Lines(
        "reception.prepare_vip",
        _("What is prepared for a VIP reception"),
        [
            "与来访人确认时间、人数和来意",
            "请领导出席并确认时间",
            "预订贵宾会议室",
            "通知陪同人员和参观部门",
            "准备客户档案、近期往来情况和未了结问题",
            "准备欢迎牌、桌牌和投影",
            "安排接送和车位",
            "安排餐饮并报批",
            "准备资料和伴手礼",
        ],
        "S1-A12",
        question=_("The reception measures were not supplied; the list is suggested."),
    ),
}


def quota_of(user: User, values: policy.Values | None = None) -> int:
    """How many visits a day are asked of somebody; 0 when none are."""
    key = QUOTAS.get(Role(user.role)) if user.role in Role.values else None
    return (values or policy.in_force())[key] if key else 0
