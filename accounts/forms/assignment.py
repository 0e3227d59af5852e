from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from staff.models import User


class AssignmentForm(forms.Form):
    """A colleague of one's own line, and why."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("Colleague"))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, user: User, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = account.assignments.filter(ended_on=None, kind="owner").values("user")
        line = User.objects.visible_to(user).colleagues().exclude(pk__in=now)
        self.fields["user"].queryset = line  # type: ignore[attr-defined]
