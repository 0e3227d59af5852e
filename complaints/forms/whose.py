"""Which customer somebody belongs to, for whoever hears them without seeing the customer's file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.lookup import AccountLookupField
from accounts.identify import Findings, identified, identify
from accounts.models import Account
from staff.models import User

NONE_OF_THESE = "none"


@dataclass(frozen=True)
class Found:
    """A customer that may be meant, as one line to choose."""

    reference: str
    name: str
    hint: str


class WhoseForm(forms.Form):
    """Which customer is meant: by one's own look-up, or as identified by unit and phone."""

    account = AccountLookupField(label=_("Customer"), required=False)
    reference = forms.CharField(required=False, widget=forms.HiddenInput, max_length=300)
    is_via = forms.BooleanField(
        label=_("The caller came to us through this customer (indirect)"), required=False
    )

    def open_for(self, user: User) -> None:
        self.user = user
        self.findings: Findings | None = None
        self.fields["account"].queryset = Account.objects.visible_to(user)  # type: ignore[attr-defined]
        if not user.role:  # the centre sees no customer file: the look-up would find nothing
            del self.fields["account"]

    def look_up(self) -> None:
        """Whose this may be, by the unit's name and the telephone number typed so far."""
        unit, phone = self["unit"].value() or "", self["phone"].value() or ""
        self.findings = identify(self.user, name=unit, phone=phone)

    def as_typed(self, **options: Any) -> Self:
        """The same words in a form that has not been judged: looking up is no sending."""
        typed = {name: self[name].value() for name in self.fields}
        shown = type(self)(user=self.user, initial=typed, **options)  # type: ignore[call-arg]
        shown.findings = self.findings
        return shown

    @property
    def found(self) -> list[Found]:
        """What the look-up found, as lines to choose from."""
        if self.findings is None:
            return []
        ask, nobody = gettext("looked after by %s"), gettext("nobody looks after it yet")
        return [
            Found(
                match.reference,
                match.name,
                " · ".join([*match.reason_labels, ask % match.owner if match.owner else nobody]),
            )
            for match in self.findings.matches
        ]

    @property
    def chosen(self) -> Account | None:
        """Whoever was chosen among those identified, for a page that is shown again."""
        reference = self["reference"].value() if "reference" in self.fields else ""
        return identified(self.user, reference) if reference else None

    def chosen_account(self, values: dict[str, Any]) -> Account | None:
        """Whoever was looked up; else the one chosen among those identified."""
        if account := values.get("account"):
            return account  # type: ignore[no-any-return]
        reference = values.get("reference", "")
        is_given = reference and reference != NONE_OF_THESE
        account = identified(self.user, reference) if is_given else None
        if is_given and account is None:
            self.add_error(None, gettext("Look the customer up again; the choice has expired."))
        if values.get("is_via") and account is None and not self.errors:
            self.add_error("is_via", gettext("Choose the customer the caller came through."))
        return account


class LookUpForm(WhoseForm):
    """A unit and a telephone number, and whose they may be."""

    unit = forms.CharField(label=_("Unit"), required=False, max_length=200)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=40)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open_for(user)
