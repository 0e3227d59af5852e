from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.db.models import Q
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import date_input, moment_input, not_to_come, text_area
from accounts.models import Account, ContactPerson, Kind
from visits.models import Answer, CallAttempt, Question, QuestionSet, Satisfaction, Topic
from visits.workflow.return_visit import Call, Said, nothing_answered


class Asked(NamedTuple):
    """A question on the call page: its two fields, and what the customer said last time."""

    question: Question
    satisfaction: BoundField
    text: BoundField
    last: Answer | None


class CallForm(forms.Form):
    """The call while it is held: one question under another, none of them required."""

    happened_at = forms.DateTimeField(label=_("When"), widget=moment_input())
    contact_person = forms.ModelChoiceField(
        ContactPerson.objects.none(), label=_("Spoken with"), required=False
    )
    summary = forms.CharField(
        label=_("Anything else"), required=False, max_length=4000, widget=text_area(2)
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, account: Account, question_set: QuestionSet, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.question_set = question_set
        self.questions = list(question_set.questions.all())
        people = account.contact_people.filter(Q(left_on=None)).order_by("-is_primary", "pk")
        self.fields["contact_person"].queryset = people  # type: ignore[attr-defined]
        self.initial = {"happened_at": timezone.localtime(), "token": uuid.uuid4()}
        for question in self.questions:
            self.fields[f"satisfaction_{question.pk}"] = forms.ChoiceField(
                label=question.text,
                choices=Satisfaction.choices,
                initial=Satisfaction.NOT_ANSWERED,
                widget=forms.RadioSelect,
            )
            self.fields[f"text_{question.pk}"] = forms.CharField(
                label=_("In their words"), required=False, max_length=4000, widget=text_area(2)
            )

    def clean_happened_at(self) -> Any:
        return not_to_come(self.cleaned_data["happened_at"])

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        if not self.errors and not self.call.is_answered:
            raise forms.ValidationError(nothing_answered())
        return values

    def asked(self, last: list[Answer]) -> Iterator[Asked]:
        """The questions with their fields; last time's answers are matched by topic."""
        by_topic = {answer.question.topic: answer for answer in last}
        for question in self.questions:
            yield Asked(
                question,
                self[f"satisfaction_{question.pk}"],
                self[f"text_{question.pk}"],
                by_topic.get(question.topic),
            )

    @property
    def call(self) -> Call:
        values = self.cleaned_data
        said = {
            question.pk: Said(
                values[f"satisfaction_{question.pk}"], values[f"text_{question.pk}"].strip()
            )
            for question in self.questions
        }
        return Call(
            question_set=self.question_set,
            answers=said,
            happened_at=values["happened_at"],
            contact_person=values["contact_person"],
            summary=values["summary"].strip(),
            token=values["token"],
        )


class AttemptForm(forms.ModelForm[CallAttempt]):
    """A call that reached nobody."""

    class Meta:
        model = CallAttempt
        fields = ("outcome", "call_again_on", "note")
        widgets = {"outcome": forms.RadioSelect, "call_again_on": date_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = self.fields["outcome"].choices[1:]  # type: ignore[attr-defined]

    def clean_call_again_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["call_again_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(gettext("Choose today or a later day."))
        return day


class QuestionSetForm(forms.ModelForm[QuestionSet]):
    """A new version of what is said and asked; drawn up from the one before."""

    class Meta:
        model = QuestionSet
        fields = ("account_kind", "opening", "closing")
        widgets = {"opening": text_area(3), "closing": text_area(2)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account_kind"] = forms.ChoiceField(
            label=pgettext_lazy("question set", "For"),
            choices=[("", _("All customers")), *Kind.choices],
            required=False,
        )


class QuestionForm(forms.Form):
    """One line of a question set; a line without words is left out."""

    topic = forms.ChoiceField(label=_("Topic"), choices=Topic.choices)
    text = forms.CharField(
        label=pgettext_lazy("telephone", "Question"), max_length=200, required=False
    )


QuestionFormSet = forms.formset_factory(QuestionForm, extra=3, max_num=20)
