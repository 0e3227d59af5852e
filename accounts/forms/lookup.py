"""A choice of one customer: typed, never picked from a list of all."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from accounts.querysets.account import AccountQuerySet

CANDIDATES = 10


class TypedText(str):
    """What a person without JavaScript typed; not the number of a customer."""


class AccountLookup(forms.Select):
    """`<select>` of the chosen customer alone; js/lookup.js fetches more while typing.

    Without JavaScript a text field stands in its place; the customers that match what was typed
    into it come back as the options of the select.
    """

    template_name = "accounts/widgets/lookup.html"
    accounts: AccountQuerySet = Account.objects.none()
    candidates: list[Account] = []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, "" if isinstance(value, TypedText) else value, attrs)
        context["widget"]["attrs"] |= {
            "data-lookup-url": reverse("accounts:lookup"),
            "data-placeholder": gettext("Name, pinyin, phone or credit code"),
        }
        # Once there is something to choose from, what was typed has done its work.
        context["typed"] = value if isinstance(value, TypedText) and not self.candidates else ""
        context["is_empty"] = not any(context["widget"]["value"]) and not self.candidates
        return context

    def optgroups(
        self, name: str, value: list[str], attrs: dict[str, Any] | None = None
    ) -> list[tuple[str | None, list[dict[str, Any]], int | None]]:
        chosen = self.accounts.filter(pk__in=[pk for pk in value if pk.isdigit()])
        choices = {account.pk: account for account in [*chosen, *self.candidates]}
        options = [self.create_option(name, "", "", not any(value), 0)]
        for index, (pk, account) in enumerate(choices.items(), start=1):
            options.append(self.create_option(name, pk, str(account), str(pk) in value, index))
        return [(None, options, 0)]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        typed = data.get(f"{name}_typed", "").strip()
        return TypedText(typed) if typed else data.get(name)

    def use_required_attribute(self, initial: Any) -> bool:
        return False  # the select may be empty because the text field is not


class AccountLookupField(forms.ModelChoiceField[Account]):
    """One of the customers in `queryset`, which the form sets to what its user may pick."""

    widget = AccountLookup
    default_error_messages = {
        "invalid_choice": _("This customer is not among yours."),
        "no_match": _("None of your customers matches “%(typed)s”."),
        "several": _("Several customers match “%(typed)s”. Choose one."),
    }

    def __init__(self, queryset: AccountQuerySet | None = None, **kwargs: Any) -> None:
        super().__init__(Account.objects.none() if queryset is None else queryset, **kwargs)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        self.widget.accounts = cast(AccountQuerySet, self.queryset)
        return super().get_bound_field(form, field_name)

    def to_python(self, value: Any) -> Account | None:
        if not isinstance(value, TypedText):
            return super().to_python(value)
        mine = cast(AccountQuerySet, self.queryset)
        found = list(mine.search(value)[: CANDIDATES + 1])
        if len(found) == 1:
            return found[0]
        self.widget.candidates = found[:CANDIDATES]
        code = "several" if found else "no_match"
        raise ValidationError(self.error_messages[code], code=code, params={"typed": value})
