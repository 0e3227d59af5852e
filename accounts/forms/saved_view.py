from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import SavedView


class SavedViewForm(forms.ModelForm[SavedView]):
    """The name of a view and whether others see it; what it shows comes from the list."""

    name = forms.CharField(label=_("Name"), max_length=40)

    class Meta:
        model = SavedView
        fields = ["name", "is_shared"]

    def _get_validation_exclusions(self) -> set[str]:
        # The owner is not on the form, but the name is unique among the owner's views.
        exclusions: Any = super()._get_validation_exclusions()  # type: ignore[misc]
        return set(exclusions) - {"owner"}
