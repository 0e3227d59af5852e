from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from staff.models import Task, User


class TaskForm(forms.ModelForm[Task]):
    """A task to give to oneself or to someone below."""

    class Meta:
        model = Task
        fields = ["title", "assignee", "due_on", "kind", "quantity", "unit", "detail", "source"]
        widgets = {
            "due_on": forms.DateInput(attrs={"type": "date"}),
            "detail": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = User.objects.visible_to(user).colleagues()  # type: ignore[attr-defined]

    def clean_due_on(self) -> Any:
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(gettext("The day is past."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("quantity") is not None and not cleaned.get("unit"):
            self.add_error("unit", gettext("Say what is counted, for example visits."))
        return cleaned


class ProgressForm(forms.Form):
    progress = forms.IntegerField(label=_("Done so far"), min_value=0, max_value=1_000_000)


class ResultForm(forms.Form):
    result = forms.CharField(label=_("Result"), widget=forms.Textarea(attrs={"rows": 3}))


class CommentForm(forms.Form):
    text = forms.CharField(label=_("Comment"), widget=forms.Textarea(attrs={"rows": 2}))


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)
