"""What the one at the telephone says, and how to go on when a call is difficult (S4-6.1)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.call_policies import CLOSING, OPENING
from complaints.models import Situation
from staff import company, policy


@dataclass(frozen=True)
class Guidance:
    """One difficult situation: the sentence to say, what to do, and what never to do."""

    situation: Situation
    key: str  # the access key that opens it
    say: object
    steps: tuple[object, ...]
    never: object = ""

    @property
    def title(self) -> str:
        return str(self.situation.label)


GUIDANCE = (
    Guidance(
        Situation.UPSET,
        "1",
        _("“I understand very well how you feel. Let us talk calmly and solve it quickly.”"),
        (
            _("Keep your own temper; let the caller finish."),
            _("Turn to the matter itself: what happened, when, what would help?"),
        ),
    ),
    Guidance(
        Situation.DIALECT,
        "2",
        _("“Excuse me, could you say it in Mandarin, or a little more slowly?”"),
        (
            _("Hand over to a colleague who understands the dialect (listed below)."),
            _("Nobody there? Note the number; such a colleague calls back."),
        ),
    ),
    Guidance(
        Situation.FAULT,
        "3",
        _("“The line is bad. May I call you back at once? Which number is best?”"),
        (_("Transfer the call to another telephone."), _("Tell the network administrator.")),
    ),
    Guidance(
        Situation.BEYOND,
        "4",
        _("“I am sorry, I shall find out and call you back at once. Would that be all right?”"),
        (
            _("Ask for the telephone number."),
            _("Ask the department concerned; call back when it is settled."),
        ),
        _("Never answer blindly and never promise what nobody has authorised."),
    ),
)
MANNERS = (
    _("Pick up within three rings."),
    _("Be polite, clear and exact; speak warmly and audibly."),
    _("Listen patiently. Write a complaint down fully, in the customer's words."),
)


@dataclass(frozen=True)
class Script:
    """The first and the last sentence, with the company's name filled in."""

    opening: str
    closing: str


def script() -> Script:
    """Plain replacement: a script is no template language."""
    values = policy.in_force()
    organisation = company.name(values) or gettext("our company")
    opening, closing = (
        values[key].replace("{organisation}", organisation) for key in (OPENING, CLOSING)
    )
    return Script(opening, closing)
