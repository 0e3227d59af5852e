from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.attachment import AttachmentForm
from accounts.forms.fields import text_area
from accounts.forms.lookup import AccountLookupField
from accounts.models import Account
from development.models import MarketNote
from staff.models import User


class MarketNoteForm(forms.ModelForm[MarketNote]):
    """What somebody learnt, for whom, and about which customer."""

    class Meta:
        model = MarketNote
        fields = ("kind", "title", "text", "source", "sent_to", "is_shared")
        widgets = {"text": text_area(6)}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        above = User.objects.colleagues().filter(pk__in=user.superior_ids)
        self.fields["sent_to"].queryset = above  # type: ignore[attr-defined]
        if above:
            self.fields["sent_to"].required = True
            self.initial.setdefault("sent_to", user.reports_to_id)
        else:
            del self.fields["sent_to"]

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.fields}


class NewMarketNoteForm(MarketNoteForm):
    about = AccountLookupField(label=_("About the customer"), required=False)
    file = forms.FileField(label=_("File"), max_length=255, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["about"].queryset = Account.objects.visible_to(user)  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        return AttachmentForm.clean_file(self) if self.cleaned_data["file"] else None  # type: ignore[arg-type]


class AboutForm(forms.Form):
    account = AccountLookupField(label=_("Customer"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = Account.objects.visible_to(user)  # type: ignore[attr-defined]
