from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import moment_input, not_to_come, text_area
from accounts.models import Account
from complaints.forms.whose import LookUpForm, WhoseForm
from complaints.models import CallBackAttempt, CallKind, CallRecord, Situation
from staff.models import User

ANSWERED = [("yes", _("Answered on the call")), ("no", _("Not yet: call back"))]


def whole_minutes() -> dt.datetime:
    """Now, without seconds: what a date and time field can show."""
    return timezone.localtime().replace(second=0, microsecond=0)


class CallForm(forms.ModelForm[CallRecord], WhoseForm):
    """A call as it is taken: three fields are enough, the rest has a sensible start."""

    answered = forms.ChoiceField(
        label=_("Answered?"), choices=ANSWERED, widget=forms.RadioSelect, initial="yes"
    )
    situations = forms.MultipleChoiceField(
        label=_("Special situations"),
        choices=Situation.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = CallRecord
        fields = (
            "phone",
            "unit",
            "caller",
            "is_via",
            "kind",
            "question",
            "answer",
            "told_to",
            "why_not_answered",
            "call_back_by",
            "responsible",
            "sample_number",
            "situations",
            "dialect",
            "situation_note",
            "promise",
            "promise_authorised_by",
            "received_at",
        )
        widgets = {
            "kind": forms.RadioSelect,
            "question": text_area(3),
            "answer": text_area(3),
            "call_back_by": moment_input(),
            "received_at": moment_input(),
        }

    WHO = ("phone", "unit", "caller")
    MORE = (
        "sample_number", "received_at", "situations", "dialect", "situation_note", "promise",
        "promise_authorised_by",
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open_for(user)
        here = User.objects.in_house().order_by("name_pinyin", "pk")
        self.fields["responsible"].queryset = here  # type: ignore[attr-defined]
        self.fields["responsible"].required = False
        superiors = User.objects.authorising().order_by("name_pinyin", "pk")
        self.fields["promise_authorised_by"].queryset = superiors  # type: ignore[attr-defined]
        self.initial.setdefault("token", self.instance.token)
        self.initial.setdefault("received_at", whole_minutes())
        self.initial.setdefault("responsible", user.pk)

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MORE if name in self.fields]

    @property
    def has_more_errors(self) -> bool:
        return any(name in self.errors for name in self.MORE)

    @property
    def is_answered(self) -> bool:
        return bool(self.cleaned_data["answered"] == "yes" and not self.is_complaint)

    @property
    def is_complaint(self) -> bool:
        return bool(self.cleaned_data.get("kind") == CallKind.COMPLAINT)

    def clean_received_at(self) -> Any:
        return not_to_come(self.cleaned_data["received_at"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self.instance.account = self.chosen_account(values)
        self.instance.token = values.get("token") or self.instance.token
        values["responsible"] = values.get("responsible") or self.user
        if values.get("kind") == CallKind.COMPLAINT:
            values["answer"] = ""
        elif values.get("answered") == "yes":
            if not values.get("answer"):
                self.add_error("answer", gettext("Write down what the caller was told."))
            values |= {"call_back_by": None, "why_not_answered": ""}
        else:
            values["answer"] = ""
            if not values.get("phone") and not self.instance.account:
                self.add_error("phone", gettext("Ask for a telephone number to call back."))
        clean_promise(self, values)
        return values


def clean_promise(form: forms.BaseForm, values: dict[str, Any]) -> None:
    """No blind promises (S4-6.1-7d): each has somebody who authorised it."""
    promise, by = values.get("promise"), values.get("promise_authorised_by")
    if promise and not by:
        form.add_error("promise_authorised_by", gettext("Who authorised the promise?"))
    if by and not promise:
        form.add_error("promise", gettext("What was promised?"))


class CallEditForm(forms.ModelForm[CallRecord]):
    """Corrections of what was noted."""

    situations = forms.MultipleChoiceField(
        label=_("Special situations"),
        choices=Situation.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = CallRecord
        fields = (
            "phone",
            "unit",
            "caller",
            "kind",
            "sample_number",
            "question",
            "answer",
            "why_not_answered",
            "situations",
            "dialect",
            "situation_note",
            "promise",
            "promise_authorised_by",
        )
        widgets = {"question": text_area(3), "answer": text_area(3)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        superiors = User.objects.authorising().order_by("name_pinyin", "pk")
        self.fields["promise_authorised_by"].queryset = superiors  # type: ignore[attr-defined]
        is_waiting = self.instance.is_waiting
        del self.fields["answer" if is_waiting else "why_not_answered"]
        if not is_waiting:
            self.fields["answer"].required = True

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if self.instance.is_waiting and not values.get("phone") and not self.instance.account_id:
            self.add_error("phone", gettext("Ask for a telephone number to call back."))
        clean_promise(self, values)
        return values

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields}


class AssignForm(forms.ModelForm[CallRecord]):
    """Who calls back, and by when it was promised."""

    class Meta:
        model = CallRecord
        fields = ("responsible", "call_back_by")
        widgets = {"call_back_by": moment_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = User.objects.in_house().order_by("name_pinyin", "pk")
        self.fields["responsible"].queryset = here  # type: ignore[attr-defined]


class AttemptForm(forms.ModelForm[CallBackAttempt]):
    """A call-back that reached nobody."""

    class Meta:
        model = CallBackAttempt
        fields = ("outcome", "note")
        widgets = {"outcome": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = self.fields["outcome"].choices[1:]  # type: ignore[attr-defined]


class ReplyForm(forms.ModelForm[CallRecord]):
    """The call-back that closes an open call."""

    called_at = forms.DateTimeField(label=_("called back at"), widget=moment_input())

    class Meta:
        model = CallRecord
        fields = ("answer", "told_to", "promise", "promise_authorised_by")
        widgets = {"answer": text_area(4)}
        labels = {"answer": _("What the caller was told")}

    field_order = ("answer", "called_at", "told_to", "promise", "promise_authorised_by")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["called_at"] = max(
            whole_minutes(), timezone.localtime(self.instance.received_at)
        )
        self.fields["answer"].required = True
        superiors = User.objects.authorising().order_by("name_pinyin", "pk")
        self.fields["promise_authorised_by"].queryset = superiors  # type: ignore[attr-defined]

    def clean_called_at(self) -> Any:
        return not_to_come(self.cleaned_data["called_at"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        clean_promise(self, values)
        return values

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class LinkForm(LookUpForm):
    """Which customer a call was about, found out later."""

    customer: Account

    def __init__(self, *args: Any, user: User, call: CallRecord, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.initial = {"unit": call.unit, "phone": call.phone}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if account := self.chosen_account(values):
            self.customer = account
        elif not self.errors:
            raise forms.ValidationError(gettext("Choose the customer."))
        return values
