from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BaseFormSet
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import YuanField, moment_input, text_area
from accounts.forms.interaction import InteractionForm
from accounts.models import Account, Interaction
from staff import policy
from staff.models import User
from visits.catering_policy import AFTERWARDS
from visits.forms.visit import colleagues_of, whole_minutes
from visits.models import CateringRequest, Importance, Reception, ReceptionVisitor
from visits.reception_rank import suggested_level, suggested_reason
from visits.workflow.reception import Party

MOST_VISITORS = 20


class ReceptionForm(forms.ModelForm[Reception]):
    """A reception to come; the level is suggested from the customer's tier (S1 第12条)."""

    colleagues = forms.ModelMultipleChoiceField[User](
        User.objects.none(), label=_("Accompanied by"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    class Meta:
        model = Reception
        fields = (
            "planned_at",
            "minutes",
            "purpose",
            "place",
            "level",
            "level_reason",
            "host",
            "schedule",
        )
        widgets = {
            "planned_at": moment_input(),
            "level": forms.RadioSelect,
            "schedule": text_area(4),
        }

    field_order = (
        "planned_at", "minutes", "purpose", "place", "level", "level_reason", "host",
        "colleagues", "schedule",
    )  # fmt: skip

    def __init__(self, *args: Any, account: Account, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.instance.account = account
            self.initial.setdefault("host", user.pk)
            self.initial["level"] = suggested_level(account)
            self.initial["level_reason"] = suggested_reason(account)
        else:
            self.initial["colleagues"] = list(self.instance.colleagues.all())
        near = colleagues_of(user) | User.objects.colleagues().filter(pk__in=superiors_of(user))
        if self.instance.pk:
            here = [self.instance.host_id, *self.instance.colleagues.values_list("pk", flat=True)]
            near |= User.objects.colleagues().filter(pk__in=here)
        for name in ("host", "colleagues"):
            self.fields[name].queryset = near.distinct()  # type: ignore[attr-defined]
        self.fields["level"].choices = self.fields["level"].choices[-2:]  # type: ignore[attr-defined]
        self.fields["level"].help_text = self._suggestion(account)
        self.order_fields(self.field_order)

    @staticmethod
    def _suggestion(account: Account) -> str:
        level = Reception(level=suggested_level(account)).get_level_display()
        return gettext("Suggested for %(customer)s: %(level)s (%(reason)s).") % {
            "customer": account.short_name or account.name,
            "level": level,
            "reason": suggested_reason(account),
        }

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


def superiors_of(user: User) -> list[int]:
    """Everyone above somebody, the nearest first: a leader may receive a leader."""
    found: list[int] = []
    above = user.reports_to
    while above is not None and above.pk not in found:
        found.append(above.pk)
        above = above.reports_to
    return found


class VisitorForm(forms.ModelForm[ReceptionVisitor]):
    """One line of visitors; a line without a name is left out."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=50, required=False)

    class Meta:
        model = ReceptionVisitor
        fields = ("name", "position", "unit", "importance")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["list"] = "known-people"
        self.fields["importance"].choices = Importance.choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        if (values.get("position") or values.get("unit")) and not values.get("name"):
            self.add_error("name", gettext("Whose position is this?"))
        return values


class BaseVisitorFormSet(BaseFormSet[VisitorForm]):
    """Who comes: at least one, nobody twice."""

    def clean(self) -> None:
        names = [name for form in self.forms if (name := form.cleaned_data.get("name"))]
        if any(self.errors):
            return
        if not names:
            raise forms.ValidationError(gettext("Name at least one visitor."))
        if twice := {name for name in names if names.count(name) > 1}:
            raise forms.ValidationError(
                gettext("%(name)s is named twice.") % {"name": gettext(", ").join(sorted(twice))}
            )

    def visitors_of(self, account: Account) -> list[ReceptionVisitor]:
        """The lines filled in; unit and position of a known contact person are completed."""
        known = {person.name: person for person in account.contact_people.all()}
        rows = [form.instance for form in self.forms if form.cleaned_data.get("name")]
        for row in rows:
            person = known.get(row.name)
            row.unit = row.unit or account.name
            row.position = row.position or (person.position if person else "")
        return rows


VisitorFormSet = forms.formset_factory(
    VisitorForm, formset=BaseVisitorFormSet, extra=4, max_num=MOST_VISITORS
)


def party_of(form: ReceptionForm, visitors: BaseVisitorFormSet, account: Account) -> Party:
    return Party(visitors.visitors_of(account), list(form.cleaned_data["colleagues"]))


class ReceptionRecordForm(InteractionForm):
    """How a reception went."""

    class Meta(InteractionForm.Meta):
        fields = ("summary", "happened_at", "contact_person", "next_step", "next_step_on")  # type: ignore[assignment]
        labels = {"summary": _("What was said, and what came of it")}

    def __init__(self, *args: Any, reception: Reception, **kwargs: Any) -> None:
        now = whole_minutes()
        start = {"happened_at": min(reception.planned_at, now)}
        super().__init__(*args, account=reception.account, initial=start, **kwargs)
        self.instance.purpose = reception.purpose
        if not self.fields["contact_person"].queryset:  # type: ignore[attr-defined]
            del self.fields["contact_person"]

    @property
    def said(self) -> Interaction:
        return self.instance


class ItemForm(forms.Form):
    """Something more to prepare."""

    text = forms.CharField(label=_("Something more"), max_length=120)


class ThanksForm(forms.Form):
    """How visitors were thanked."""

    how = forms.CharField(
        label=_("How they were thanked"),
        max_length=200,
        help_text=_("For example by phone, a letter, a message; and what was said."),
    )


class CateringForm(forms.ModelForm[CateringRequest]):
    """Meals for visitors, reported to the leader before the day or, with a reason, after it."""

    amount = YuanField(label=_("Amount (yuan)"))

    class Meta:
        model = CateringRequest
        fields = ("amount", "reason", "afterwards_reason")

    def __init__(self, *args: Any, reception: Reception, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.reception = reception
        if reception.has_begun and policy.in_force()[AFTERWARDS]:
            self.fields["afterwards_reason"].required = True
        else:
            del self.fields["afterwards_reason"]

    def clean_amount(self) -> Any:
        amount = self.cleaned_data["amount"]
        if amount is not None and amount <= 0:
            raise forms.ValidationError(gettext("Enter an amount above zero."))
        return amount


class DecisionForm(forms.Form):
    """The leader's word; a refusal needs a reason."""

    note = forms.CharField(label=_("Remark"), max_length=200, required=False)


class CostForm(forms.Form):
    """What the meals came to; more than was approved needs a word why."""

    cost = YuanField(label=_("Actual cost (yuan)"), min_value=0)
    note = forms.CharField(label=_("note"), max_length=200, required=False)

    def __init__(self, *args: Any, approved: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.approved = approved

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        if values.get("cost", 0) > self.approved and not values.get("note"):
            self.add_error("note", gettext("It cost more than was approved: say why."))
        return values
