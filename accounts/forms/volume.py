from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, AnnualVolume, VolumeBasis, VolumeSource

from .fields import YuanField, date_input

A_YEAR = range(359, 373)  # days: leap years, and ledgers that close some days early or late


class AnnualVolumeForm(forms.ModelForm[AnnualVolume]):
    """One year's figure with what it means (Q12)."""

    amount = YuanField(
        label=_("Amount (yuan)"), help_text=_("350000 or 35万. Leave the form if it is not known.")
    )

    class Meta:
        model = AnnualVolume
        fields = ("basis", "period_from", "period_to", "amount", "source_note", "as_of")
        widgets = {
            "period_from": date_input(),
            "period_to": date_input(),
            "as_of": date_input(),
        }

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.account = account
        self.instance.source = VolumeSource.ENTERED
        today = timezone.localdate()
        last_year = today.year - 1
        self.initial.setdefault("period_from", dt.date(last_year, 1, 1))
        self.initial.setdefault("period_to", dt.date(last_year, 12, 31))
        self.initial.setdefault("as_of", today)

    def validate_constraints(self) -> None:
        """The same basis and period again replaces what was typed before: no clash to report."""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        start, end = values.get("period_from"), values.get("period_to")
        if start and end and (end - start).days + 1 not in A_YEAR:
            self.add_error("period_to", gettext("An annual volume covers twelve months."))
        expected = values.get("basis") == VolumeBasis.EXPECTED
        if end and end > timezone.localdate() and not expected:
            self.add_error("period_to", gettext("Only an expected volume can lie in the future."))
        as_of = values.get("as_of")
        if as_of and as_of > timezone.localdate():
            self.add_error("as_of", gettext("This day is still to come."))
        return values


class MonthsForm(forms.Form):
    """The twelve months of a year; an empty one is not known, which is not zero."""

    def __init__(self, *args: Any, account: Account, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {row.month.month: row for row in account.monthly_volumes.filter(month__year=year)}
        today = timezone.localdate()
        self.months = {number: dt.date(year, number, 1) for number in range(1, 13)}
        for number, month in self.months.items():
            row = known.get(number)
            is_running = month >= today.replace(day=1)  # half a month is no month
            is_fixed = is_running or bool(row and row.source == VolumeSource.LEDGER)
            self.fields[f"m{number}"] = YuanField(
                label=f"{month:%Y-%m}",
                required=False,
                disabled=is_fixed,
                initial=row.amount if row else None,
                help_text=_("From the sales ledger") if row and is_fixed else "",
            )

    def amounts(self) -> dict[dt.date, Decimal | None]:
        """Month → amount for the months that may be typed."""
        return {
            month: self.cleaned_data[f"m{number}"]
            for number, month in self.months.items()
            if not self.fields[f"m{number}"].disabled
        }
