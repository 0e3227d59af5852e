from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.querysets.account import ThroughAccountQuerySet
from staff.audit import tracked


class VolumeBasis(models.TextChoices):
    """What an annual figure means (Q12): sold, declared by the customer, or expected."""

    SALES = "sales", _("Actual sales")
    DECLARED = "declared", _("Declared by the customer")
    EXPECTED = "expected", _("Expected")


class VolumeSource(models.TextChoices):
    ENTERED = "entered", _("Entered by hand")
    LEDGER = "ledger", _("Sales ledger")


@tracked(by="account")
class AnnualVolume(models.Model):
    """A year of a customer (年用量), in yuan: one figure, its basis, period and source."""

    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        db_index=False,  # the constraint below begins with it
        related_name="annual_volumes",
    )
    basis = models.CharField(_("basis"), max_length=8, choices=VolumeBasis.choices)
    period_from = models.DateField(_("from"))
    period_to = models.DateField(_("to"))
    amount = models.DecimalField(_("amount (yuan)"), max_digits=18, decimal_places=4)
    source = models.CharField(_("source"), max_length=8, choices=VolumeSource.choices)
    source_note = models.CharField(_("where the figure comes from"), max_length=200, blank=True)
    as_of = models.DateField(_("as of"))
    entered_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    entered_at = models.DateTimeField(_("entered at"), auto_now_add=True)

    objects = ThroughAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("annual volume")
        verbose_name_plural = _("annual volumes")
        ordering = ["-period_to", "basis", "pk"]
        constraints = [
            models.CheckConstraint(
                name="annual_volume_basis_known", condition=Q(basis__in=VolumeBasis.values)
            ),
            models.CheckConstraint(
                name="annual_volume_source_known", condition=Q(source__in=VolumeSource.values)
            ),
            models.CheckConstraint(
                name="annual_volume_period_in_order",
                condition=Q(period_to__gte=F("period_from")),
            ),
            models.UniqueConstraint(
                name="annual_volume_one_per_period",
                fields=["account", "basis", "period_from", "period_to"],
                violation_error_message=_("There is already a figure for this period and basis."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.period_from}–{self.period_to}: {self.amount}"


@tracked(by="account")
class MonthlyVolume(models.Model):
    """What a customer bought in one month, in yuan; a month without a row is not known."""

    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        db_index=False,  # the constraint below begins with it
        related_name="monthly_volumes",
    )
    month = models.DateField(_("month"), help_text=_("Its first day."))
    amount = models.DecimalField(_("amount (yuan)"), max_digits=18, decimal_places=4)
    source = models.CharField(_("source"), max_length=8, choices=VolumeSource.choices)

    objects = ThroughAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("monthly volume")
        verbose_name_plural = _("monthly volumes")
        ordering = ["month", "pk"]
        constraints = [
            models.CheckConstraint(
                name="monthly_volume_source_known", condition=Q(source__in=VolumeSource.values)
            ),
            models.CheckConstraint(name="monthly_volume_first_of_month", condition=Q(month__day=1)),
            models.UniqueConstraint(
                name="monthly_volume_one_per_month", fields=["account", "month"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.month:%Y-%m}: {self.amount}"
