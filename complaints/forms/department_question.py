from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import text_area
from complaints.models import CallRecord, DepartmentQuestion
from complaints.workflow.department_question import naming_blocker
from staff.models import Department


class AskForm(forms.ModelForm[DepartmentQuestion]):
    """What a department is asked; the customer stays unnamed."""

    class Meta:
        model = DepartmentQuestion
        fields = ("department", "text")
        widgets = {"text": text_area(4)}
        help_texts = {"text": _("Without the customer's name: departments are not told who asks.")}

    def __init__(self, *args: Any, call: CallRecord, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.call = call
        if not naming_blocker(call, call.question):
            self.initial["text"] = call.question
        active = Department.objects.exclude(is_active=False)
        self.fields["department"].queryset = active  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if blocker := naming_blocker(self.call, text):
            raise forms.ValidationError(blocker)
        return text


class DepartmentAnswerForm(forms.Form):
    """The answer of somebody who is logged in."""

    text = forms.CharField(label=_("Answer"), max_length=4000, widget=text_area(5))


class SpokenAnswerForm(DepartmentAnswerForm):
    """An answer by word of mouth: who gave it."""

    answerer = forms.CharField(label=_("Answered by"), max_length=50)


class LinkAnswerForm(DepartmentAnswerForm):
    """An answer by a private link: a name takes the place of a login."""

    answerer = forms.CharField(label=_("Your name"), max_length=50)
    field_order = ("text", "answerer")
