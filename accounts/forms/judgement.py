from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.judgements import ANSWERS, JudgementKind
from accounts.models import Account


class JudgementsForm(forms.Form):
    """All questions at once: an answer (or none) and the evidence for each."""

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.standing = {j.kind: j for j in account.judgements.select_related("judged_by")}
        for kind in JudgementKind:
            now = self.standing.get(kind.value)
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label,
                required=False,
                choices=[("", _("Not judged")), *ANSWERS[kind].items()],
                initial=now.value if now else "",
            )
            self.fields[f"{kind.value}_note"] = forms.CharField(
                label=_("Evidence"),
                required=False,
                max_length=500,
                initial=now.note if now else "",
            )

    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "answer": self[kind.value],
                "note": self[f"{kind.value}_note"],
                "now": self.standing.get(kind.value),
            }
            for kind in JudgementKind
        ]

    def answers(self) -> dict[str, tuple[str, str]]:
        """Question → (answer, evidence), for the workflow."""
        values = self.cleaned_data
        return {
            kind.value: (values[kind.value], values[f"{kind.value}_note"].strip())
            for kind in JudgementKind
        }
