"""What the caller says, with the names filled in."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from staff import company, policy
from staff.models import User

SUBJECT = policy.Words(
    "return_visit.subject",
    _("What return visits ask about"),
    "产品和服务",
    "S4-6.2",
    question=_("The source asks about garment testing only; name what you supply."),
)


def fill_in(words: str, account: Account, caller: User, day: dt.date) -> str:
    """The script's words for this call. Plain replacement: a script is no template language."""
    values = policy.in_force(day)
    for name, value in {
        "organisation": company.name(values) or gettext("our company"),
        "caller": caller.name or caller.username,
        "customer": account.name,
        "subject": values[SUBJECT],
    }.items():
        words = words.replace(f"{{{name}}}", str(value))
    return words
