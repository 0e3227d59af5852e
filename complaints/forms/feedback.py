from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import text_area
from accounts.models import Feedback
from complaints.forms.whose import WhoseForm
from complaints.models import CallRecord
from complaints.workflow.department_question import feedback_naming_blocker
from staff.models import User


class FeedbackTakeForm(forms.ModelForm[Feedback], WhoseForm):
    """What a customer says, and which customer it was: looked up as at intake."""

    unit = forms.CharField(label=_("Unit"), required=False, max_length=200)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=40)

    class Meta:
        model = Feedback
        fields = ("kind", "text")
        widgets = {"text": text_area(4)}

    def __init__(self, *args: Any, user: User, call: CallRecord | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.open_for(user)
        self.call = call if call and call.account else None
        del self.fields["is_via"]
        if self.call:  # the customer is known
            for name in ("account", "reference", "unit", "phone"):
                self.fields.pop(name, None)
            self.initial.setdefault("text", self.call.question)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        account = self.call.account if self.call else self.chosen_account(values)
        if account:
            self.instance.account = account
            self.instance.interaction = self.call.interaction if self.call else None
        elif not self.errors:
            raise forms.ValidationError(gettext("Choose the customer."))
        return values


class FeedbackLinkForm(forms.Form):
    """What a department is asked by a private link, in words that do not name the customer."""

    text = forms.CharField(
        label=_("question to the department"),
        max_length=4000,
        widget=text_area(4),
        help_text=_("Without the customer's name: departments are not told who asks."),
    )

    def __init__(self, *args: Any, feedback: Feedback, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.feedback = feedback
        if not feedback_naming_blocker(feedback, feedback.text):
            self.initial["text"] = feedback.text

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if blocker := feedback_naming_blocker(self.feedback, text):
            raise forms.ValidationError(blocker)
        return text
