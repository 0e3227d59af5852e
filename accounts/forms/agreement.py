from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    Account,
    Agreement,
    AgreementKind,
    AgreementNote,
    AgreementObligation,
    BusinessType,
    FileKind,
)
from staff import company
from staff.models import User

from .attachment import AttachmentForm
from .fields import YuanField, date_input, text_area

PAPER = ("kind", "number", "title", "amount", "starts_on", "ends_on", "terms")
OURS = ("our_party", "our_signer", "our_capacity", "our_proof")
THEIRS = ("their_party", "their_signer", "their_capacity", "their_proof")


def not_before_start(form: forms.BaseForm, values: dict[str, Any]) -> None:
    """A term that ends before it starts is refused at its field."""
    start, end = values.get("starts_on"), values.get("ends_on")
    if start and end and end < start:
        form.add_error("ends_on", gettext("It cannot end before it starts."))


class AgreementForm(forms.ModelForm[Agreement]):
    """An agreement on paper; what a draft does not know yet may stay open."""

    amount = YuanField(label=_("Amount"), required=False, min_value=0)
    reason = forms.CharField(
        label=_("Reason for the correction"),
        max_length=200,
        help_text=_("It is signed: the reason stays in the trail."),
    )

    class Meta:
        model = Agreement
        fields = (*PAPER, *OURS, *THEIRS)
        widgets = {"starts_on": date_input(), "ends_on": date_input(), "terms": text_area(4)}

    def __init__(
        self, *args: Any, account: Account, renews: Agreement | None = None, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.instance.account = account
            self.initial = {**first_values(account, renews), **self.initial}
        if not self.instance.is_signed:
            del self.fields["reason"]
        number = self.fields["number"]
        number.required = bool(self.instance.pk)
        if not self.instance.pk:
            number.help_text = gettext("Blank: the next number of the company's rule.")
        self.fields["our_signer"].queryset = User.objects.colleagues()  # type: ignore[attr-defined]

    def fieldsets(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Title and fields of each part of the page."""
        parts = [
            (gettext("The agreement"), PAPER),
            (gettext("Our side"), OURS),
            (gettext("The customer's side"), THEIRS),
        ]
        if "reason" in self.fields:
            parts.append((gettext("Correction"), ("reason",)))
        return [(title, [self[name] for name in names]) for title, names in parts]

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        not_before_start(self, values)
        return values

    def values(self) -> dict[str, Any]:
        """What the agreement itself says."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


def first_values(account: Account, renews: Agreement | None) -> dict[str, Any]:
    """A new agreement begins with what is known; a renewal goes on where the last one ends."""
    values: dict[str, Any] = {
        "our_party": company.name(),
        "our_signer": account.owner_id,
        "their_party": account.invoice_title or account.name,
    }
    if renews is None:
        return values
    kept = ("kind", "title", "amount", "terms", *OURS, *THEIRS)
    before = {name: renews.serializable_value(name) for name in kept}
    values |= {name: value for name, value in before.items() if value not in ("", None)}
    if renews.starts_on and renews.ends_on:
        values["starts_on"] = renews.ends_on + dt.timedelta(days=1)
        values["ends_on"] = renews.ends_on + (renews.ends_on - renews.starts_on)
    return values


class SignForm(forms.ModelForm[Agreement]):
    """The signature of both sides: who signed, by what right, and from when it holds."""

    signed_on = forms.DateField(
        label=_("Signed on"), initial=timezone.localdate, widget=date_input()
    )

    class Meta:
        model = Agreement
        fields = (*OURS, *THEIRS, "starts_on", "ends_on")
        widgets = {"starts_on": date_input(), "ends_on": date_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parties = ("our_party", "our_signer", "their_party", "their_signer")
        for name in (*parties, "their_capacity", "starts_on"):
            self.fields[name].required = True
        self.fields["our_signer"].queryset = User.objects.colleagues()  # type: ignore[attr-defined]
        self.fields["our_signer"].error_messages["required"] = gettext("Who signed for us?")
        self.fields["their_signer"].error_messages["required"] = gettext(
            "Who signed for the customer: the legal representative or someone appointed?"
        )
        self.fields["their_capacity"].error_messages["required"] = gettext(
            "Legal representative, or appointed (S1 第8条)?"
        )
        self.order_fields(["signed_on"])

    def clean_signed_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["signed_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(gettext("The day of the signature lies in the future."))
        return day

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        not_before_start(self, values)
        return values

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class EndForm(forms.Form):
    """From when a signed agreement no longer holds, and why."""

    ended_on = forms.DateField(
        label=_("No longer in force from"), initial=timezone.localdate, widget=date_input()
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)


class ObligationForm(forms.ModelForm[AgreementObligation]):
    """What one side owes, by when, and who of us sees to it."""

    class Meta:
        model = AgreementObligation
        fields = ("text", "side", "due_on", "responsible")
        widgets = {"due_on": date_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = User.objects.colleagues()  # type: ignore[attr-defined]


class SettleForm(forms.Form):
    """What came of an obligation."""

    outcome = forms.CharField(label=_("What came of it"), max_length=200)
    settled_on = forms.DateField(label=_("On"), initial=timezone.localdate, widget=date_input())
    is_waived = forms.BooleanField(
        label=_("It was not done: it is no longer asked for"), required=False
    )

    def clean_settled_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["settled_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(gettext("That day lies in the future."))
        return day


class NoteForm(forms.ModelForm[AgreementNote]):
    """How the agreement is kept, or what was said to press for it."""

    class Meta:
        model = AgreementNote
        fields = ("text", "kind", "obligation", "happened_on")
        widgets = {"text": text_area(3), "happened_on": date_input()}

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        about = self.fields["obligation"]
        about.queryset = agreement.obligations.all()  # type: ignore[attr-defined]
        about.empty_label = gettext("the agreement as a whole")  # type: ignore[attr-defined]

    def clean_happened_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["happened_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(gettext("That day lies in the future."))
        return day


class AgreementFileForm(AttachmentForm):
    """A paper of the agreement: the signed scan, a power of attorney."""

    kind = forms.ChoiceField(label=_("As what"), choices=FileKind.choices)


class TypeForm(forms.Form):
    """A person's decision about the type of a key account."""

    business_type = forms.ChoiceField(
        label=_("Type"), choices=BusinessType.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)


class TemplateForm(forms.Form):
    """A Word template of the company's own."""

    kind = forms.ChoiceField(label=_("Kind of agreement"), choices=AgreementKind.choices)
    file = forms.FileField(label=_("Word document (.docx)"), max_length=255)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ".docx"
