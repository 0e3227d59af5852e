from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import NullIf
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import credit_code, sql
from accounts.likeness import ACCOUNT_KEYS
from accounts.querysets.account import AccountQuerySet
from staff.audit import tracked
from staff.pinyin import PinyinField

if TYPE_CHECKING:
    from staff.models import User


class Kind(models.TextChoices):
    ORGANISATION = "organisation", _("Organisation")
    INDIVIDUAL = "individual", _("Individual")


class Standing(models.TextChoices):
    """Where a customer stands with us; recognition (S1 第7条) makes a key account."""

    PROSPECT = "prospect", _("Prospect")
    UNCLASSIFIED = "unclassified", _("Customer (not classified)")
    KEY = "key", _("Key account")
    SMALL_MEDIUM = "small_medium", _("Small or medium customer")
    FORMER = "former", _("Former customer")


class StandingOrigin(models.TextChoices):
    """Why somebody is made a key account without an application; kept in the trail."""

    CARRIED_OVER = "carried_over", _("Recognised before: carried over")
    CORRECTION = "correction", _("Correction of a mistake")


class BusinessType(models.TextChoices):
    """The types of key account of S1 第4条."""

    NONE = "none", _("No type")
    AGREEMENT = "agreement", _("Agreement key account")
    MEMBER = "member", _("Member key account")


class Tier(models.TextChoices):
    """The tiers of S1 第3条; blank means that nobody has decided."""

    A1 = "A1", _("A1 (A, first grade)")
    A2 = "A2", _("A2 (A, second grade)")
    B1 = "B1", _("B1 (B, first grade)")
    B2 = "B2", _("B2 (B, second grade)")
    C = "C", _("C")
    D = "D", _("D")


def validate_credit_code(code: str) -> None:
    """Refuse a code that GB 32100-2015 rules out, and say what it might have been."""
    if credit_code.is_valid(code):
        return
    if len(code) != credit_code.LENGTH:
        raise ValidationError(
            gettext("A credit code has 18 characters; %(code)s has %(count)d.")
            % {"code": code, "count": len(code)}
        )
    if suggestion := credit_code.suggestion(code):
        raise ValidationError(
            gettext("%(code)s is not a valid credit code. Did you mean %(suggestion)s?")
            % {"code": code, "suggestion": suggestion}
        )
    raise ValidationError(
        gettext("%(code)s is not a valid credit code: its check character does not fit.")
        % {"code": code}
    )


# Kept by triggers from other rows, which have a trail of their own.
COPIES = ["second_contacts", "search_text"]


@tracked(by="pgh_obj", exclude=COPIES)
class Account(models.Model):
    """One customer, for life: a prospect, a key account, or any other standing in between."""

    # Who they are
    code = models.CharField(
        _("code"), max_length=40, blank=True, help_text=_("Your own customer number.")
    )
    name = models.CharField(_("name"), max_length=200)
    name_pinyin = PinyinField(max_length=600, source="name")
    name_initials = PinyinField(max_length=200, source="name", short=True)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    former_names = ArrayField(
        models.CharField(max_length=200), verbose_name=_("former names"), default=list, blank=True
    )
    kind = models.CharField(
        _("kind"), max_length=12, choices=Kind.choices, default=Kind.ORGANISATION
    )
    is_end_customer = models.BooleanField(_("end customer"), null=True, blank=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # few have one: see the indexes
        related_name="subsidiaries",
        verbose_name=_("parent company"),
    )
    credit_code = models.CharField(
        _("credit code"), max_length=18, blank=True, validators=[validate_credit_code]
    )
    industry = models.CharField(_("industry"), max_length=60, blank=True)

    # Where they are and how to reach them
    region = models.ForeignKey(
        "staff.Region",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # the indexes below begin with it
        related_name="accounts",
        verbose_name=_("region"),
    )
    province = models.CharField(_("province"), max_length=30, blank=True)
    city = models.CharField(_("city"), max_length=30, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    wechat = models.CharField(_("WeChat"), max_length=60, blank=True)

    # Money matters
    invoice_title = models.CharField(_("invoice title"), max_length=200, blank=True)
    invoice_tax_number = models.CharField(_("tax number"), max_length=30, blank=True)
    invoice_address = models.CharField(_("invoice address"), max_length=200, blank=True)
    invoice_phone = models.CharField(_("invoice phone"), max_length=40, blank=True)
    invoice_bank = models.CharField(_("bank"), max_length=100, blank=True)
    invoice_bank_account = models.CharField(_("bank account"), max_length=40, blank=True)
    payment_days = models.PositiveSmallIntegerField(
        _("payment terms (days)"), null=True, blank=True, validators=[MaxValueValidator(720)]
    )
    payment_note = models.CharField(_("payment terms, remarks"), max_length=200, blank=True)
    service_wishes = models.TextField(_("service wishes"), blank=True)

    # Where they stand
    standing = models.CharField(
        _("standing"), max_length=12, choices=Standing.choices, default=Standing.UNCLASSIFIED
    )
    business_type = models.CharField(
        _("type"), max_length=10, choices=BusinessType.choices, default=BusinessType.NONE
    )
    is_important_agreement = models.BooleanField(
        _("important agreement customer"), default=False, help_text=_("S4 第五章")
    )
    needs_two_contacts = models.BooleanField(
        _("needs two contacts"), default=False, help_text=_("S1 第13条")
    )
    long_term_intention = models.BooleanField(
        _("long-term intention"), null=True, blank=True, help_text=_("S1 第4条")
    )
    extra = models.JSONField(_("other columns"), default=dict, blank=True)
    recognised_on = models.DateField(
        _("recognised on"), null=True, editable=False, help_text=_("S1 第7条")
    )

    # Copies kept by the workflow or by triggers: never typed in.
    tier = models.CharField(
        _("tier"), max_length=2, choices=Tier.choices, blank=True, editable=False
    )
    owner = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,  # the indexes below begin with it
        related_name="owned_accounts",
        verbose_name=_("owner"),
    )
    annual_volume = models.DecimalField(
        _("annual volume"), max_digits=18, decimal_places=4, null=True, editable=False
    )
    annual_volume_fact = models.ForeignKey(
        "accounts.AnnualVolume",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        db_index=False,  # few have one: see the indexes
        related_name="merged_from",
    )
    voided_at = models.DateTimeField(null=True, editable=False)
    voided_by = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        db_index=False,  # nobody is looked for by it
        related_name="+",
    )
    void_reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(_("added at"), auto_now_add=True)
    created_by = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        db_index=False,  # nobody is looked for by it
        related_name="+",
    )
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)
    second_contacts = ArrayField(
        models.BigIntegerField(), default=list, editable=False, db_default=Value([])
    )
    search_text = models.TextField(editable=False, default="", db_default="")
    version = models.PositiveIntegerField(
        default=1, editable=False, help_text="Counted up by a trigger at every change of the row."
    )

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["name_pinyin", "pk"]
        constraints = [
            models.CheckConstraint(name="account_kind_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="account_standing_known", condition=Q(standing__in=Standing.values)
            ),
            models.CheckConstraint(
                name="account_type_known", condition=Q(business_type__in=BusinessType.values)
            ),
            models.CheckConstraint(
                name="account_tier_known", condition=Q(tier__in=[*Tier.values, ""])
            ),
            models.CheckConstraint(name="account_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="account_not_its_own_parent", condition=~Q(parent=F("pk"))),
            models.CheckConstraint(
                name="account_not_merged_into_itself", condition=~Q(merged_into=F("pk"))
            ),
            models.CheckConstraint(
                name="account_void_has_a_reason",
                condition=Q(voided_at=None) | (~Q(void_reason="") & ~Q(voided_by=None)),
            ),
            models.UniqueConstraint(
                name="account_code_unique",
                fields=["code"],
                condition=~Q(code="") & Q(merged_into=None, voided_at=None),
                violation_error_message=_("Another customer has this code."),
            ),
            models.UniqueConstraint(
                name="account_credit_code_unique",
                fields=["credit_code"],
                condition=~Q(credit_code="") & Q(merged_into=None, voided_at=None),
                violation_error_message=_("Another customer has this credit code."),
            ),
        ]
        indexes = [
            # Read in the order of the list, with what its scope and commonest filters ask of a row.
            models.Index(
                name="account_by_name",
                fields=["name_pinyin", "id"],
                include=[
                    "owner",
                    "second_contacts",
                    "region",
                    "tier",
                    "standing",
                    "business_type",
                    "annual_volume",
                ],
                condition=Q(merged_into=None, voided_at=None),
            ),
            models.Index(name="account_by_volume", fields=["annual_volume", "id"]),
            models.Index(
                F("annual_volume").desc(nulls_last=True),
                F("id").desc(),
                name="account_by_largest_volume",
            ),
            models.Index(name="account_by_tier", fields=["tier", "name_pinyin"]),
            models.Index(NullIf("tier", Value("")), "name_pinyin", "id", name="account_tiers_sort"),
            models.Index(NullIf("code", Value("")), "id", name="account_by_code"),
            models.Index(name="account_by_standing", fields=["standing", "name_pinyin"]),
            models.Index(name="account_by_owner", fields=["owner", "name_pinyin"]),
            # What a specialist's list is narrowed by, told without reading the customers.
            models.Index(
                name="account_of_owner", fields=["owner", "standing", "tier", "annual_volume"]
            ),
            models.Index(name="account_by_region", fields=["region", "name_pinyin"]),
            # Not of everybody: each index is written for every new customer.
            models.Index(
                name="account_by_parent", fields=["parent"], condition=Q(parent__isnull=False)
            ),
            models.Index(
                name="account_by_survivor",
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
            ),
            GinIndex(
                name="account_by_search_text", fields=["search_text"], opclasses=["gin_trgm_ops"]
            ),
            GinIndex(name="account_by_second_contact", fields=["second_contacts"]),
            GinIndex(ACCOUNT_KEYS, name="account_same_keys"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="count_version",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="NEW.version = OLD.version + 1; NEW.updated_at = now(); RETURN NEW;",
                condition=pgtrigger.AnyChange(exclude=COPIES),
            ),
            pgtrigger.Trigger(
                name="fill_search_text",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf(*sql.FOUND_BY),
                when=pgtrigger.Before,
                func=sql.FILL_SEARCH_TEXT,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("accounts:detail", args=[self.pk])

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    @staticmethod
    def creation_blocker(user: User) -> str:
        """Why `user` may not add a customer, in words for the page; "" if they may."""
        if not user.role:
            return gettext("Only someone with a post in key-account management can add a customer.")
        return ""

    def edit_blocker(self, user: User) -> str:
        """Why nothing of this customer may be changed; whoever sees it may change it."""
        if self.merged_into_id:
            return gettext("This customer was merged into another one.")
        if self.is_void:
            return gettext("This customer was voided.")
        return ""

    def reader_blocker(self, person: User) -> str:
        """Why `person` cannot be the one to do something here: the file is closed to them."""
        if type(self).objects.visible_to(person).filter(pk=self.pk).exists():
            return ""
        return gettext("%(name)s does not look after this customer and cannot open its file.") % {
            "name": person
        }

    def parent_blocker(self, parent: Account | None) -> str:
        """Why it cannot belong to `parent`: the line upwards would lead back to itself."""
        above, seen = parent, {self.pk}
        while above is not None and above.pk is not None:
            if above.pk in seen:
                return gettext("%(name)s belongs to this customer itself.") % {"name": parent}
            seen.add(above.pk)
            above = above.parent
        return ""

    def superior_blocker(self, user: User) -> str:
        """Why `user` may not change who looks after it, its standing or its type."""
        if blocker := self.edit_blocker(user):
            return blocker
        return "" if user.is_superior else gettext("Only a supervisor or a manager can do this.")

    def standing_blocker(self, user: User, standing: str) -> str:
        """Why this customer cannot get that standing; the ways there are suggested values."""
        if blocker := self.superior_blocker(user):
            return blocker
        if standing == Standing.PROSPECT and self.standing != Standing.PROSPECT:
            return gettext("A customer does not become a prospect again; choose “former” instead.")
        if standing == Standing.KEY and self.standing != Standing.KEY:
            return self.key_blocker(user)
        return ""

    def key_blocker(self, user: User) -> str:
        """Why `user` may not make it a key account without an application (S1 第7条)."""
        if not user.is_manager:
            return gettext(
                "A customer becomes a key account by an application for recognition and its "
                "approval (S1 第7条): choose “Apply for recognition” on the customer's page. "
                "Only a key account manager may carry over who was recognised before."
            )
        if self.owner_id is None:
            return gettext("A key account needs an owner first.")
        if self.standing == Standing.FORMER:
            return gettext("A former customer must be a customer again before it can be key.")
        return ""

    def origin_blocker(self, standing: str, origin: str) -> str:
        """Why that is no reason to make it a key account without an application."""
        if standing != Standing.KEY or self.standing == Standing.KEY:
            return ""
        if origin not in StandingOrigin.values:
            return gettext(
                "Say why without an application: recognised before, or the correction of a mistake."
            )
        was_key = self.events.filter(standing=Standing.KEY).exists()  # type: ignore[attr-defined]
        if origin == StandingOrigin.CORRECTION and not was_key:
            return gettext("It never was a key account here: there is nothing to correct.")
        return ""

    def void_blocker(self, user: User) -> str:
        """Why `user` may not void this customer."""
        if blocker := self.superior_blocker(user):
            return blocker
        if self.standing == Standing.KEY:
            return gettext("A key account cannot be voided: change its standing first.")
        if self.subsidiaries.filter(merged_into=None, voided_at=None).exists():
            return gettext("This customer has subsidiaries: give them another parent first.")
        return ""

    def restore_blocker(self, user: User) -> str:
        """Why `user` may not take back that this customer was voided."""
        if not self.is_void:
            return gettext("This customer is not voided.")
        return "" if user.is_superior else gettext("Only a supervisor or a manager can do this.")
