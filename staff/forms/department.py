from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.models import Department, User


class DepartmentForm(forms.ModelForm[Department]):
    """A department and who answers for it; one whose people have no login answers by link."""

    people = forms.ModelMultipleChoiceField[User](
        User.objects.none(),
        label=_("who answers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Department
        fields = ("name", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = User.objects.exclude(is_active=False).order_by("name_pinyin", "pk")
        self.fields["people"].queryset = active  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["people"] = list(self.instance.people.values_list("pk", flat=True))
