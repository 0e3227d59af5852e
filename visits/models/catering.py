from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from staff.audit import tracked
from visits.catering_policy import approver_blocker
from visits.querysets.reception import CateringQuerySet

if TYPE_CHECKING:
    from staff.models import User


class CateringStatus(models.TextChoices):
    SUBMITTED = "submitted", _("Awaiting approval")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", pgettext_lazy("catering", "Refused")


@tracked(by="reception")
class CateringRequest(models.Model):
    """Meals for visitors, reported to the leader for approval (S4 6.4(3)): never by whoever asks.

    `amount` and `actual_cost` are in yuan.
    """

    reception = models.ForeignKey(
        "visits.Reception", on_delete=models.PROTECT, related_name="catering"
    )
    amount = models.DecimalField(_("amount (yuan)"), max_digits=18, decimal_places=4)
    reason = models.CharField(_("what for"), max_length=200)
    is_afterwards = models.BooleanField(_("asked for afterwards"), default=False, editable=False)
    afterwards_reason = models.CharField(_("why afterwards"), max_length=200, blank=True)
    status = models.CharField(
        _("state"),
        max_length=10,
        choices=CateringStatus.choices,
        default=CateringStatus.SUBMITTED,
        editable=False,
    )
    requested_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, related_name="+", editable=False
    )
    requested_at = models.DateTimeField(pgettext_lazy("request", "asked at"), auto_now_add=True)
    decided_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(
        pgettext_lazy("request", "decided at"), null=True, editable=False
    )
    decision_note = models.CharField(_("remark"), max_length=200, blank=True, editable=False)
    actual_cost = models.DecimalField(
        _("actual cost (yuan)"), max_digits=18, decimal_places=4, null=True, editable=False
    )
    actual_note = models.CharField(_("remark"), max_length=200, blank=True, editable=False)

    objects = CateringQuerySet.as_manager()

    class Meta:
        verbose_name = _("catering request")
        verbose_name_plural = _("catering requests")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="catering_status_known", condition=Q(status__in=CateringStatus.values)
            ),
            models.CheckConstraint(
                name="catering_no_self_approval", condition=~Q(decided_by=F("requested_by"))
            ),
            models.CheckConstraint(
                name="catering_decided_by_somebody",
                condition=Q(status=CateringStatus.SUBMITTED, decided_by=None, decided_at=None)
                | (
                    ~Q(status=CateringStatus.SUBMITTED)
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="catering_refused_with_a_reason",
                condition=~Q(status=CateringStatus.REFUSED) | ~Q(decision_note=""),
            ),
            models.CheckConstraint(
                name="catering_afterwards_with_a_reason",
                condition=Q(is_afterwards=False) | ~Q(afterwards_reason=""),
            ),
            models.CheckConstraint(name="catering_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="catering_cost_only_when_approved",
                condition=Q(actual_cost=None)
                | Q(status=CateringStatus.APPROVED, actual_cost__gte=0),
            ),
            models.CheckConstraint(name="catering_has_a_reason", condition=~Q(reason="")),
            models.UniqueConstraint(
                name="catering_one_per_reception",
                fields=["reception"],
                condition=~Q(status=CateringStatus.REFUSED),
            ),
        ]
        indexes = [
            models.Index(
                name="catering_waiting",
                fields=["requested_at"],
                condition=Q(status=CateringStatus.SUBMITTED),
            )
        ]

    def __str__(self) -> str:
        return f"{self.reception}: {self.reason}"

    def get_absolute_url(self) -> str:
        return f"{reverse('visits:reception', args=[self.reception_id])}#catering"

    @property
    def is_over(self) -> bool:
        return self.actual_cost is not None and self.actual_cost > self.amount

    def decision_blocker(self, user: User) -> str:
        """Why `user` may not approve or refuse it now; "" if they may."""
        if self.status != CateringStatus.SUBMITTED:
            return gettext("This has been decided.")
        if self.reception.status == "cancelled":
            return gettext("This reception was cancelled.")
        if self.requested_by_id == user.pk:
            return gettext("Nobody approves what they asked for themselves.")
        return approver_blocker(self.requested_by, user)

    def cost_blocker(self, user: User) -> str:
        """Why `user` may not enter the actual cost; "" for who takes part and for superiors."""
        if self.status != CateringStatus.APPROVED:
            return gettext("The cost is entered once it is approved.")
        return self.reception.part_blocker(user)
