from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.merge_plan import Choice, Plan


class MergeForm(forms.Form):
    """Which side's value is kept, one question per difference; asked with the offered answer."""

    reason = forms.CharField(label=_("Remarks"), max_length=200, required=False)
    kept_version = forms.IntegerField(widget=forms.HiddenInput)
    absorbed_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.initial["kept_version"] = plan.kept.version
        self.initial["absorbed_version"] = plan.absorbed.version
        for choice in plan.choices:
            self.fields[choice.key] = forms.ChoiceField(
                label=choice.label,
                choices=choice.answers,
                initial=choice.default,
                widget=forms.RadioSelect,
            )

    @property
    def versions(self) -> tuple[int, int]:
        return self.cleaned_data["kept_version"], self.cleaned_data["absorbed_version"]

    @property
    def choices(self) -> dict[str, str]:
        return {choice.key: self.cleaned_data[choice.key] for choice in self.plan.choices}

    def field_rows(self) -> list[dict[str, Any]]:
        return [self._row(choice) for choice in self.plan.fields]

    def conflict_rows(self) -> list[dict[str, Any]]:
        return [self._row(choice) for choice in self.plan.conflicts]

    def _row(self, choice: Choice) -> dict[str, Any]:
        bound = self[choice.key]
        sides = dict(zip([value for value, _ in choice.answers], bound.subwidgets, strict=True))
        return {"choice": choice, "bound": bound, **sides, "both": sides.get("both")}


class DismissForm(forms.Form):
    """Why two alike customers are two."""

    reason = forms.CharField(label=_("How do you know?"), max_length=200)
