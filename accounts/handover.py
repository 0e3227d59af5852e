"""What the rule book leaves open about a customer changing hands (S1 第14条)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from staff import policy

NOTIFY_WITHIN = policy.BusinessDays(
    "handover.notify_within",
    _("Tell the customer of a new contact within"),
    3,
    "S1-A14",
    question=_("“In time”, says the text, without a number."),
)
CONTACT_WITHIN = policy.BusinessDays(
    "handover.contact_within",
    _("First contact of the successor within"),
    5,
    "S1-A14",
    question=_("“Quickly”, says the text, without a number."),
)
ON_TRANSFER = policy.Flag(
    "handover.on_transfer",
    _("A handover also when a customer is transferred inside the company"),
    True,
    "S1-A14",
    question=_("The text speaks only of people who leave the company."),
)
