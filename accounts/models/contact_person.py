from __future__ import annotations

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.likeness import CONTACT_KEYS
from accounts.querysets.account import ThroughAccountQuerySet
from accounts.sql import REFILL_SEARCH_TEXT, after_statement
from staff.audit import tracked
from staff.pinyin import PinyinField


class ContactRole(models.TextChoices):
    """What part the person plays when the customer decides about us."""

    DECIDES = "decides", _("Decides")
    INFLUENCES = "influences", _("Influences")
    PURCHASING = "purchasing", _("Purchasing")
    USES = "uses", _("Uses our products")
    FINANCE = "finance", _("Finance and payment")
    LEGAL_REPRESENTATIVE = "legal_representative", _("Legal representative")
    OTHER = "other", _("Other")


@tracked(by="account")
class ContactPerson(models.Model):
    """One person on the customer's side (S4-6.3: contact, phone, address, service wishes)."""

    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="contact_people"
    )
    name = models.CharField(pgettext_lazy("person", "name"), max_length=50)
    name_pinyin = PinyinField(max_length=200, source="name")
    name_initials = PinyinField(max_length=50, source="name", short=True)
    position = models.CharField(_("position"), max_length=60, blank=True)
    department = models.CharField(_("department"), max_length=60, blank=True)
    role = models.CharField(
        _("part"), max_length=20, choices=ContactRole.choices, default=ContactRole.OTHER
    )
    is_primary = models.BooleanField(_("first to call"), default=False)
    mobile = models.CharField(_("mobile"), max_length=40, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    wechat = models.CharField(_("WeChat"), max_length=60, blank=True)
    note = models.CharField(_("remarks"), max_length=200, blank=True)
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)

    objects = ThroughAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact person")
        verbose_name_plural = _("contact persons")
        ordering = ["left_on", "-is_primary", "name_pinyin", "pk"]
        constraints = [
            models.CheckConstraint(
                name="contact_person_role_known", condition=Q(role__in=ContactRole.values)
            ),
            models.CheckConstraint(name="contact_person_has_a_name", condition=~Q(name="")),
            models.UniqueConstraint(
                name="contact_person_one_primary",
                fields=["account"],
                condition=Q(is_primary=True, left_on=None),
                violation_error_message=_("Another person is already the first to call."),
            ),
        ]
        indexes = [GinIndex(CONTACT_KEYS, name="contact_person_same_phone")]
        triggers = [
            after_statement("refill_search_text", operation, REFILL_SEARCH_TEXT)
            for operation in (pgtrigger.Insert, pgtrigger.Update, pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.name

    def leave_blocker(self) -> str:
        """Why this person cannot be marked as gone."""
        return gettext("This person has already left.") if self.left_on else ""
