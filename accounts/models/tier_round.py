from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models.account import Account, Tier
from accounts.querysets.tiering import TierRoundLineQuerySet, TierRoundQuerySet
from staff.audit import tracked
from staff.models import User


class RoundStatus(models.TextChoices):
    OPEN = "open", _("Under review")
    SIGNED = "signed", _("Signed")
    CANCELLED = "withdrawn", _("Cancelled")


@tracked()
class TierRound(models.Model):
    """A yearly review: every customer of a team on one list, signed as a whole (Q15)."""

    name = models.CharField(_("name"), max_length=60)
    effective_on = models.DateField(_("effective from"))
    status = models.CharField(
        max_length=9, choices=RoundStatus.choices, default=RoundStatus.OPEN, editable=False
    )
    opened_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, related_name="+", editable=False
    )
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    closed_at = models.DateTimeField(null=True, editable=False)
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = TierRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("review round")
        verbose_name_plural = _("review rounds")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="tier_round_status_known", condition=Q(status__in=RoundStatus.values)
            ),
            models.CheckConstraint(
                name="tier_round_closed_by_someone_at_a_time",
                condition=Q(status=RoundStatus.OPEN, closed_by=None, closed_at=None)
                | ~Q(status=RoundStatus.OPEN) & Q(closed_by__isnull=False, closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="tier_round_cancelled_for_a_reason",
                condition=~Q(status=RoundStatus.CANCELLED) | ~Q(note=""),
            ),
            models.UniqueConstraint(
                name="tier_round_one_open_per_person",
                fields=["opened_by"],
                condition=Q(status=RoundStatus.OPEN),
                violation_error_message=_("You have a round under review already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("accounts:round", args=[self.pk])

    def edit_blocker(self, user: User) -> str:
        """Why `user` may not fill in, sign or cancel this round; "" if they may."""
        if self.status != RoundStatus.OPEN:
            return gettext("This round is closed.")
        if not user.is_active or not user.is_superior:
            return gettext("Only a supervisor or the manager reviews tiers.")
        if self.opened_by_id != user.pk and not user.is_manager:
            return gettext("Only %(name)s, who opened it, or the manager can do this.") % {
                "name": self.opened_by
            }
        return ""


@tracked(by="round")
class TierRoundLine(models.Model):
    """One customer on a review round: the tier before, what the rules say, the tier chosen."""

    round = models.ForeignKey(TierRound, on_delete=models.PROTECT, related_name="lines")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="round_lines")
    tier_before = models.CharField(max_length=2, choices=Tier.choices, blank=True)
    passing = ArrayField(models.CharField(max_length=2), default=list)
    possible = ArrayField(models.CharField(max_length=2), default=list)
    settled_tier = models.CharField(max_length=2, blank=True)
    is_filled = models.BooleanField(default=False)
    tier = models.CharField(_("tier"), max_length=2, choices=Tier.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    filled_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    has_moved = models.BooleanField(
        default=False, help_text="The facts changed after the line was filled in."
    )

    objects = TierRoundLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a review round")
        verbose_name_plural = _("lines of review rounds")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="tier_round_line_once_per_customer", fields=["round", "account"]
            ),
            models.CheckConstraint(
                name="tier_round_line_tier_known", condition=Q(tier__in=[*Tier.values, ""])
            ),
            models.CheckConstraint(
                name="tier_round_line_reason_where_not_settled",
                condition=Q(is_filled=False)
                | ~Q(reason="")
                | (~Q(tier="") & Q(tier=F("settled_tier"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} · {self.account}"

    @property
    def candidate(self) -> str:
        """The tier a form starts with: the one chosen, else the one that passes."""
        if self.is_filled:
            return self.tier
        return self.passing[0] if len(self.passing) == 1 else ""
