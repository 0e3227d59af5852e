from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Channel, HandoverLine, Interaction
from accounts.workflow.handover import contacts_of

from .fields import date_input, not_to_come


class ToldForm(forms.Form):
    """When and how the customer was told who looks after them now."""

    told_on = forms.DateField(label=_("Told on"), initial=timezone.localdate, widget=date_input())
    told_how = forms.ChoiceField(label=_("How"), choices=Channel.choices)

    def clean_told_on(self) -> Any:
        return not_to_come(self.cleaned_data["told_on"])


class FirstContactForm(forms.Form):
    """Which of the successor's contact records was the first contact."""

    record = forms.ModelChoiceField(Interaction.objects.none(), label=_("Contact record"))

    def __init__(self, *args: Any, line: HandoverLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["record"]
        field.queryset = contacts_of(line)[:50]  # type: ignore[attr-defined]
        field.label_from_instance = _in_words  # type: ignore[attr-defined]


def _in_words(record: Interaction) -> str:
    day = timezone.localtime(record.happened_at)
    return f"{day:%Y-%m-%d} {record.get_channel_display()} {record.summary[:40]}"
