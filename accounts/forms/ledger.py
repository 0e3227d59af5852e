"""What a person says about a workbook: the file, its columns, how to apply it."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.ledger import export
from accounts.ledger.columns import Kind, kinds
from accounts.ledger.headers import LEAVE_OUT, TableMapping
from accounts.models import LedgerImport, OnError, VolumeBasis
from staff.models import User

ENDINGS = ".xlsx,.xlsm,.xls,.xlsb,.ods,.csv,.txt"
CURRENCIES = ("USD", "EUR", "HKD", "GBP", "JPY", "TWD")


class UploadForm(forms.Form):
    """A workbook and what it is; `key` makes the same click sent twice arrive once."""

    kind = forms.ChoiceField(label=_("What the file holds"), widget=forms.RadioSelect)
    file = forms.FileField(label=_("File"), max_length=200)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    part_of = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        choices = [(k.name, k.label) for k in kinds().values() if not k.blocker(user)]
        field = self.fields["kind"]
        field.choices = choices  # type: ignore[attr-defined]
        field.initial = choices[0][0]
        if self.initial.get("kind") not in kinds():
            self.initial.pop("kind", None)
        self.fields["file"].widget.attrs["accept"] = ENDINGS
        self.fields["file"].help_text = gettext(
            ".xlsx, .xls, .xlsb, .ods or .csv, as it is, at most %(size)d MB."
        ) % {"size": settings.LEDGER_MAX_BYTES // 1_000_000}

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > settings.LEDGER_MAX_BYTES:
            raise forms.ValidationError(
                gettext("The file has %(has).1f MB; at most %(limit)d MB are taken.")
                % {
                    "has": upload.size / 1_000_000,
                    "limit": settings.LEDGER_MAX_BYTES // 1_000_000,
                }
            )
        return upload

    def options(self) -> dict[str, str]:
        """What the file belongs to, where the page that led here said so."""
        kind, key = kinds()[self.cleaned_data["kind"]], self.cleaned_data["part_of"]
        options = {kind.part_of.name: key} if kind.part_of else {}
        return options if kind.whole(options, self.user) else {}


class OnErrorForm(forms.Form):
    """What happens to the good rows while others are refused."""

    on_error = forms.ChoiceField(
        label=_("Refused rows"), choices=OnError.choices, widget=forms.RadioSelect
    )


class SheetForm(forms.Form):
    """Another sheet, or another row as the header: the columns are looked for again."""

    sheet = forms.ChoiceField(label=_("Sheet"))
    header_row = forms.IntegerField(label=_("Row of the header"), min_value=1, required=False)

    def __init__(self, *args: Any, ledger_import: LedgerImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sheet"]
        field.choices = [  # type: ignore[attr-defined]
            (sheet["name"], f"{sheet['name']} ({sheet['rows']:,})")
            for sheet in ledger_import.sheets
        ]

    def mapping(self) -> TableMapping:
        row = self.cleaned_data["header_row"]
        return TableMapping(self.cleaned_data["sheet"], [row] if row else [])


class ColumnsForm(forms.Form):
    """One choice per column of the file, and what the whole file needs to be told."""

    def __init__(
        self,
        *args: Any,
        mapping: TableMapping,
        kind: Kind,
        options: dict[str, Any],
        user: User,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.mapping, self.kind, self.user = mapping, kind, user
        choices = [
            ("", f"— {kind.keeps} —"),
            (LEAVE_OUT, gettext("— leave out —")),
            *(
                (column.name, f"{column.label}{' *' if column.required else ''}")
                for column in kind.columns
            ),
        ]
        for column in mapping.columns:
            self.fields[f"column_{column.index}"] = forms.ChoiceField(
                label=column.header, choices=choices, required=False, initial=column.field
            )
        self.option_names: list[str] = []
        self._add_options(options)

    def _add_options(self, options: dict[str, Any]) -> None:
        if part_of := self.kind.part_of:
            choices = [("", "---------"), *part_of.choices(self.user)]
            initial = options.get(part_of.name)
            self._option(
                part_of.name,
                forms.ChoiceField(label=part_of.label, choices=choices, initial=initial),
            )
        if "volume_year" in self.kind.defaults:
            self._option(
                "volume_year",
                forms.IntegerField(
                    label=_("Year of the annual volume"),
                    min_value=2000,
                    max_value=2100,
                    required=False,
                    initial=options.get("volume_year") or timezone.localdate().year - 1,
                ),
            )
            self._option(
                "volume_basis",
                forms.ChoiceField(
                    label=_("The annual volume is"),
                    choices=VolumeBasis.choices,
                    initial=options.get("volume_basis"),
                ),
            )
        if "unknown_customers" in self.kind.defaults:
            self._sales_options(options)
        for currency in CURRENCIES if options.get("wants_rates") else ():
            self._option(
                f"rate_{currency}",
                forms.DecimalField(
                    label=gettext("1 %(currency)s in yuan") % {"currency": currency},
                    min_value=Decimal("0.000001"),
                    required=False,
                    initial=(options.get("rates") or {}).get(currency),
                ),
            )

    def _sales_options(self, options: dict[str, Any]) -> None:
        self._option(
            "unknown_customers",
            forms.ChoiceField(
                label=_("Customers we do not know"),
                choices=[
                    ("create", _("Create them as customer (not classified)")),
                    ("leave", _("Refuse their lines")),
                ],
                initial=options.get("unknown_customers"),
            ),
        )
        self._option(
            "source",
            forms.CharField(
                label=_("Source of the lines"),
                max_length=40,
                required=False,
                initial=options.get("source"),
                help_text=_("The system they come from, such as ERP; blank if there is only one."),
            ),
        )
        self._option(
            "overlap",
            forms.ChoiceField(
                label=_("Lines of the same days from an earlier file"),
                choices=[
                    ("replace", _("Replace them by this file's lines")),
                    ("add", _("Keep them beside this file's lines")),
                ],
                initial=options.get("overlap"),
            ),
        )

    def _option(self, name: str, field: forms.Field) -> None:
        self.fields[name] = field
        self.option_names.append(name)

    def column_fields(self) -> list[tuple[Any, Any]]:
        return [(column, self[f"column_{column.index}"]) for column in self.mapping.columns]

    def option_fields(self) -> list[Any]:
        return [self[name] for name in self.option_names]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = [cleaned.get(f"column_{c.index}") for c in self.mapping.columns]
        for name in {name for name in chosen if name and name != LEAVE_OUT}:
            if chosen.count(name) > 1:
                label = self.kind.by_name[name].label
                self.add_error(None, gettext("Two columns are “%(label)s”.") % {"label": label})
        for group in self.kind.needs:
            if not set(group) & set(chosen):
                labels = " / ".join(str(self.kind.by_name[name].label) for name in group)
                self.add_error(
                    None, gettext("Say which column is: %(labels)s") % {"labels": labels}
                )
        return cleaned

    def chosen(self) -> TableMapping:
        for column in self.mapping.columns:
            column.field = self.cleaned_data[f"column_{column.index}"]
        return self.mapping

    def options(self) -> dict[str, Any]:
        found: dict[str, Any] = {"rates": {}}
        for name in self.option_names:
            value = self.cleaned_data[name]
            if name.startswith("rate_"):
                if value:
                    found["rates"][name.removeprefix("rate_")] = str(value)
            elif value not in (None, ""):
                found[name] = value
        return found


class ExportForm(forms.Form):
    """Which rows leave the house, and why if they are many."""

    kind = forms.ChoiceField(label=_("What to export"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        field.choices = [(n, s.label) for n, s in export.sheets().items()]  # type: ignore[attr-defined]
        self.fields["reason"].required = needs_reason
        if needs_reason:
            self.fields["reason"].help_text = gettext("So many rows leave only for a reason.")
