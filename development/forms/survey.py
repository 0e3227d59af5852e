from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.attachment import AttachmentForm
from accounts.forms.fields import date_input, text_area
from accounts.models import Account, Kind
from development.models import (
    DocumentKind,
    Principle,
    PrincipleVerdict,
    Suitability,
    Survey,
    SurveyDocument,
    SurveyKind,
)
from development.workflow.survey import field_blocker
from staff.models import User


def not_in_future(day: dt.date | None) -> dt.date | None:
    if day is not None and day > timezone.localdate():
        raise forms.ValidationError(gettext("That day lies in the future."))
    return day


def people_on_site(user: User, survey: Survey) -> QuerySet[User]:
    """Whom one may name: those above, those beside, the line below, and who is named already."""
    above: list[int] = []
    person = user
    while person.reports_to is not None and len(above) < 10:
        person = person.reports_to
        above.append(person.pk)
    beside = Q(reports_to=user.reports_to_id) if user.reports_to_id else Q(pk=user.pk)
    near = Q(pk__in=[*user.line_ids, *above]) | beside | Q(surveys_joined=survey)
    people: QuerySet[User] = User.objects.colleagues().filter(near).distinct()
    return people


class StartForm(forms.ModelForm[Survey]):
    """Which survey, and who leads it."""

    class Meta:
        model = Survey
        fields = ("kind", "lead")
        widgets = {"kind": forms.RadioSelect}

    def __init__(self, *args: Any, account: Account, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.account = account
        self.fields["kind"].choices = SurveyKind.choices  # type: ignore[attr-defined]
        self.fields["lead"].queryset = User.objects.visible_to(user).colleagues()  # type: ignore[attr-defined]
        self.initial.setdefault("lead", user.pk)
        has_general = not field_blocker(account.pk)
        self.initial.setdefault("kind", SurveyKind.FIELD if has_general else SurveyKind.GENERAL)

    def clean_kind(self) -> str:
        kind: str = self.cleaned_data["kind"]
        if kind == SurveyKind.FIELD and (blocker := field_blocker(self.instance.account_id)):
            raise forms.ValidationError(blocker)
        return kind


class PartForm(forms.ModelForm[Survey]):
    """One part of a survey, saved by itself."""

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class TalkForm(PartForm):
    """The talk with the customer's head (S1-A6-2)."""

    class Meta:
        model = Survey
        fields = (
            "head_name", "head_position", "talked_on", "situation", "direction", "view_of_us",
        )  # fmt: skip
        widgets = {
            "talked_on": date_input(),
            "situation": text_area(4),
            "direction": text_area(4),
            "view_of_us": text_area(4),
        }

    def clean_talked_on(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["talked_on"])


class FindingsForm(PartForm):
    """What a prospect survey found."""

    class Meta:
        model = Survey
        fields: tuple[str, ...] = ("held_on", "findings")
        widgets = {"held_on": date_input(), "findings": text_area(8)}

    def clean_held_on(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["held_on"])


class FieldForm(FindingsForm):
    """The day on site (S1-A6-4), with who took part."""

    colleagues = forms.ModelMultipleChoiceField[User](
        User.objects.none(),
        label=_("Our people on site"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta(FindingsForm.Meta):
        fields = ("held_on", "place", "others", "findings", "why_without")

    field_order = ("held_on", "place", "colleagues", "others", "findings", "why_without")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = people_on_site(user, self.instance)
        self.fields["colleagues"].queryset = people  # type: ignore[attr-defined]
        there = list(self.instance.colleagues.all())
        self.initial["colleagues"] = there or [self.instance.lead]
        self.initial["place"] = self.instance.place or self.instance.account.address
        self.fields["why_without"].help_text = gettext(
            "Manager and supervisor take part in a field survey; say why where one of them did not."
        )
        self.order_fields(self.field_order)


class PrinciplesForm(forms.Form):
    """The four principles of S1 第5条, each with what shows it."""

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {row.principle: row for row in survey.principles.all()}
        for code, label in Principle.choices:
            row = known.get(code)
            self.fields[f"verdict_{code}"] = forms.ChoiceField(
                label=label,
                choices=PrincipleVerdict.choices,
                widget=forms.RadioSelect(attrs={"class": "choices-in-line"}),
                required=False,
                initial=row.verdict if row else "",
            )
            self.fields[f"evidence_{code}"] = forms.CharField(
                label=gettext("What shows it"),
                widget=text_area(2),
                required=False,
                initial=row.evidence if row else "",
            )

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        for code in Principle.values:
            verdict = values.get(f"verdict_{code}")
            if verdict in ("met", "not_met") and not values.get(f"evidence_{code}"):
                self.add_error(f"evidence_{code}", gettext("What shows it? A word is enough."))
        return values

    @property
    def verdicts(self) -> dict[str, tuple[str, str]]:
        return {
            code: (self.cleaned_data[f"verdict_{code}"], self.cleaned_data[f"evidence_{code}"])
            for code in Principle.values
        }

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Verdict and evidence of each principle, for the page."""
        return [(self[f"verdict_{code}"], self[f"evidence_{code}"]) for code in Principle.values]


class DocumentForm(forms.ModelForm[SurveyDocument], AttachmentForm):
    """One paper of the checklist."""

    class Meta:
        model = SurveyDocument
        fields = ("name", "year", "received_on", "is_not_applicable", "reason")
        widgets = {"received_on": date_input()}

    field_order = ("name", "year", "received_on", "file", "is_not_applicable", "reason")

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["title"]
        self.fields["file"].required = False
        if not self.instance.pk:
            self.instance.survey, self.instance.kind = survey, DocumentKind.OTHER
        if self.instance.kind == DocumentKind.OTHER:
            self.fields["name"].required = True
        else:
            del self.fields["name"]
        if self.instance.kind == DocumentKind.PROFILE:
            del self.fields["year"]
        if survey.account.kind != Kind.INDIVIDUAL:
            del self.fields["is_not_applicable"]
            del self.fields["reason"]
        self.order_fields(self.field_order)

    def clean_file(self) -> Any:
        return super().clean_file() if self.cleaned_data.get("file") else None

    def clean_received_on(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["received_on"])

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        if values.get("is_not_applicable"):
            if not values.get("reason"):
                self.add_error("reason", gettext("Say why it is not asked for."))
            if values.get("received_on") or values.get("file") or self.instance.attachment_id:
                self.add_error("is_not_applicable", gettext("It is here already."))
        is_here = values.get("received_on") or values.get("file")
        lacks_year = not values.get("year") and "year" not in self.errors
        if self.instance.kind == DocumentKind.ACCOUNTS and is_here and lacks_year:
            self.add_error("year", gettext("Of which year are the accounts?"))
        return values

    @property
    def upload(self) -> Any:
        return self.cleaned_data["file"] or None


class JudgeForm(forms.Form):
    """The overall judgement (S1-A6-3), under the name of whoever gives it."""

    suitability = forms.ChoiceField(
        label=_("Overall judgement"), choices=Suitability.choices, widget=forms.RadioSelect
    )
    judgement = forms.CharField(label=_("Reasons for it"), widget=text_area(4))
