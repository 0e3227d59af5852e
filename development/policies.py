"""What the rule book leaves open about development plans, prospects and their meetings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from staff import policy

PLAN_APPROVAL = policy.Flag(
    "plan.approval",
    _("A development plan needs the manager's approval"),
    False,
    "S1-A9",
    question=_("“Report to the manager”, says the text: for information, or for approval?"),
)
PLAN_DUE = policy.Days(
    "plan.due",
    _("The year's plan is due so many days after New Year"),
    30,
    "S1-A2-SUP",
    question=_("The text gives no day; 30 days after 1 January is 31 January."),
    most=365,
)
NOTE_WITHIN = policy.BusinessDays(
    "plan.note_within",
    _("Answer a reported plan within"),
    5,
    "S1-A9",
    question=_("The text gives no time."),
)
CONTACT_WITHIN = policy.Days(
    "prospect.contact_within",
    _("A prospect is not without contact for longer than"),
    30,
    "S1-A10",
    question=_("The text gives no time."),
)
STAGE_WITHIN = policy.Days(
    "prospect.stage_within",
    _("A prospect stays in one stage for at most"),
    60,
    "S1-A10",
    question=_("The text gives no time; a longer stay is only shown."),
)
