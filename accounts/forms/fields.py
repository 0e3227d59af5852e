"""Inputs that several forms share."""

from __future__ import annotations

import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import credit_code
from staff.clock import future_blocker

UNITS = {"亿": Decimal(100_000_000), "万": Decimal(10_000)}


class YuanField(forms.DecimalField):
    """An amount in yuan as people write it: `12.5万`, `1,200,000`, `３０万元`."""

    default_error_messages = {"invalid": _("Enter an amount in yuan, such as 350000 or 35万.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 18)
        kwargs.setdefault("decimal_places", 4)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        text = unicodedata.normalize("NFKC", str(value))
        for noise in (",", " ", "¥", "￥", "人民币", "元"):
            text = text.replace(noise, "")
        factor = Decimal(1)
        if text[-1:] in UNITS:
            text, factor = text[:-1], UNITS[text[-1]]
        try:
            amount = Decimal(text) * factor
        except InvalidOperation as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if not amount.is_finite():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return amount.normalize() if amount == amount.to_integral() else amount

    def prepare_value(self, value: Any) -> Any:
        """A stored `12000.0000` is shown as `12000`, `0.5000` as `0.50`, ready to be typed over."""
        if isinstance(value, Decimal):
            if value == value.to_integral():
                return f"{value:.0f}"
            cents = value.quantize(Decimal("0.01"))
            return f"{cents if cents == value else value:f}"
        return value


class CreditCodeField(forms.CharField):
    """A credit code as it is pasted, with spaces or hyphens: there is room for them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "max_length": 40})

    def to_python(self, value: Any) -> Any:
        return credit_code.normalise(super().to_python(value) or "")


def not_to_come(when: Any) -> Any:
    """For `clean_…` of a day or moment on which something has happened."""
    if blocker := future_blocker(when):
        raise ValidationError(blocker)
    return when


def date_input(**attrs: Any) -> forms.DateInput:
    """The browser's own date picker; a plain text field where there is none."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **attrs})


def moment_input(**attrs: Any) -> forms.DateTimeInput:
    """The browser's own date and time picker."""
    return forms.DateTimeInput(
        format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "step": "60", **attrs}
    )


def text_area(rows: int = 3, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


class ReasonForm(forms.Form):
    """A reason and nothing else: voiding, ending."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
