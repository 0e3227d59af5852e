"""How near an agreement is to its end: the stages of the renewal runway (90, 60, 30 days)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from staff import policy

MOST_STAGES = 6
LONGEST = 730


class DaysField(forms.CharField):
    """`90, 60, 30` as a list of whole numbers, the largest first."""

    def to_python(self, value: object) -> list[int]:  # type: ignore[override]
        text = value if isinstance(value, list) else re.split(r"[\s,，、/;；]+", str(value or ""))
        try:
            days = sorted({int(word) for word in text if str(word).strip()}, reverse=True)
        except ValueError as error:
            raise ValidationError(gettext("Write numbers of days, such as 90, 60, 30.")) from error
        if not 0 < len(days) <= MOST_STAGES or days[0] > LONGEST or days[-1] < 1:
            raise ValidationError(
                gettext("One to %(count)d numbers of days, each from 1 to %(days)d.")
                % {"count": MOST_STAGES, "days": LONGEST}
            )
        return days

    def prepare_value(self, value: object) -> object:
        return ", ".join(map(str, value)) if isinstance(value, list) else value


@dataclass(frozen=True, eq=False)
class Stages(policy.PolicyKey[list[int]]):
    """Days before an end at which something is brought to mind, the earliest first."""

    def field(self) -> forms.Field:
        return DaysField(max_length=40)

    def show(self, value: list[int]) -> str:
        return gettext("%(days)s days before the end") % {
            "days": gettext(", ").join(map(str, value))
        }


RUNWAY = Stages(
    "agreement.runway",
    _("Renewal of an agreement is prepared from"),
    [90, 60, 30],
    "S1-A8",
    question=_("The text says nothing about renewal."),
)


def stage(days_left: int | None, runway: Sequence[int]) -> int | None:
    """The stage reached: the smallest number of days that it is within; None before the first."""
    if days_left is None or days_left < 0:
        return None
    return min((days for days in runway if days_left <= days), default=None)
