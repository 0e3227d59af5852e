from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from staff import line
from staff.models import Dialect, Role, User
from staff.passwords import normalise_login


class DialectsField(forms.MultipleChoiceField):
    """Boxes to tick, where an array would be a text with commas."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Dialects"),
            choices=Dialect.choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("For callers who speak no Mandarin (S4-6.1-7c)."),
        )


class MobileForm(forms.ModelForm[User]):
    def clean_mobile(self) -> str:
        """As people write it, with spaces and hyphens."""
        return normalise_login(self.cleaned_data["mobile"]).replace(" ", "").replace("-", "")


class PersonForm(MobileForm):
    """Adding and changing a person in the admin: post and superior within the actor's reach."""

    actor: User  # set by the admin on the class it makes per request
    dialects = DialectsField()

    class Meta:
        model = User
        exclude = ("password", "groups", "user_permissions")  # noqa: DJ006 — the admin lists them

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "role" in self.fields:
            posts = {*line.posts_given_by(self.actor), self.instance.role}
            self.fields["role"].choices = [  # type: ignore[attr-defined]
                ("", _("without a post")),
                *((code, name) for code, name in Role.choices if code in posts),
            ]
        if "reports_to" in self.fields:
            superiors = User.objects.visible_to(self.actor)
            self.fields["reports_to"].queryset = superiors  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The rules of the line, in words and at their field, before the database refuses."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "role" in cleaned and "reports_to" in cleaned:
            found = line.problems(
                self.instance,
                actor=self.actor,
                role=cleaned["role"],
                reports_to=cleaned["reports_to"],
            )
            for field, texts in found.items():
                self.add_error(field, texts)
        return cleaned


class ProfileForm(MobileForm):
    """What people keep about themselves; post, line and region are their superior's."""

    dialects = DialectsField()

    class Meta:
        model = User
        fields = ["mobile", "email", "dialects"]
        help_texts = {"mobile": _("You can also log in with it.")}
        widgets = {"mobile": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})}


class DeactivationForm(forms.Form):
    left_on = forms.DateField(
        label=_("Left on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Only if the person has left the company; else leave it empty."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["left_on"].widget.attrs["max"] = timezone.localdate().isoformat()
