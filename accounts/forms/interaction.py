from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Interaction
from staff.clock import future_blocker

from .fields import date_input, moment_input, text_area


class InteractionForm(forms.ModelForm[Interaction]):
    """One contact with a customer: two fields are enough, the rest has a sensible start."""

    class Meta:
        model = Interaction
        fields = (
            "summary",
            "channel",
            "happened_at",
            "direction",
            "contact_person",
            "purpose",
            "next_step",
            "next_step_on",
        )
        widgets = {
            "summary": text_area(2, placeholder=_("What was said, agreed, asked for?")),
            "happened_at": moment_input(),
            "next_step_on": date_input(),
        }

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.instance.account = account
        gone = Q(left_on__isnull=False) & ~Q(pk=self.instance.contact_person_id)
        people = account.contact_people.exclude(gone)
        self.fields["contact_person"].queryset = people  # type: ignore[attr-defined]

    def clean_happened_at(self) -> dt.datetime:
        happened_at: dt.datetime = self.cleaned_data["happened_at"]
        if future_blocker(happened_at):
            raise forms.ValidationError(
                gettext("This is still to come; write it down as a next step.")
            )
        return happened_at

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        words, day = values.get("next_step"), values.get("next_step_on")
        if words and not day and "next_step_on" not in self.errors:
            self.add_error("next_step_on", gettext("By when?"))
        if day and not words:
            self.add_error("next_step", gettext("What is to be done?"))
        return values


class CorrectionForm(forms.Form):
    """What was wrong or missing in a record that stays as it was written."""

    text = forms.CharField(label=_("Correction"), max_length=500, widget=text_area(2))
