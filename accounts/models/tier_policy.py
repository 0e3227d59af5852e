from __future__ import annotations

import datetime as dt
from typing import Any

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import tiering
from accounts.judgements import ANSWERS, JudgementKind
from accounts.models.account import Tier
from accounts.querysets.tiering import TierPolicyQuerySet
from staff.audit import tracked
from staff.models import Provenance, User


class PolicyStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    ARCHIVED = "archived", _("Archived")


class PolicyState(models.TextChoices):
    """What a policy is today: its status read with its dates."""

    DRAFT = "draft", _("Draft")
    SCHEDULED = "planned", _("Scheduled")
    IN_FORCE = "active", _("In force")
    ENDED = "archived", _("No longer in force")


class JudgedPer(models.TextChoices):
    COMPANY = "company", _("Company")
    GROUP = "group", _("Group (parent and subsidiaries)")


# The readings that the text leaves open, and what ships for each (Q05–Q07, Q12).
OPTION_PROVENANCE = {
    "bounds_inclusive": Provenance.UNCERTAIN,
    "good_satisfies_fairly_good": Provenance.SUGGESTED,
    "large_satisfies_fairly_large": Provenance.SUGGESTED,
    "volume_word_separate": Provenance.SUGGESTED,
    "judged_per": Provenance.SUGGESTED,
}
POLICY_IS_FROZEN = """
IF OLD.status <> 'draft' AND ROW(
    NEW.status = 'draft', NEW.version, NEW.good_satisfies_fairly_good,
    NEW.large_satisfies_fairly_large, NEW.volume_word_separate, NEW.judged_per, NEW.provenance::text
) IS DISTINCT FROM ROW(
    false, OLD.version, OLD.good_satisfies_fairly_good,
    OLD.large_satisfies_fairly_large, OLD.volume_word_separate, OLD.judged_per, OLD.provenance::text
) THEN
    RAISE EXCEPTION 'a policy that has been activated cannot be changed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'tier_policy_frozen_once_active';
END IF;
RETURN NEW;
"""
BAND_IS_FROZEN = """
IF EXISTS (
    SELECT 1 FROM accounts_tierpolicy
    WHERE id IN (NEW.policy_id, OLD.policy_id) AND status <> 'draft'
) THEN
    RAISE EXCEPTION 'the bands of an activated policy cannot be changed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'tier_band_frozen_once_active';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""


def _provenance() -> dict[str, str]:
    return {option: str(provenance) for option, provenance in OPTION_PROVENANCE.items()}


@tracked()
class TierPolicy(models.Model):
    """One version of the tier rules (S1 第3条): drafted, activated on a day, kept for ever."""

    version = models.PositiveIntegerField(_("version"), unique=True, editable=False)
    name = models.CharField(_("name"), max_length=60)
    status = models.CharField(
        max_length=8, choices=PolicyStatus.choices, default=PolicyStatus.DRAFT, editable=False
    )
    effective = DateRangeField(_("in force"), null=True, editable=False)
    good_satisfies_fairly_good = models.BooleanField(
        _("a good payment reputation also counts as fairly good"),
        default=True,
        help_text=_("A2 asks for 较好; a customer judged 好 then passes that test as well."),
    )
    large_satisfies_fairly_large = models.BooleanField(
        _("a large volume also counts as fairly large"),
        default=True,
        help_text=_("A2 and C ask for 较大; a customer judged 大 then passes that test as well."),
    )
    volume_word_separate = models.BooleanField(
        _("the volume word is a test of its own beside the figure"),
        default=False,
        help_text=_("If not, 用量大 in A1 and 用量较大 in A2 follow the annual volume."),
    )
    judged_per = models.CharField(
        _("judged per"), max_length=8, choices=JudgedPer.choices, default=JudgedPer.COMPANY
    )
    provenance = models.JSONField(default=_provenance, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    based_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    author = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(_("added at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)
    activated_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    activated_at = models.DateTimeField(null=True, editable=False)

    objects = TierPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("tier policy")
        verbose_name_plural = _("tier policies")
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(
                name="tier_policy_status_known", condition=Q(status__in=PolicyStatus.values)
            ),
            models.CheckConstraint(
                name="tier_policy_judged_per_known", condition=Q(judged_per__in=JudgedPer.values)
            ),
            models.CheckConstraint(
                name="tier_policy_activated_with_range_and_time",
                condition=Q(
                    status=PolicyStatus.DRAFT,
                    effective=None,
                    activated_at=None,
                    activated_by=None,
                )
                | (
                    ~Q(status=PolicyStatus.DRAFT)
                    & Q(effective__isnull=False, activated_at__isnull=False)
                ),
            ),
            # The first version comes with the product; every later one has a person and a reason.
            models.CheckConstraint(
                name="tier_policy_activated_by_someone_for_a_reason",
                condition=Q(status=PolicyStatus.DRAFT)
                | Q(version=1)
                | (Q(activated_by__isnull=False) & ~Q(reason="")),
            ),
            ExclusionConstraint(
                name="tier_policy_never_two_in_force",
                expressions=[("effective", RangeOperators.OVERLAPS)],
                condition=~Q(status=PolicyStatus.DRAFT),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen_once_active",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=POLICY_IS_FROZEN,
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return gettext("Version %(version)d · %(name)s") % {
            "version": self.version,
            "name": self.name,
        }

    def get_absolute_url(self) -> str:
        return reverse("accounts:policy", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == PolicyStatus.DRAFT

    @property
    def state(self) -> PolicyState:
        if self.effective is None:
            return PolicyState.DRAFT
        today = timezone.localdate()
        if self.effective.isempty or (self.effective.upper and self.effective.upper <= today):
            return PolicyState.ENDED
        if self.effective.lower and self.effective.lower > today:
            return PolicyState.SCHEDULED
        return PolicyState.IN_FORCE

    @property
    def in_force_from(self) -> dt.date | None:
        return self.effective.lower if self.effective else None

    @property
    def last_day(self) -> dt.date | None:
        upper = self.effective.upper if self.effective else None
        return upper - dt.timedelta(days=1) if upper else None

    def rules(self) -> tiering.Policy:
        """The policy as the pure judge reads it; one query unless the bands are prefetched."""
        bands = {band.tier: band.rules() for band in self.bands.all()}
        return tiering.Policy(
            version=self.version,
            bands=tuple(bands[tier] for tier in Tier.values if tier in bands),
            good_satisfies_fairly_good=self.good_satisfies_fairly_good,
            large_satisfies_fairly_large=self.large_satisfies_fairly_large,
            volume_word_separate=self.volume_word_separate,
        )

    def edit_blocker(self, user: User) -> str:
        """Why `user` may not change this draft; "" if they may."""
        if not self.is_draft:
            return gettext("An activated policy is never changed. Draft a new version of it.")
        return draft_policy_blocker(user)

    def activate_blocker(self, user: User) -> str:
        if not self.is_draft:
            return gettext("This version has been activated already.")
        if not user.is_active or not user.is_manager:
            return gettext("Only the key account manager can activate a policy.")
        return ""


def draft_policy_blocker(user: User) -> str:
    """Why `user` may not draft a new version of the tier rules; "" if they may."""
    if user.is_active and user.is_superior:
        return ""
    return gettext("Only a supervisor or the manager can draft a tier policy.")


def _accepted(kind: JudgementKind) -> ArrayField[Any, Any]:
    return ArrayField(
        models.CharField(max_length=16), verbose_name=kind.label, default=list, blank=True
    )


@tracked(by="policy")
class TierBand(models.Model):
    """What one version asks for one tier; an empty list of answers asks nothing of that kind."""

    policy = models.ForeignKey(TierPolicy, on_delete=models.PROTECT, related_name="bands")
    tier = models.CharField(_("tier"), max_length=2, choices=Tier.choices, editable=False)
    lower = models.DecimalField(
        _("from (yuan)"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    lower_inclusive = models.BooleanField(_("lower bound included"), default=True)
    upper = models.DecimalField(
        _("to (yuan)"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    upper_inclusive = models.BooleanField(_("upper bound included"), default=True)
    volume_word = _accepted(JudgementKind.VOLUME_WORD)
    payment_reputation = _accepted(JudgementKind.PAYMENT_REPUTATION)
    growth_potential = _accepted(JudgementKind.GROWTH_POTENTIAL)
    profit_contribution = _accepted(JudgementKind.PROFIT_CONTRIBUTION)
    profit_rate = _accepted(JudgementKind.PROFIT_RATE)
    development_potential = _accepted(JudgementKind.DEVELOPMENT_POTENTIAL)
    provenance = models.CharField(
        max_length=9, choices=Provenance.choices, default=Provenance.STATED, editable=False
    )

    JUDGEMENTS = (
        JudgementKind.VOLUME_WORD,
        JudgementKind.PAYMENT_REPUTATION,
        JudgementKind.GROWTH_POTENTIAL,
        JudgementKind.PROFIT_CONTRIBUTION,
        JudgementKind.PROFIT_RATE,
        JudgementKind.DEVELOPMENT_POTENTIAL,
    )

    class Meta:
        verbose_name = _("tier band")
        verbose_name_plural = _("tier bands")
        ordering = ["policy", "tier"]
        constraints = [
            models.CheckConstraint(name="tier_band_tier_known", condition=Q(tier__in=Tier.values)),
            models.CheckConstraint(
                name="tier_band_provenance_known", condition=Q(provenance__in=Provenance.values)
            ),
            models.UniqueConstraint(
                name="tier_band_one_per_policy_and_tier", fields=["policy", "tier"]
            ),
            models.CheckConstraint(
                name="tier_band_bounds_in_order",
                condition=Q(lower=None) | Q(upper=None) | Q(lower__lte=F("upper")),
                violation_error_message=_("The lower bound must not exceed the upper bound."),
            ),
            models.CheckConstraint(
                name="tier_band_answers_known",
                condition=Q(
                    **{
                        f"{kind}__contained_by": list(ANSWERS[kind])
                        for kind in (
                            JudgementKind.VOLUME_WORD,
                            JudgementKind.PAYMENT_REPUTATION,
                            JudgementKind.GROWTH_POTENTIAL,
                            JudgementKind.PROFIT_CONTRIBUTION,
                            JudgementKind.PROFIT_RATE,
                            JudgementKind.DEVELOPMENT_POTENTIAL,
                        )
                    }
                ),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen_once_active",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=BAND_IS_FROZEN,
            )
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.tier}"

    def rules(self) -> tiering.Band:
        requirements = tuple(
            tiering.Requirement(str(kind), tuple(getattr(self, kind)))
            for kind in self.JUDGEMENTS
            if getattr(self, kind)
        )
        span = tiering.Span(self.lower, self.upper, self.lower_inclusive, self.upper_inclusive)
        return tiering.Band(self.tier, span, requirements)
