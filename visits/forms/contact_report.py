from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import text_area


class ContactReportForm(forms.Form):
    """What the superior should know of a contact."""

    summary = forms.CharField(
        label=_("What your superior should know"), max_length=2000, widget=text_area(4)
    )


class ReadForm(forms.Form):
    """A word for whoever wrote the report; none is fine."""

    remark = forms.CharField(label=_("Remark"), max_length=300, required=False)
