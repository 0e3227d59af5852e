from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from staff.models import Meeting, Task, User


class MeetingForm(forms.ModelForm[Meeting]):
    """When and where a meeting is, and who is invited."""

    invited = forms.ModelMultipleChoiceField[User](
        User.objects.none(), label=_("Invited"), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Meeting
        fields = ("kind", "title", "starts_at", "place", "agenda")
        widgets = {
            "starts_at": forms.DateTimeInput(
                format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "step": "60"}
            ),
            "agenda": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        near = Q(pk__in=user.line_ids) | Q(pk__in=user.superior_ids)
        if user.reports_to_id:
            near |= Q(reports_to=user.reports_to_id)
        people = User.objects.colleagues().filter(near)
        self.fields["invited"].queryset = people  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["invited"] = [row.user_id for row in self.instance.attendance.all()]
        else:
            self.initial.setdefault("invited", list(user.line_ids))

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class MinutesForm(forms.ModelForm[Meeting]):
    """Who came, and the headings of the meeting's kind; one of them at least is filled."""

    present = forms.ModelMultipleChoiceField[User](
        User.objects.none(),
        label=_("Who was there"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Meeting
        fields = ("progress", "lessons", "measures", "next_stage", "passed_on", "learning")
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in fields}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.Meta.fields:
            if name not in self.instance.headings:
                del self.fields[name]
        rows = list(self.instance.attendance.all())
        invited = User.objects.colleagues().filter(pk__in=[row.user_id for row in rows])
        self.fields["present"].queryset = invited  # type: ignore[attr-defined]
        self.initial["present"] = [row.user_id for row in rows if row.was_there is not False]
        self.order_fields(["present", *self.instance.headings])

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        if not any(values.get(name) for name in self.instance.headings):
            self.add_error(
                self.instance.headings[0], gettext("Write what came of it under one heading.")
            )
        return values

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.instance.headings}


class DecisionForm(forms.ModelForm[Task]):
    """What was decided: who does what by when."""

    class Meta:
        model = Task
        fields = ("title", "assignee", "due_on", "detail")
        widgets = {
            "due_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "detail": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = User.objects.visible_to(user).colleagues()  # type: ignore[attr-defined]
