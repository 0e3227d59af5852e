from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from development.querysets.recognition import DeputyQuerySet
from staff.audit import tracked

if TYPE_CHECKING:
    from staff.models import User


@tracked()
class Deputy(models.Model):
    """For a dated absence somebody decides on applications in a superior's place (S1 第7条)."""

    absent = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        related_name="deputies",
        verbose_name=_("who is absent"),
    )
    deputy = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        related_name="deputises_for",
        verbose_name=_("who decides instead"),
    )
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=200)
    named_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, related_name="+", editable=False
    )
    named_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="deputy_is_somebody_else", condition=~Q(deputy=F("absent"))
            ),
            models.CheckConstraint(
                name="deputy_ends_after_the_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("It cannot end before it starts."),
            ),
            models.CheckConstraint(name="deputy_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.absent} → {self.deputy}"

    def is_in_force(self, day: dt.date | None = None) -> bool:
        day = day or timezone.localdate()
        return self.ended_at is None and self.starts_on <= day <= self.ends_on

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None or self.ends_on < timezone.localdate()

    @staticmethod
    def name_blocker(absent: User, user: User) -> str:
        """Why `user` cannot name a deputy for `absent`: oneself, and whoever stands above, may."""
        if not absent.is_superior:
            return gettext("Only a supervisor or a manager decides on applications.")
        if user.pk == absent.pk or absent.pk in user.line_ids:
            return ""
        return gettext("A deputy is named by the absent person, or by somebody above.")

    def end_blocker(self, user: User) -> str:
        """Why it cannot be ended early."""
        if self.is_over:
            return gettext("This has ended already.")
        return self.name_blocker(self.absent, user)
