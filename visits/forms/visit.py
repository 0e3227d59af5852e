from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import date_input, moment_input, text_area
from accounts.forms.interaction import InteractionForm
from accounts.models import Account, ContactPerson, Interaction
from staff.models import Task, User
from visits.models import Visit
from visits.workflow.visit import Position, Present


def colleagues_of(user: User) -> QuerySet[User]:
    """Whom one may bring along: one's superior, those beside one, and the line below."""
    near = Q(pk__in=user.line_ids)
    if user.reports_to_id:
        near |= Q(pk=user.reports_to_id) | Q(reports_to=user.reports_to_id)
    people: QuerySet[User] = User.objects.colleagues().filter(near)
    return people


def whole_minutes() -> Any:
    """Now, without seconds: what a date and time field can show."""
    return timezone.localtime().replace(second=0, microsecond=0)


class PresentForm(forms.Form):
    """Who takes part, on both sides: fields that planning and recording share."""

    contact_people = forms.ModelMultipleChoiceField[ContactPerson](
        ContactPerson.objects.none(),
        label=_("Their people"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    others = forms.CharField(label=_("Others on their side"), max_length=200, required=False)
    colleagues = forms.ModelMultipleChoiceField[User](
        User.objects.none(), label=_("Colleagues who come along"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def offer(self, account: Account, user: User) -> None:
        people = account.contact_people.filter(left_on=None)
        self.fields["contact_people"].queryset = people  # type: ignore[attr-defined]
        beside = colleagues_of(user).exclude(pk=user.pk)
        self.fields["colleagues"].queryset = beside  # type: ignore[attr-defined]
        if not people:
            del self.fields["contact_people"]
        if not beside:
            del self.fields["colleagues"]

    @property
    def present(self) -> Present:
        return Present(
            contact_people=list(self.cleaned_data.get("contact_people", [])),
            colleagues=list(self.cleaned_data.get("colleagues", [])),
        )


class VisitForm(forms.ModelForm[Visit], PresentForm):
    """A visit to come."""

    class Meta:
        model = Visit
        fields = ("purpose", "planned_at", "minutes", "place", "visitor", "others")
        widgets = {"planned_at": moment_input()}

    field_order = (
        "planned_at", "minutes", "purpose", "place", "contact_people", "others", "visitor",
        "colleagues",
    )  # fmt: skip

    def __init__(self, *args: Any, account: Account, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.instance.account = account
            self.initial.setdefault("place", account.address)
            self.initial.setdefault("visitor", user.pk)
        else:
            self.initial["contact_people"] = list(self.instance.contact_people.all())
            self.initial["colleagues"] = list(self.instance.colleagues.all())
        self.fields["visitor"].queryset = User.objects.visible_to(user).colleagues()  # type: ignore[attr-defined]
        self.offer(account, user)
        self.order_fields(self.field_order)

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class VisitRecordForm(InteractionForm, PresentForm):
    """How a visit went: one field must be filled, the others have a sensible start."""

    told = forms.CharField(label=_("What we told them"), required=False, widget=text_area(2))

    class Meta(InteractionForm.Meta):
        fields = (  # type: ignore[assignment]
            "summary",
            "happened_at",
            "purpose",
            "contact_person",
            "next_step",
            "next_step_on",
        )
        labels = {"summary": _("What they told us, and what came of it")}

    field_order = (
        "summary", "told", "next_step", "next_step_on", "contact_people", "others", "purpose",
        "happened_at", "colleagues",
    )  # fmt: skip
    MAIN = ("summary", "told", "next_step", "next_step_on")

    def __init__(
        self, *args: Any, visit: Visit, user: User, initial: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        start: dict[str, Any] = {
            "purpose": visit.purpose or gettext("Regular visit"),
            "happened_at": self._when(visit),
        }
        if visit.pk:
            start |= {
                "contact_people": list(visit.contact_people.all()),
                "colleagues": list(visit.colleagues.all()),
                "others": visit.others,
            }
        start |= initial or {}
        super().__init__(*args, account=visit.account, initial=start, **kwargs)
        del self.fields["contact_person"]
        self.fields["purpose"].required = True
        self.offer(visit.account, user)
        self.order_fields(self.field_order)

    @staticmethod
    def _when(visit: Visit) -> Any:
        """The arrival, else the planned hour once it has come, else now."""
        known = visit.arrived_at or visit.planned_at
        return known if known and known <= timezone.now() else whole_minutes()

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MAIN]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.MAIN]

    @property
    def has_more_errors(self) -> bool:
        return any(name in self.errors for name in self.fields if name not in self.MAIN)

    @property
    def said(self) -> Interaction:
        return self.instance

    @property
    def values(self) -> dict[str, Any]:
        return {"told": self.cleaned_data["told"], "others": self.cleaned_data["others"]}


class CheckInForm(forms.Form):
    """Where the phone says it is; all of it may be missing."""

    latitude = forms.DecimalField(
        required=False, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = forms.DecimalField(
        required=False, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    accuracy = forms.FloatField(required=False, min_value=0, max_value=10_000_000)

    @property
    def position(self) -> Position | None:
        """What was told, to about a metre; nothing when it makes no sense."""
        if not self.is_valid():
            return None
        latitude, longitude = self.cleaned_data["latitude"], self.cleaned_data["longitude"]
        if latitude is None or longitude is None:
            return None
        accuracy = self.cleaned_data["accuracy"]
        fine = Decimal("0.00001")
        return Position(
            latitude.quantize(fine),
            longitude.quantize(fine),
            None if accuracy is None else round(accuracy),
        )


class FollowUpForm(forms.ModelForm[Task]):
    """Something to do after a visit, with a day and a person."""

    class Meta:
        model = Task
        fields = ("title", "assignee", "due_on")
        widgets = {"due_on": date_input()}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = User.objects.visible_to(user).colleagues()  # type: ignore[attr-defined]
        self.initial.setdefault("assignee", user.pk)
