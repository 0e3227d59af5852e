"""What the rule book leaves open about calls, enquiries and feedback."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from staff import policy

REPLY_WITHIN = policy.BusinessDays(
    "call.reply_within",
    _("Call back with an answer within"),
    1,
    "S4-6.1",
    question=_("“In time”, says the text, without hours."),
)
LINK_LIFETIME = policy.Days(
    "call.answer_link",
    _("A department's private link works for"),
    7,
    "S4-6.1",
    question=_("The text does not say how departments answer."),
    most=60,
)
TELL_WITHIN = policy.BusinessDays(
    "feedback.tell_within",
    _("Tell the customer what became of their feedback within"),
    5,
    "S1-A2-SPC",
    question=_("“In time”, says the text, without days."),
)
OPENING = policy.Words(
    "call.opening",
    _("The first sentence at the telephone"),
    "您好，{organisation}，请问您有什么需要帮助的？",
    "S4-6.1",
    question=_("{organisation} becomes the company's name. The text says “may be”."),
)
CLOSING = policy.Words(
    "call.closing",
    _("The last sentence at the telephone"),
    "谢谢您的来电。",
    "S4-6.1",
    question=_("{organisation} becomes the company's name. The text says “may be”."),
)
