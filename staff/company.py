"""Who we are: the name that stands on printed forms and in what callers say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from staff import policy

NAME = policy.Words(
    "company.name",
    _("The company's name"),
    "",
    "S4-2",
    question=_("It stands on printed forms, and callers say it."),
)


def name(values: policy.Values | None = None) -> str:
    """The company's name as a manager set it; "" until then."""
    return (values or policy.in_force())[NAME]
