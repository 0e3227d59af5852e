from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.db import models
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.concurrency import StaleForm
from accounts.identify import Findings, possible_duplicates
from accounts.models import Account, BusinessType, Standing, StandingOrigin
from staff.models import Region, User

from .fields import CreditCodeField, text_area
from .lookup import AccountLookupField

# What a customer may be when it is first written down; the rest is decided later, with a reason.
FIRST_STANDINGS = (Standing.PROSPECT, Standing.UNCLASSIFIED, Standing.SMALL_MEDIUM)

# What tells one customer from another while someone types.
ASKED_ABOUT = ("name", "credit_code", "phone")

# The groups of the form: title → fields.
FIELDSETS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        _("Who they are"),
        (
            "name",
            "short_name",
            "code",
            "credit_code",
            "kind",
            "is_end_customer",
            "industry",
            "parent",
            "former_names",
        ),
    ),
    (
        _("Where they are and how to reach them"),
        ("region", "phone", "province", "city", "address", "wechat"),
    ),
    (
        _("Invoices and payment"),
        (
            "invoice_title",
            "invoice_tax_number",
            "invoice_address",
            "invoice_phone",
            "invoice_bank",
            "invoice_bank_account",
            "payment_days",
            "payment_note",
        ),
    ),
    (
        _("Service"),
        (
            "service_wishes",
            "is_important_agreement",
            "needs_two_contacts",
            "long_term_intention",
        ),
    ),
)


class AccountForm(forms.ModelForm[Account]):
    """What is known about a customer, but for what is decided by workflow.

    `version` is the state the form was drawn from; see `show_moved` for a form that went stale.
    """

    wide = {"service_wishes", "former_names", "address", "invoice_address"}
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    former_names = SimpleArrayField(
        forms.CharField(max_length=200),
        label=_("Former names"),
        required=False,
        delimiter="\n",
        widget=text_area(2),
        help_text=_("One per line; the search finds them too."),
    )
    parent = AccountLookupField(label=_("Parent company"), required=False)

    class Meta:
        model = Account
        fields = [name for _title, names in FIELDSETS for name in names]
        field_classes = {"credit_code": CreditCodeField}
        widgets = {"service_wishes": text_area(3)}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.moved: list[dict[str, str]] = []
        self.moved_by = ""
        self.initial["version"] = self.instance.version
        for name in ASKED_ABOUT:
            self.fields[name].widget.attrs |= self._ask_while_typing()
        region = self.fields["region"]
        retired = models.Q(is_active=False) & ~models.Q(pk=self.instance.region_id)
        region.queryset = Region.objects.exclude(retired)  # type: ignore[attr-defined]
        visible = Account.objects.visible_to(user).exclude(pk=self.instance.pk)
        self.fields["parent"].queryset = visible  # type: ignore[attr-defined]
        hidden = self.instance.parent_id and not visible.filter(pk=self.instance.parent_id).exists()
        if hidden:  # SECURITY: a parent outside the scope is neither named nor lost
            del self.fields["parent"]

    def _ask_while_typing(self) -> dict[str, str]:
        """htmx: whether this customer is here already, once the typing pauses."""
        return {
            "hx-get": reverse("accounts:duplicate_check"),
            "hx-trigger": "input changed delay:900ms",
            "hx-include": ", ".join(f"[name='{name}']" for name in ASKED_ABOUT),
            "hx-params": ", ".join([*ASKED_ABOUT, "exclude"]),
            "hx-vals": json.dumps({"exclude": self.instance.pk or ""}),
            "hx-target": "#duplicates",
            "hx-sync": "closest form:replace",
        }

    def fieldsets(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [
            (str(title), [self[name] for name in names if name in self.fields])
            for title, names in FIELDSETS
        ]

    def values(self) -> dict[str, Any]:
        """What to write: the model's own fields as they were typed."""
        names = [name for name in self._meta.fields or () if name in self.fields]
        return {name: self.cleaned_data[name] for name in names}

    def clean_former_names(self) -> list[str]:
        names = (name.strip() for name in self.cleaned_data["former_names"])
        return list(dict.fromkeys(name for name in names if name))

    def clean_parent(self) -> Account | None:
        parent: Account | None = self.cleaned_data["parent"]
        if blocker := self.instance.parent_blocker(parent):
            raise forms.ValidationError(blocker)
        return parent

    def show_moved(self, stale: StaleForm) -> None:
        """Ask again with what was typed, and with the newer value where nothing was typed.

        Every field that somebody else changed is listed with both values; saving again writes
        what the form then shows.
        """
        self.moved_by = stale.by
        self.data = self.data.copy() if isinstance(self.data, QueryDict) else {**self.data}
        self.data[self.add_prefix("version")] = str(getattr(stale.current, "version", ""))
        for name, moved in stale.moved.items():
            typed = self.values()[name]
            typed = typed.pk if isinstance(typed, models.Model) else typed
            was_touched = typed not in (moved.then, moved.now)
            if not was_touched:
                self.data[self.add_prefix(name)] = _as_input(self.fields[name], moved.now)
            self.moved.append(
                {
                    "name": name,
                    "label": str(self.fields[name].label or name),
                    "then": self.in_words(name, moved.then),
                    "now": self.in_words(name, moved.now),
                    "typed": self.in_words(name, typed) if was_touched else "",
                }
            )

    def in_words(self, name: str, value: Any) -> str:
        """A field's value as a reader would say it."""
        field = self.fields[name]
        if value is None or value == "" or value == []:
            return ""
        if isinstance(field, forms.ModelChoiceField):
            found = field.queryset.filter(pk=value).first() if field.queryset is not None else None
            return str(found or "")
        if isinstance(value, bool):
            return gettext("Yes") if value else gettext("No")
        if isinstance(field, forms.ChoiceField):
            return str(dict(self.instance._meta.get_field(name).flatchoices).get(value, value))  # type: ignore[union-attr]
        return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _as_input(field: forms.Field, value: Any) -> str:
    prepared = field.prepare_value(value)
    return "" if prepared is None else str(prepared)


class NewAccountForm(AccountForm):
    """A new customer: also how it stands with us, and who looks after it."""

    findings: Findings | None = None
    save_anyway = forms.BooleanField(
        label=_("It is another customer: save it anyway"), required=False
    )
    standing = forms.ChoiceField(
        label=_("Standing"),
        choices=[(standing.value, standing.label) for standing in FIRST_STANDINGS],
        initial=Standing.PROSPECT,
    )
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Owner"),
        help_text=_("Who looks after this customer from today."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        if user.is_superior:
            line = User.objects.visible_to(user).colleagues()
            self.fields["owner"].queryset = line  # type: ignore[attr-defined]
        else:
            del self.fields["owner"]
        self.initial.setdefault("region", user.region_id)

    def has_unseen_duplicates(self) -> bool:
        """Whether similar customers exist that the writer has not yet been shown.

        `findings` then tells which; the form is shown again with them and "save anyway".
        """
        if self.cleaned_data["save_anyway"]:
            return False
        asked = {name: self.cleaned_data[name] for name in ASKED_ABOUT}
        self.findings = possible_duplicates(self.user, **asked)
        return bool(self.findings)

    def fieldsets(self) -> list[tuple[str, list[forms.BoundField]]]:
        names = [name for name in ("standing", "owner") if name in self.fields]
        first, *rest = super().fieldsets()
        return [first, (gettext("With us"), [self[name] for name in names]), *rest]


class StandingForm(forms.Form):
    """Where a customer stands with us and its type, with the reason."""

    standing = forms.ChoiceField(label=_("Standing"), choices=Standing.choices)
    origin = forms.ChoiceField(
        label=_("Key account without application, because"),
        choices=[("", "---------"), *StandingOrigin.choices],
        required=False,
        help_text=_("Only for a key account that does not come by an application (S1 第7条)."),
    )
    business_type = forms.ChoiceField(
        label=_("Type"), choices=BusinessType.choices, help_text=_("S1 第4条")
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, account: Account, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.user = user
        self.initial = {"standing": account.standing, "business_type": account.business_type}
        if account.standing == Standing.KEY or not user.is_manager:
            del self.fields["origin"]

    def clean_standing(self) -> str:
        standing: str = self.cleaned_data["standing"]
        if blocker := self.account.standing_blocker(self.user, standing):
            raise forms.ValidationError(blocker)
        return standing

    def clean(self) -> None:
        super().clean()
        standing, origin = self.cleaned_data.get("standing", ""), self.cleaned_data.get("origin")
        if blocker := self.account.origin_blocker(standing, origin or ""):
            self.add_error("origin", blocker)
