from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import YuanField, date_input, text_area
from accounts.models import Account, Standing, Tier
from accounts.tiering import Verdict
from development.models import Deputy, Origin, RecognitionApplication, RecognitionLine
from staff.models import Role, User

SPARE_LINES = 3
MOST_LINES = 100


class RecognitionForm(forms.ModelForm[RecognitionApplication]):
    """What an application says in words; what is still open may stay so until it is submitted."""

    expected_volume = YuanField(label=_("Expected annual volume"), required=False, min_value=0)

    class Meta:
        model = RecognitionApplication
        fields = (
            "reasons", "trading_policy", "origin", "type_asked", "expected_volume", "tier_asked",
        )  # fmt: skip
        widgets = {"reasons": text_area(4), "trading_policy": text_area(4)}

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.instance.account = account
            is_new = account.standing == Standing.PROSPECT
            self.initial["origin"] = self.initial.get("origin") or (
                Origin.NEW if is_new else Origin.EXISTING
            )
        self.fields["expected_volume"].help_text = gettext("Blank: the total of the goods below.")
        self.fields["tier_asked"].help_text = gettext(
            "The tier is decided by whoever approves last; the rules' verdict stands beside it."
        )

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class LineForm(forms.ModelForm[RecognitionLine]):
    """One of the goods with its amount a year."""

    amount = YuanField(label=_("Amount (yuan)"), min_value=0)

    class Meta:
        model = RecognitionLine
        fields = ("item", "quantity", "unit", "amount")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].error_messages["required"] = gettext("What amount a year, in yuan?")
        self.fields["item"].error_messages["required"] = gettext("Which goods?")


class LineFormSet(forms.BaseFormSet[LineForm]):
    """The goods of an application; lines left empty are left out."""

    @property
    def lines(self) -> list[RecognitionLine]:
        kept = [form for form in self.forms if form not in self.deleted_forms]
        return [form.instance for form in kept if form.has_changed() or form.initial]


def plain(number: Decimal | None) -> Decimal | None:
    """180 for 180.0000."""
    return None if number is None else Decimal(format(number.normalize(), "f"))


def line_forms(application: RecognitionApplication | None, posted: Any) -> LineFormSet:
    """The lines there are, and some to spare; more appear whenever it is saved."""
    known = (
        [
            {
                "item": line.item,
                "quantity": plain(line.quantity),
                "unit": line.unit,
                "amount": line.amount,
            }
            for line in application.lines.all()
        ]
        if application and application.pk
        else []
    )
    made = forms.formset_factory(
        LineForm, formset=LineFormSet, extra=SPARE_LINES, max_num=MOST_LINES, can_delete=True
    )
    return cast(LineFormSet, made(posted, initial=known, prefix="goods"))


class DecisionForm(forms.Form):
    """A decision with its reason; `seen` is what the person had before them."""

    note = forms.CharField(label=_("Opinion"), widget=text_area(3), required=False)
    waiver_reason = forms.CharField(
        label=_("Why in spite of the principle"), max_length=500, required=False
    )
    tier = forms.ChoiceField(
        label=_("Tier"), choices=[("", _("Not decided now")), *Tier.choices], required=False
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, application: RecognitionApplication, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiver_given = application.waiver_reason
        self.initial["seen"] = application.seen
        if application.principles_met or not application.waiver_allowed:
            del self.fields["waiver_reason"]
        if not application.is_last_level:
            del self.fields["tier"]
        elif application.verdict:
            settled = Verdict.from_json(application.verdict).settled_tier
            self.initial["tier"] = application.tier_asked or settled
        self.fields["note"].help_text = gettext("Refusing and sending back need the reason.")

    @property
    def lacks_waiver(self) -> bool:
        """Whether an approval would pass over a principle and nobody has said why."""
        asked = "waiver_reason" in self.fields
        return asked and not (self.cleaned_data.get("waiver_reason") or self.waiver_given)

    @property
    def approval(self) -> dict[str, str]:
        """What `approve` asks for."""
        return {name: self.cleaned_data[name] for name in self.fields}

    @property
    def answer(self) -> dict[str, str]:
        """What a refusal and a return ask for."""
        return {name: self.cleaned_data[name] for name in ("note", "seen")}


class CommentForm(forms.Form):
    note = forms.CharField(label=_("Remark"), widget=text_area(2))


class DeputyForm(forms.ModelForm[Deputy]):
    """Who decides while a superior is away, from a day to a day."""

    class Meta:
        model = Deputy
        fields = ("absent", "deputy", "starts_on", "ends_on", "reason")
        labels = {"starts_on": _("First day"), "ends_on": _("Last day")}
        widgets = {"starts_on": date_input(), "ends_on": date_input()}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        superiors = User.objects.colleagues().exclude(role=Role.SPECIALIST)
        mine = superiors.filter(pk__in=user.line_ids)
        self.fields["absent"].queryset = mine  # type: ignore[attr-defined]
        self.fields["deputy"].queryset = superiors  # type: ignore[attr-defined]
        if user.is_superior:
            self.initial.setdefault("absent", user.pk)

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        start, end = values.get("starts_on"), values.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", gettext("It cannot end before it starts."))
        if values.get("deputy") and values.get("deputy") == values.get("absent"):
            self.add_error("deputy", gettext("A deputy is somebody else."))
        return values
