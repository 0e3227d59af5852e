from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.concurrency import last_event
from accounts.models import ContactPerson
from accounts.workflow.contact_person import FORM_FIELDS

from .fields import date_input, not_to_come


class ContactPersonForm(forms.ModelForm[ContactPerson]):
    """One person on the customer's side; `seen` is the event the form was drawn from."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = ContactPerson
        fields = FORM_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and not self.is_bound:
            self.initial["seen"] = last_event(self.instance)

    def validate_constraints(self) -> None:
        """The first to call takes over from the old one in the workflow: no clash to report."""

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        reachable = ("mobile", "phone", "email", "wechat")
        if values.get("is_primary") and not any(values.get(name) for name in reachable):
            self.add_error(
                "is_primary", gettext("Who is first to call needs a number or an address.")
            )
        return values


class LeftForm(forms.Form):
    """The day somebody left the customer."""

    left_on = forms.DateField(label=_("Left on"), widget=date_input(), initial=timezone.localdate)

    def clean_left_on(self) -> Any:
        return not_to_come(self.cleaned_data["left_on"])
