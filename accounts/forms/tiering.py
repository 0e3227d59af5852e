"""Forms for deciding, proposing and reviewing tiers (S1 第3条)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import date_input, text_area
from accounts.models import Tier
from accounts.workflow.tiering import Case, needs_reason
from staff.models import User

NO_TIER = "none"  # an empty value would read as "not chosen yet"
TIER_CHOICES = [*Tier.choices, (NO_TIER, _("No tier"))]


class TierChoiceField(forms.ChoiceField):
    """One of the tiers, or expressly none; cleaned to "" for none."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Tier"))
        super().__init__(choices=[("", _("Choose …")), *TIER_CHOICES], **kwargs)

    def clean(self, value: Any) -> str:
        chosen: str = super().clean(value)
        return "" if chosen == NO_TIER else chosen


class TierForm(forms.Form):
    """A tier, the day it holds from, a reason. Whoever chooses is judged by the workflow."""

    tier = TierChoiceField()
    effective_on = forms.DateField(
        label=_("Effective from"), widget=date_input(), help_text=_("Today or an earlier day.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=text_area(3), required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        case: Case,
        is_reason_needed: bool = False,
        initial: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """`is_reason_needed`: whatever is chosen, as in a proposal or a correction."""
        suggested = {
            "tier": case.verdict.settled_tier,
            "effective_on": timezone.localdate(),
            "seen": case.token,
        }
        kwargs["initial"] = {**suggested, **(initial or {})}
        super().__init__(*args, **kwargs)
        self.case = case
        self.fields["reason"].required = is_reason_needed
        if not is_reason_needed:
            self.fields["reason"].help_text = _reason_hint(case)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        is_silent = "tier" in cleaned and not cleaned.get("reason") and "reason" not in self.errors
        if is_silent and needs_reason(self.case.verdict, cleaned["tier"]):
            self.add_error("reason", gettext("The rules do not settle this tier: say why."))
        return cleaned


def _reason_hint(case: Case) -> str:
    if settled := case.verdict.settled_tier:
        return gettext("Not needed for %(tier)s, which the rules settle.") % {"tier": settled}
    return gettext("Needed: the rules do not settle a tier here.")


class SettledFilterForm(forms.Form):
    """Whose customers, and which tier, a list of settled verdicts is narrowed to."""

    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Owner"), required=False, empty_label=_("Everyone")
    )
    tier = forms.ChoiceField(
        label=_("Settled tier"), choices=[("", _("Any tier")), *Tier.choices], required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.visible_to(user).colleagues()
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]


class AcceptForm(forms.Form):
    """The signature under a list of settled verdicts."""

    effective_on = forms.DateField(label=_("Effective from"), widget=date_input())
    seen = forms.CharField(widget=forms.HiddenInput)


class AsOfForm(forms.Form):
    """A tier, a day, and whether to ask with what was known then or with what is known now."""

    day = forms.DateField(label=_("On"), widget=date_input())
    tier = forms.ChoiceField(
        label=_("Tier"), choices=[("", _("Every tier")), *TIER_CHOICES], required=False
    )


class RoundForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    effective_on = forms.DateField(
        label=_("Effective from"), widget=date_input(), help_text=_("Today or an earlier day.")
    )


class RoundLineForm(forms.Form):
    tier = TierChoiceField()
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)


class NoteForm(forms.Form):
    """One required sentence: an answer, a reason for all, a reason to cancel."""

    note = forms.CharField(label=_("Reason"), max_length=500)
