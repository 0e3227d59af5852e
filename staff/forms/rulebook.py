from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from staff.docx import ReadError, read_paragraphs
from staff.policy import Flag, PolicyKey

MOST_TEXT = 100_000


class PolicyValueForm(forms.Form):
    """A new value of one policy key, from a day on, with its reason."""

    effective_from = forms.DateField(
        label=_("In force from"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example who confirmed it, and when."),
    )

    def __init__(self, *args: Any, key: PolicyKey[Any], value: Any, **kwargs: Any) -> None:
        if isinstance(key, Flag):
            value = "yes" if value else "no"
        super().__init__(*args, **kwargs)
        self.initial = {"value": value, "effective_from": timezone.localdate()}
        self.fields["value"] = key.field()
        self.fields["value"].label = str(key.label)
        self.order_fields(["value", "effective_from", "reason"])

    def clean_effective_from(self) -> Any:
        day = self.cleaned_data["effective_from"]
        if day < timezone.localdate():
            raise forms.ValidationError(gettext("Choose today or a later day: the past is kept."))
        return day


class ArticleTextForm(forms.Form):
    """The company's own wording of an article: pasted, or read from a .txt or .docx file."""

    text = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    file = forms.FileField(
        label=_("or a file"), required=False, help_text=_(".txt or .docx, up to 2 MB.")
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload is None:
            return None
        try:
            self.cleaned_data["read"] = read_paragraphs(upload)
        except ReadError as error:
            raise forms.ValidationError(str(error)) from error
        return upload

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        text = cleaned.get("read") or cleaned.get("text", "")
        if not text.strip() and not self.errors:
            self.add_error("text", gettext("Paste the text or choose a file."))
        cleaned["text"] = text.strip()
        cleaned["source"] = cleaned["file"].name if cleaned.get("file") else ""
        return cleaned
