"""What the rule book leaves open about visits and receptions."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

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


def quota_of(user: User, values: policy.Values | None = None) -> int:
    """How many visits a day are asked of somebody; 0 when none are."""
    key = QUOTAS.get(Role(user.role)) if user.role in Role.values else None
    return (values or policy.in_force())[key] if key else 0
