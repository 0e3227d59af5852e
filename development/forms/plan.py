from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.account import NewAccountForm
from accounts.forms.fields import YuanField, date_input, text_area
from accounts.models import Account, Standing
from accounts.querysets.account import AccountQuerySet
from development.models import DevelopmentPlan, Prospect, Source
from staff.models import User


class PlanForm(forms.ModelForm[DevelopmentPlan]):
    """What a development plan says before its list of prospects."""

    class Meta:
        model = DevelopmentPlan
        fields = ("year", "quarter", "scope", "direction", "target")
        widgets = {
            "scope": text_area(
                3, placeholder=_("Trades, regions, sizes: whom do we look for, whom not?")
            ),
            "direction": text_area(3, placeholder=_("Where do we put our strength first?")),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("year", timezone.localdate().year)
        self.fields["quarter"].choices = [  # type: ignore[attr-defined]
            ("", gettext("The whole year")),
            *[choice for choice in self.fields["quarter"].choices if choice[0]],  # type: ignore[attr-defined]
        ]

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class AnswerForm(forms.Form):
    """A word to a plan that was reported; none is fine."""

    remark = forms.CharField(label=_("Remark"), max_length=300, required=False)


class SourceFields(forms.Form):
    source = forms.ChoiceField(label=_("Source of the lead"), choices=Source.choices)
    source_note = forms.CharField(label=_("More about the source"), max_length=200, required=False)


class ListForm(SourceFields):
    """Prospects to put on a plan's list, ticked among those found."""

    accounts = forms.ModelMultipleChoiceField[Account](
        Account.objects.none(),
        label=_("Prospects"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one prospect.")},
    )

    def __init__(self, *args: Any, found: AccountQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accounts"].queryset = found  # type: ignore[attr-defined]


class NewProspectForm(NewAccountForm, SourceFields):
    """A customer nobody has written down yet, for a plan's list."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        del self.fields["standing"]

    def fieldsets(self) -> list[tuple[str, list[forms.BoundField]]]:
        first, (title, fields), *rest = super().fieldsets()
        return [first, (title, [self["source"], self["source_note"], *fields]), *rest]

    def clean(self) -> dict[str, Any] | None:
        self.instance.standing = Standing.PROSPECT
        return super().clean()


class ProspectForm(forms.ModelForm[Prospect]):
    """Part of what is written about a prospect; saving is for the workflow."""

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class AnalysisForm(ProspectForm):
    """The background material (S1-A9-3)."""

    expected_volume = YuanField(
        label=_("Expected annual volume"), required=False, min_value=0,
        help_text=_("In yuan; 35万 is understood."),
    )  # fmt: skip

    class Meta:
        model = Prospect
        fields = ("situation", "needs", "competitors", "expected_volume", "volume_basis")
        widgets = {
            "situation": text_area(3, placeholder=_("Business, equipment, size, who decides")),
            "needs": text_area(3),
            "competitors": text_area(2, placeholder=_("Brands, prices, until when bound")),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["situation"].required = True

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        if values.get("expected_volume") is not None and not values.get("volume_basis"):
            self.add_error("volume_basis", gettext("Say what the figure rests on."))
        return values


class ChannelForm(ProspectForm):
    """Channel and method of contact, and who makes it (S1-A10)."""

    class Meta:
        model = Prospect
        fields = ("channel", "method", "contact_by", "contact_on")
        widgets = {
            "channel": forms.TextInput(
                attrs={"placeholder": _("For example: through their equipment manager")}
            ),
            "contact_on": date_input(),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("channel", "method"):
            self.fields[name].required = True
        people = User.objects.visible_to(user).colleagues()
        kept = User.objects.colleagues().filter(pk=self.instance.contact_by_id or 0)
        self.fields["contact_by"].queryset = people | kept  # type: ignore[attr-defined]
        if not self.instance.channel:
            self.initial["contact_by"] = self.instance.account.owner_id


class ScreenForm(forms.Form):
    """The verdict after the survey (S1-A15-2)."""

    is_focus = forms.TypedChoiceField(
        label=_("Screening verdict"),
        choices=[("yes", _("A focus of development")), ("no", _("Not a focus"))],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=text_area(2))


class LongReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=text_area(2))
