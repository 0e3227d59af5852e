from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import date_input, text_area
from accounts.forms.interaction import InteractionForm
from accounts.models import Account, Interaction
from visits.models import Asks, Attempt, AttemptOutcome, Question, QuestionSet, Satisfaction, Topic
from visits.workflow.return_visit import Given

QUESTIONS = 8  # lines of the form for a new version


class CallForm(InteractionForm):
    """A return visit: the questions one under another, then what every contact record has."""

    class Meta(InteractionForm.Meta):
        fields = (  # type: ignore[assignment]
            "happened_at",
            "contact_person",
            "summary",
            "next_step",
            "next_step_on",
        )

    def __init__(
        self, *args: Any, account: Account, question_set: QuestionSet, **kwargs: Any
    ) -> None:
        super().__init__(*args, account=account, **kwargs)
        self.questions = list(question_set.questions.all())
        summary = self.fields["summary"]
        summary.required = False
        summary.label = _("Anything else that was said")
        for question in self.questions:
            if question.asks == Asks.VERDICT:
                self.fields[f"verdict_{question.pk}"] = forms.ChoiceField(
                    label=question.text,
                    choices=Satisfaction.choices,
                    widget=forms.RadioSelect,
                    initial=Satisfaction.NOT_ANSWERED,
                )
            self.fields[f"text_{question.pk}"] = forms.CharField(
                label=_("In the customer's words"), required=False, widget=text_area(1)
            )

    @property
    def asked(self) -> list[tuple[Question, forms.BoundField | None, forms.BoundField]]:
        """Each question with its verdict's field, where it has one, and that of the words."""
        return [
            (
                question,
                self[f"verdict_{question.pk}"] if question.asks == Asks.VERDICT else None,
                self[f"text_{question.pk}"],
            )
            for question in self.questions
        ]

    @property
    def answers(self) -> dict[int, Given]:
        """What was answered, by question."""
        data = self.cleaned_data
        return {
            question.pk: Given(
                data.get(f"verdict_{question.pk}", ""), data.get(f"text_{question.pk}", "")
            )
            for question in self.questions
        }

    def call(self) -> Interaction:
        """The contact record of the call; its words are those of the answers."""
        call = self.instance
        said = [
            f"{question.text} {words}"
            for question in self.questions
            if (words := self.cleaned_data.get(f"text_{question.pk}"))
        ]
        if not call.summary:
            call.summary = "\n".join(said) or str(_("Telephone return visit"))
        call.purpose = str(_("Telephone return visit"))
        return call


class AttemptForm(forms.ModelForm[Attempt]):
    """Nobody was reached: what happened, and when to call again."""

    class Meta:
        model = Attempt
        fields = ("outcome", "call_again_on", "note")
        widgets = {"call_again_on": date_input()}

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.account = account

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        if values.get("outcome") == AttemptOutcome.LATER and not values.get("call_again_on"):
            self.add_error("call_again_on", gettext("On which day?"))
        return values


class QuestionSetForm(forms.ModelForm[QuestionSet]):
    """A new version of what is asked; an empty line is no question."""

    class Meta:
        model = QuestionSet
        fields = ("account_kind", "subject", "opening", "closing", "begins_on")
        widgets = {
            "opening": text_area(2),
            "closing": text_area(2),
            "begins_on": date_input(),
        }

    def __init__(self, *args: Any, based_on: QuestionSet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        before = list(based_on.questions.all())
        for place in range(QUESTIONS):
            old = before[place] if place < len(before) else None
            self.fields[f"text_{place}"] = forms.CharField(
                label=_("Question"), max_length=200, required=False, initial=old.text if old else ""
            )
            self.fields[f"topic_{place}"] = forms.ChoiceField(
                label=_("About"), choices=Topic.choices, initial=old.topic if old else Topic.OTHER
            )
            self.fields[f"asks_{place}"] = forms.ChoiceField(
                label=_("Answered by"),
                choices=Asks.choices,
                initial=old.asks if old else Asks.VERDICT,
            )

    @property
    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        return [
            (self[f"text_{place}"], self[f"topic_{place}"], self[f"asks_{place}"])
            for place in range(QUESTIONS)
        ]

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self._meta.fields or ()]

    def questions(self) -> list[Question]:
        data = self.cleaned_data
        return [
            Question(
                text=data[f"text_{place}"],
                topic=data[f"topic_{place}"],
                asks=data[f"asks_{place}"],
            )
            for place in range(QUESTIONS)
            if data.get(f"text_{place}")
        ]
