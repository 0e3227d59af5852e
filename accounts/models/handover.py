from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models.interaction import Channel
from accounts.querysets.handover import HandoverQuerySet
from staff import calendar
from staff.audit import tracked

if TYPE_CHECKING:
    from accounts.models.interaction import Interaction
    from staff.models import User


class HandoverOrigin(models.TextChoices):
    DEPARTURE = "departure", _("Left the company")
    TRANSFER = "transfer", _("Transfer")
    IMPORT = "import", _("Ledger import")


@tracked(by="account")
class HandoverLine(models.Model):
    """One customer changes hands (S1-A14): told of it, a successor named, first contact made.

    Done only when all three stand here. A departure opens a line without a successor.
    """

    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        related_name="handovers",
        verbose_name=_("customer"),
    )
    predecessor = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("until now")
    )
    successor = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("successor"),
    )
    origin = models.CharField(_("because of"), max_length=10, choices=HandoverOrigin.choices)
    opened_on = models.DateField(_("since"), default=timezone.localdate)
    opened_by = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    told_on = models.DateField(_("customer told on"), null=True)
    told_by = models.ForeignKey("staff.User", on_delete=models.PROTECT, null=True, related_name="+")
    told_how = models.CharField(_("how"), max_length=8, choices=Channel.choices, blank=True)
    first_contact = models.ForeignKey(
        "accounts.Interaction",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("first contact of the successor"),
    )
    done_at = models.DateTimeField(_("done at"), null=True, editable=False)
    voided_at = models.DateTimeField(null=True, editable=False)
    void_reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["opened_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="handover_origin_known", condition=Q(origin__in=HandoverOrigin.values)
            ),
            models.CheckConstraint(
                name="handover_between_two_people", condition=~Q(predecessor=F("successor"))
            ),
            models.CheckConstraint(
                name="handover_told_by_someone_somehow",
                condition=Q(told_on=None, told_by=None, told_how="")
                | (Q(told_on__isnull=False, told_by__isnull=False) & ~Q(told_how="")),
            ),
            models.CheckConstraint(
                name="handover_done_when_told_and_contacted",
                condition=Q(done_at=None)
                | Q(told_on__isnull=False, successor__isnull=False, first_contact__isnull=False),
            ),
            models.CheckConstraint(
                name="handover_void_has_a_reason",
                condition=Q(voided_at=None) | ~Q(void_reason=""),
            ),
            models.UniqueConstraint(
                name="handover_one_open_per_customer",
                fields=["account"],
                condition=Q(done_at=None, voided_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.predecessor}"

    def get_absolute_url(self) -> str:
        return reverse("accounts:handover", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.voided_at is None

    @property
    def ended_on(self) -> dt.date | None:
        ended = self.done_at or self.voided_at
        return timezone.localdate(ended) if ended else None

    @property
    def business_days(self) -> int:
        """How long it has taken so far, or took."""
        return calendar.business_days_between(self.opened_on, self.ended_on or timezone.localdate())

    @property
    def is_contact_of_successor(self) -> bool:
        """Whether the linked record is a contact by the successor, since the change."""
        record: Interaction | None = self.first_contact
        return record is not None and record.author_id == self.successor_id

    def tell_blocker(self, user: User) -> str:
        """Why `user` may not note that the customer was told; "" if they may."""
        if blocker := self._over() or self.account.edit_blocker(user):
            return blocker
        return gettext("The customer has been told already.") if self.told_on else ""

    def contact_blocker(self, user: User) -> str:
        """Why `user` may not note the successor's first contact; "" if they may."""
        if blocker := self._over() or self.account.edit_blocker(user):
            return blocker
        if self.first_contact_id:
            return gettext("The first contact has been noted already.")
        if self.successor is None:
            return gettext("Name a successor first; a supervisor or the manager does so.")
        return ""

    def void_blocker(self, user: User) -> str:
        """Why `user` may not void this line; a superior may, where nothing was handed over."""
        return self._over() or self.account.superior_blocker(user)

    def _over(self) -> str:
        if self.voided_at:
            return gettext("This handover was voided.")
        return gettext("This handover is done.") if self.done_at else ""
