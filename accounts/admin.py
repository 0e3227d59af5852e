"""Customers for those who keep master data: scoped like every page, and without deletion.

What a workflow keeps (owner, tier, standing, volumes, records, files) is read here and changed on
the customer's page, where its rules are; so is the parent company, which not everybody may know.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.concurrency import StaleForm
from accounts.forms.contact_person import ContactPersonForm
from accounts.forms.fields import CreditCodeField
from accounts.models import (
    Account,
    AnnualVolume,
    Assignment,
    Attachment,
    ContactPerson,
    Feedback,
    Interaction,
    Judgement,
    MonthlyVolume,
)
from accounts.workflow import account as account_workflow
from accounts.workflow import contact_person as contact_person_workflow
from accounts.workflow.contact_person import FORM_FIELDS
from staff.models import User
from staff.transitions import TransitionDenied


def as_user(request: HttpRequest) -> User:
    """The admin's gate has let only one of ours in."""
    assert isinstance(request.user, User)  # noqa: S101 (for the type checker)
    return request.user


class ScopedAdmin(admin.ModelAdmin[Any]):
    """Rows of the customers one sees; nothing is ever deleted here."""

    list_per_page = 50
    show_full_result_count = False
    save_on_top = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.all()
        return rows.visible_to(as_user(request))  # type: ignore[attr-defined,no-any-return]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.related_model in (Account, User):
            manager: Any = db_field.related_model._default_manager
            kwargs["queryset"] = manager.visible_to(as_user(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except TransitionDenied as denied:
            text = str(denied)
        except StaleForm:
            text = gettext("Somebody changed this meanwhile; nothing was overwritten.")
        messages.error(request, text)
        return redirect(request.get_full_path())

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """The trail of the database tells more than the admin's own log."""
        row = get_object_or_404(self.get_queryset(request), pk=object_id)
        account_pk = row.pk if self.model is Account else row.account_id
        return redirect("accounts:history", account_pk)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By the customer, the way every search box finds one."""
        if not search_term:
            return queryset, False
        found = Account.objects.visible_to(as_user(request)).search(search_term)
        return queryset.filter(account__in=found.order_by().values("pk")), False


class ReadOnlyAdmin(ScopedAdmin):
    """Written on the customer's page alone."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AccountAdminForm(forms.ModelForm[Account]):
    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        field_classes = {"credit_code": CreditCodeField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen_version"] = self.instance.version

    def clean_seen_version(self) -> int:
        """Nobody's newer change is overwritten from here either."""
        version: int = self.cleaned_data["seen_version"]
        if version != Account.objects.values_list("version", flat=True).get(pk=self.instance.pk):
            raise forms.ValidationError(
                gettext("Somebody changed this customer meanwhile. Open it again to see how.")
            )
        return version


COPIES: Any = [
    "tier",
    "standing",
    "business_type",
    "owner",
    "yuan",
    "created_at",
    "updated_at",
]


@admin.register(Account)
class AccountAdmin(ScopedAdmin):
    """A new customer is added on its own page, where twins are found."""

    form = AccountAdminForm
    list_display = ["name", "code", "standing", "tier", "owner", "region", "page"]
    list_filter = [
        "standing",
        "tier",
        "business_type",
        "kind",
        ("region", admin.RelatedOnlyFieldListFilter),
        ("owner", admin.RelatedOnlyFieldListFilter),
        "is_important_agreement",
        "needs_two_contacts",
    ]
    list_select_related = ["owner", "region"]
    search_fields = ["name"]  # what is searched, stands in `AccountQuerySet.search`
    search_help_text = _("Name, pinyin, phone or credit code")
    readonly_fields = COPIES
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "seen_version",
                    "name",
                    "short_name",
                    "code",
                    "credit_code",
                    "former_names",
                    "kind",
                    "is_end_customer",
                    "industry",
                ]
            },
        ),
        (
            _("Where they are and how to reach them"),
            {"fields": ["region", "province", "city", "address", "phone", "wechat"]},
        ),
        (
            _("Invoices and payment"),
            {
                "fields": [
                    "invoice_title",
                    "invoice_tax_number",
                    "invoice_address",
                    "invoice_phone",
                    "invoice_bank",
                    "invoice_bank_account",
                    "payment_days",
                    "payment_note",
                ]
            },
        ),
        (
            _("Service"),
            {
                "fields": [
                    "service_wishes",
                    "is_important_agreement",
                    "needs_two_contacts",
                    "long_term_intention",
                ]
            },
        ),
        (_("Changed on the customer's page"), {"fields": COPIES}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return (queryset.search(search_term) if search_term else queryset), False  # type: ignore[attr-defined]

    def save_model(self, request: HttpRequest, obj: Account, form: Any, change: bool) -> None:
        """By the workflow: locked, judged and version-checked like the page's own form."""
        names = [name for name in form.changed_data if name != "seen_version"]
        if names:
            values = {name: form.cleaned_data[name] for name in names}
            account_workflow.edit(
                obj,
                actor=as_user(request),
                values=values,
                version=form.cleaned_data["seen_version"],
            )

    @admin.display(description=_("annual volume"))
    def yuan(self, account: Account) -> str:
        return "—" if account.annual_volume is None else f"{account.annual_volume:,.2f}"

    @admin.display(description=_("page"))
    def page(self, account: Account) -> str:
        return format_html('<a href="{}">{}</a>', account.get_absolute_url(), gettext("Open"))


class ContactPersonAdminForm(ContactPersonForm):
    class Meta:
        model = ContactPerson
        fields = ("account", *FORM_FIELDS)


@admin.register(ContactPerson)
class ContactPersonAdmin(ScopedAdmin):
    list_display = ["name", "account", "role", "position", "mobile", "confirmed_on", "left_on"]
    list_filter = ["role", "is_primary", ("left_on", admin.EmptyFieldListFilter)]
    list_select_related = ["account"]
    search_fields = ["name"]
    search_help_text = _("The customer: name, pinyin, phone or credit code")
    autocomplete_fields = ["account"]
    form = ContactPersonAdminForm
    fields = ["seen", "account", *FORM_FIELDS, "confirmed_on", "left_on"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["confirmed_on", "left_on", *(["account"] if obj else [])]

    def save_model(self, request: HttpRequest, obj: ContactPerson, form: Any, change: bool) -> None:
        """The first to call takes over from the old one, as on the page."""
        seen = form.cleaned_data["seen"] or 0
        contact_person_workflow.save(obj, actor=as_user(request), seen=seen)


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    list_display = ["account", "user", "kind", "started_on", "ended_on", "reason"]
    list_filter = ["kind", ("ended_on", admin.EmptyFieldListFilter)]
    list_select_related = ["account", "user"]
    search_fields = ["account__name"]
    date_hierarchy = "started_on"


@admin.register(Interaction)
class InteractionAdmin(ReadOnlyAdmin):
    list_display = ["account", "happened_at", "channel", "author", "purpose", "next_step_on"]
    list_filter = ["channel", "direction", ("voided_at", admin.EmptyFieldListFilter)]
    list_select_related = ["account", "author"]
    search_fields = ["account__name"]
    date_hierarchy = "happened_at"


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyAdmin):
    list_display = ["account", "kind", "text", "raised_at", "passed_to", "answered_at", "told_at"]
    list_filter = ["kind", ("told_at", admin.EmptyFieldListFilter)]
    list_select_related = ["account", "passed_to"]
    search_fields = ["account__name"]


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    list_display = ["name", "account", "title", "size", "uploaded_by", "uploaded_at"]
    list_filter = [("voided_at", admin.EmptyFieldListFilter)]
    list_select_related = ["account", "uploaded_by"]
    search_fields = ["account__name"]
    exclude = ["file"]  # SECURITY: its address would lead around the download's rules
    readonly_fields = ["download"]

    @admin.display(description=_("file"))
    def download(self, attachment: Attachment) -> str:
        address = reverse(
            "accounts:attachment_download", args=[attachment.account_id, attachment.pk]
        )
        return format_html('<a href="{}">{}</a>', address, attachment.name)


@admin.register(Judgement)
class JudgementAdmin(ReadOnlyAdmin):
    list_display = ["account", "kind", "answer", "judged_by", "judged_on", "note"]
    list_filter = ["kind"]
    list_select_related = ["account", "judged_by"]
    search_fields = ["account__name"]

    @admin.display(description=pgettext_lazy("judgement", "answer"), ordering="value")
    def answer(self, judgement: Judgement) -> str:
        return judgement.get_value_display()


class AmountAdmin(ReadOnlyAdmin):
    """Amounts to the cent, as people write them."""

    @admin.display(description=_("amount (yuan)"), ordering="amount")
    def yuan(self, row: AnnualVolume | MonthlyVolume) -> str:
        return f"{row.amount:,.2f}"


@admin.register(AnnualVolume)
class AnnualVolumeAdmin(AmountAdmin):
    list_display = ["account", "basis", "period_from", "period_to", "yuan", "source", "as_of"]
    list_filter = ["basis", "source"]
    list_select_related = ["account"]
    search_fields = ["account__name"]


@admin.register(MonthlyVolume)
class MonthlyVolumeAdmin(AmountAdmin):
    list_display = ["account", "month", "yuan", "source"]
    list_filter = ["source"]
    list_select_related = ["account"]
    search_fields = ["account__name"]
    date_hierarchy = "month"
