"""What the text leaves open about recognition: who approves, how soon, and in spite of what."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from staff import policy
from staff.models import Role, User


@dataclass(frozen=True, eq=False)
class Posts(policy.Choices):
    """Posts from the lower to the higher; one at least."""

    def field(self) -> forms.Field:
        return forms.MultipleChoiceField(
            choices=list(self.options.items()), widget=forms.CheckboxSelectMultiple
        )


LEVELS = Posts(
    "recognition.levels",
    _("Who approves an application for recognition, one after the other"),
    [Role.SUPERVISOR.value, Role.MANAGER.value],
    "S1-A7",
    question=_("The text names nobody who approves: supervisor, then manager?"),
    options={Role.SUPERVISOR.value: Role.SUPERVISOR.label, Role.MANAGER.value: Role.MANAGER.label},
)
WAIVER = policy.Flag(
    "recognition.principle_waiver",
    _("Approve in spite of a principle not met or not known, with a reason"),
    False,
    "S1-A5",
    question=_("The text says “must” of all four principles: may anybody make an exception?"),
)
DECIDE_WITHIN = policy.BusinessDays(
    "recognition.decide_within",
    _("Decide on an application within"),
    3,
    "S1-A7",
    question=_("The text gives no time."),
)


def levels_for(applicant: User, values: policy.Values) -> list[str]:
    """The posts an application passes: a superior's own goes to the manager at once."""
    chosen = [
        role for role in (Role.SUPERVISOR.value, Role.MANAGER.value) if role in values[LEVELS]
    ]
    if applicant.is_superior or not chosen:
        return [Role.MANAGER.value]
    return chosen
