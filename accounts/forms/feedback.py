from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Feedback
from staff.models import Department, User

from .fields import text_area


class FeedbackForm(forms.ModelForm[Feedback]):
    """What a customer said, in their words."""

    class Meta:
        model = Feedback
        fields = ("kind", "text")
        widgets = {"text": text_area(3)}

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.account = account


class PassOnForm(forms.Form):
    """Whose turn it is: a colleague, a department, or both."""

    to = forms.ModelChoiceField(User.objects.none(), label=_("Colleague"), required=False)
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("Department"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = User.objects.in_house()  # type: ignore[attr-defined]
        in_use = Department.objects.exclude(is_active=False)
        self.fields["department"].queryset = in_use  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not values.get("to") and not values.get("department"):
            raise forms.ValidationError(gettext("Name a colleague or a department."))
        return values


class AnswerForm(forms.Form):
    """What the customer is to be told."""

    text = forms.CharField(label=_("Answer"), widget=text_area(3))
