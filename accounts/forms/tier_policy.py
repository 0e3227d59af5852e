"""Forms for drafting and activating tier policies (S1 第3条)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import YuanField, date_input, text_area
from accounts.judgements import ANSWERS, JudgementKind
from accounts.models import TierBand, TierPolicy
from accounts.tiering_text import accepted_text, kind_label
from accounts.workflow.tier_policy import OPTIONS, token


class DraftForm(forms.Form):
    name = forms.CharField(label=_("Name of the new version"), max_length=60)


class PolicyForm(forms.ModelForm[TierPolicy]):
    """The name and the options of a draft."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = TierPolicy
        fields = ["name", *OPTIONS]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = token(self.instance)


class BandForm(forms.ModelForm[TierBand]):
    """The bounds of one tier and the judgements it asks for."""

    lower = YuanField(label=_("From (yuan)"), required=False)
    upper = YuanField(label=_("To (yuan)"), required=False)

    class Meta:
        model = TierBand
        fields = ["lower", "lower_inclusive", "upper", "upper_inclusive", *TierBand.JUDGEMENTS]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in TierBand.JUDGEMENTS:
            self.fields[kind] = forms.MultipleChoiceField(
                label=JudgementKind(kind).label,
                choices=list(ANSWERS[kind].items()),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    @property
    def judgement_fields(self) -> list[forms.BoundField]:
        return [self[kind] for kind in TierBand.JUDGEMENTS]

    @property
    def asked(self) -> list[tuple[str, str]]:
        """What the stored band asks for, in words, for the closed part of the form."""
        requirements = self.instance.rules().requirements
        return [(kind_label(r.kind), accepted_text(r.kind, r.accepted)) for r in requirements]


class ActivateForm(forms.Form):
    effective_on = forms.DateField(
        label=_("In force from"), widget=date_input(), help_text=_("Today or a later day.")
    )
    reason = forms.CharField(label=_("Why the rules change"), max_length=500, widget=text_area(3))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"effective_on": timezone.localdate()}, **kwargs})


def band_forms(policy: TierPolicy, sent: Any = None) -> list[BandForm]:
    """One form per tier, in the order of the tiers."""
    return [BandForm(sent, instance=band, prefix=band.tier) for band in policy.bands.all()]
