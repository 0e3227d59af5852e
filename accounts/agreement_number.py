"""The numbers of agreements, by the company's rule."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import connection
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Agreement, AgreementKind
from staff import policy

SERIAL = re.compile(r"\{n(\d?)\}")
KINDS = {AgreementKind.VIP: "VIP", AgreementKind.SALES: "XS"}
LONGEST = 30


def one_serial(pattern: str) -> None:
    """Refuse a rule that would give two agreements the same number."""
    if len(SERIAL.findall(pattern)) != 1:
        raise ValidationError(gettext("The rule needs the serial number once: {n} or {n3}."))
    if unknown := re.search(r"\{(?!kind\}|year\}|month\}|n\d?\})[^}]*\}?", pattern):
        raise ValidationError(gettext("Not understood: %(part)s") % {"part": unknown[0]})


@dataclass(frozen=True, eq=False)
class NumberRule(policy.PolicyKey[str]):
    """Fixed text with {kind}, {year}, {month} and a serial number {n}, {n3} (three digits)."""

    def field(self) -> forms.Field:
        plain = RegexValidator(r"^[^\s\"'<>]+$", gettext("No spaces or quotation marks."))
        return forms.CharField(
            max_length=LONGEST,
            validators=[plain, one_serial],
            help_text=gettext(
                "Put together from fixed text and {kind} (VIP or XS), {year}, {month}, {n3} (the "
                "serial number, here with three digits at least)."
            ),
        )


NUMBER = NumberRule(
    "agreement.number",
    _("How agreements are numbered"),
    "{kind}-{year}-{n3}",
    "S1-A8",
    question=_("The text has no numbers for agreements."),
)


def next_number(kind: str, day: dt.date, rule: str) -> str:
    """The first free number of that rule; held until the transaction ends, so nobody else gets it.

    The serial number counts on within what the rule puts around it: by kind and year, say.
    """
    words = {"{kind}": KINDS[AgreementKind(kind)], "{year}": str(day.year)}
    words["{month}"] = f"{day.month:02}"
    for name, word in words.items():
        rule = rule.replace(name, word)
    before, digits, after = SERIAL.split(rule, maxsplit=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"agreement:{before}{after}"])
    taken = Agreement.objects.filter(number__startswith=before, number__endswith=after)
    serials = [
        int(middle)
        for number in taken.values_list("number", flat=True)
        if (middle := number[len(before) : len(number) - len(after)]).isascii()
        and middle.isdecimal()
        and len(middle) < 9
    ]
    return f"{before}{max(serials, default=0) + 1:0{int(digits or 1)}}{after}"
