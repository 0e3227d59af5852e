from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.judgements import JudgementKind, answer_label
from accounts.querysets.account import ThroughAccountQuerySet
from staff.audit import tracked


@tracked(by="account")
class Judgement(models.Model):
    """What a named person judges about a customer today; earlier answers are in the trail."""

    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="judgements"
    )
    kind = models.CharField(_("question"), max_length=24, choices=JudgementKind.choices)
    value = models.CharField(pgettext_lazy("judgement", "answer"), max_length=16)
    judged_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("judged by")
    )
    judged_on = models.DateField(_("judged on"))
    note = models.CharField(_("evidence"), max_length=500, blank=True)

    objects = ThroughAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")
        ordering = ["kind", "pk"]
        constraints = [
            models.CheckConstraint(
                name="judgement_kind_known", condition=Q(kind__in=JudgementKind.values)
            ),
            models.UniqueConstraint(
                name="judgement_one_answer_per_question", fields=["account", "kind"]
            ),
        ]
        indexes = [models.Index(name="judgement_by_answer", fields=["kind", "value", "account"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_value_display()}"

    def get_value_display(self) -> str:
        return answer_label(self.kind, self.value)


class InformationGroup(models.TextChoices):
    """The four things S4-6.3 names to be kept up to date."""

    CONTACT = "contact", _("Contact persons")
    PHONE = "phone", _("Phone")
    ADDRESS = "address", _("Address")
    SERVICE_WISHES = "service_wishes", _("Service wishes")


@tracked(by="account")
class Confirmation(models.Model):
    """When somebody last confirmed that one group of a customer's information is right (S4-6.3)."""

    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="confirmations"
    )
    group = models.CharField(_("information"), max_length=16, choices=InformationGroup.choices)
    confirmed_on = models.DateField(_("confirmed on"))
    confirmed_by = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")

    objects = ThroughAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        ordering = ["group", "pk"]
        constraints = [
            models.CheckConstraint(
                name="confirmation_group_known", condition=Q(group__in=InformationGroup.values)
            ),
            models.UniqueConstraint(name="confirmation_one_per_group", fields=["account", "group"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_group_display()} {self.confirmed_on}"
