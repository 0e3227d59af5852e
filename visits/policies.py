"""What the rule book leaves open about visits and receptions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
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


class PersonalQuotasField(forms.CharField):
    """One colleague and a number a line: `陆雅婷 3`; by name, user name or employee number."""

    widget = text_area(6)

    def prepare_value(self, value: Any) -> Any:
        return _quota_lines(value) if isinstance(value, dict) else value

    def clean(self, value: Any) -> Any:
        lines = [line.split() for line in super().clean(value).splitlines() if line.strip()]
        return dict(self._read(words) for words in lines)

    def _read(self, words: list[str]) -> tuple[str, int]:
        *name, number = words
        if not name or not number.isdecimal() or int(number) > Quota.most:
            raise forms.ValidationError(
                gettext("Write a name and a number up to %(most)d: %(line)s")
                % {"most": Quota.most, "line": " ".join(words)}
            )
        called = " ".join(name)
        found = list(User.objects.in_house().filter(
            Q(name=called) | Q(username=called) | Q(employee_number=called)
        )[:2])  # fmt: skip
        if len(found) != 1:
            raise forms.ValidationError(
                gettext("Not one colleague is called %s; use the user name.") % called
            )
        return found[0].username, int(number)


def _quota_lines(value: dict[str, int]) -> str:
    names = dict(User.objects.filter(username__in=value).values_list("username", "name"))
    counted = Counter(names.values())
    called = {word: name for word, name in names.items() if counted[name] == 1}
    return "\n".join(f"{called.get(word, word)} {number}" for word, number in value.items())


@dataclass(frozen=True, eq=False)
class PersonalQuotas(policy.PolicyKey[dict[str, int]]):
    """Visits a day of single people, by user name; 0 asks for none of them."""

    def field(self) -> forms.Field:
        return PersonalQuotasField(max_length=4000, required=False)

    def show(self, value: dict[str, int]) -> str:
        return gettext(", ").join(_quota_lines(value).splitlines()) or gettext("none")


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
PERSONAL_QUOTAS = PersonalQuotas(
    "visit.quota_persons",
    _("Visits a day of single people, in the place of their post's"),
    {},
    "S5-4-1",
    question=_(
        "One line each: name and number. The text speaks of a quota without a number. Leave is not "
        "kept here: 0 from its first day to its last asks for none."
    ),
)
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
    """How many visits a day are asked of somebody, by name, else by post; 0 when none are."""
    values = values or policy.in_force()
    if (own := values[PERSONAL_QUOTAS].get(user.username)) is not None:
        return own
    key = QUOTAS.get(Role(user.role)) if user.role in Role.values else None
    return values[key] if key else 0
