from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts import tiering
from accounts.models.account import Account, Tier
from accounts.models.tier_policy import TierPolicy
from accounts.querysets.tiering import TierDecisionQuerySet, TierProposalQuerySet
from staff.audit import tracked
from staff.models import User


class DecisionOrigin(models.TextChoices):
    DECIDED = "decided", _("Decided")
    ACCEPTED = "accepted", _("Settled verdict accepted")
    ROUND = "round", _("Yearly round")
    CARRIED_OVER = "carried_over", _("Carried over from a ledger")
    CORRECTION = "correction", _("Correction")


@tracked(by="account")
class TierDecision(models.Model):
    """A named person put a customer in a tier from a day on, knowing these facts. Never changed:
    what turns out wrong is corrected by a new row."""

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="tier_decisions", verbose_name=_("customer")
    )
    tier = models.CharField(_("tier"), max_length=2, choices=Tier.choices, blank=True)
    previous_tier = models.CharField(max_length=2, choices=Tier.choices, blank=True)
    effective_on = models.DateField(_("effective from"))
    decided_at = models.DateTimeField(_("decided at"), default=timezone.now)
    decided_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    origin = models.CharField(_("how"), max_length=12, choices=DecisionOrigin.choices)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    policy = models.ForeignKey(TierPolicy, on_delete=models.PROTECT, related_name="decisions")
    facts = models.JSONField()
    verdict = models.JSONField()
    settled_tier = models.CharField(
        max_length=2, blank=True, help_text="The one tier the verdict left; blank where it did not."
    )
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by"
    )
    round = models.ForeignKey(
        "accounts.TierRound", on_delete=models.PROTECT, null=True, related_name="decisions"
    )
    carried_from = models.CharField(_("carried over from"), max_length=200, blank=True)
    carried_on = models.DateField(_("date of that file"), null=True)

    objects = TierDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("tier decision")
        verbose_name_plural = _("tier decisions")
        ordering = ["-effective_on", "-decided_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="tier_decision_tier_known", condition=Q(tier__in=[*Tier.values, ""])
            ),
            models.CheckConstraint(
                name="tier_decision_origin_known", condition=Q(origin__in=DecisionOrigin.values)
            ),
            models.CheckConstraint(
                name="tier_decision_reason_where_not_settled",
                condition=~Q(reason="")
                | Q(origin=DecisionOrigin.CARRIED_OVER)
                | (~Q(tier="") & Q(tier=F("settled_tier"))),
            ),
            models.CheckConstraint(
                name="tier_decision_accepts_only_what_is_settled",
                condition=~Q(origin=DecisionOrigin.ACCEPTED)
                | (~Q(tier="") & Q(tier=F("settled_tier"))),
            ),
            models.CheckConstraint(
                name="tier_decision_carried_over_names_the_file",
                condition=Q(carried_from="", carried_on=None) & ~Q(origin="carried_over")
                | Q(origin="carried_over", carried_on__isnull=False) & ~Q(carried_from=""),
            ),
            models.CheckConstraint(
                name="tier_decision_correction_names_what_it_corrects",
                condition=Q(origin="correction", corrects__isnull=False)
                | ~Q(origin="correction") & Q(corrects=None),
            ),
            models.CheckConstraint(
                name="tier_decision_round_names_the_round",
                condition=Q(origin="round", round__isnull=False)
                | ~Q(origin="round") & Q(round=None),
            ),
        ]
        indexes = [
            models.Index(
                name="tier_decision_latest",
                fields=["account", "-effective_on", "-decided_at", "-id"],
            ),
            models.Index(name="tier_decision_by_origin", fields=["origin", "account"]),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.tier or '–'} {self.effective_on}"

    @property
    def judged_verdict(self) -> tiering.Verdict:
        return tiering.Verdict.from_json(self.verdict)

    def correct_blocker(self, user: User) -> str:
        """Why `user` may not correct this decision; "" if they may."""
        if hasattr(self, "corrected_by"):
            return gettext("This decision has been corrected already.")
        return decide_tier_blocker(user)


def decide_tier_blocker(user: User) -> str:
    """Why `user` may not decide the tier of a customer they see; "" if they may."""
    if user.is_active and user.is_superior:
        return ""
    return gettext("Only a supervisor or the manager decides a tier. You can propose one.")


class ProposalStatus(models.TextChoices):
    PROPOSED = "proposed", _("Waiting for a decision")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", pgettext_lazy("proposal", "Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


@tracked(by="account")
class TierProposal(models.Model):
    """Someone who looks after a customer proposes a tier; another person, higher up, decides."""

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="tier_proposals", verbose_name=_("customer")
    )
    tier = models.CharField(_("tier"), max_length=2, choices=Tier.choices, blank=True)
    effective_on = models.DateField(_("effective from"))
    reason = models.CharField(_("reason"), max_length=500)
    proposed_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"), default=timezone.now, editable=False)
    status = models.CharField(
        max_length=9, choices=ProposalStatus.choices, default=ProposalStatus.PROPOSED
    )
    decided_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    decision = models.OneToOneField(
        TierDecision, on_delete=models.PROTECT, null=True, related_name="proposal"
    )

    objects = TierProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("tier proposal")
        verbose_name_plural = _("tier proposals")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="tier_proposal_tier_known", condition=Q(tier__in=[*Tier.values, ""])
            ),
            models.CheckConstraint(
                name="tier_proposal_status_known", condition=Q(status__in=ProposalStatus.values)
            ),
            models.CheckConstraint(name="tier_proposal_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="tier_proposal_not_decided_by_its_proposer",
                condition=Q(status=ProposalStatus.WITHDRAWN, decided_by=F("proposed_by"))
                | Q(decided_by=None)
                | ~Q(decided_by=F("proposed_by"))
                & Q(status__in=[ProposalStatus.ACCEPTED, ProposalStatus.REFUSED]),
            ),
            models.CheckConstraint(
                name="tier_proposal_decided_by_someone_at_a_time",
                condition=Q(status=ProposalStatus.PROPOSED, decided_by=None, decided_at=None)
                | ~Q(status=ProposalStatus.PROPOSED)
                & Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="tier_proposal_refused_with_an_answer",
                condition=~Q(status=ProposalStatus.REFUSED) | ~Q(answer=""),
            ),
            models.CheckConstraint(
                name="tier_proposal_accepted_with_a_decision",
                condition=Q(status=ProposalStatus.ACCEPTED, decision__isnull=False)
                | ~Q(status=ProposalStatus.ACCEPTED) & Q(decision=None),
            ),
            models.UniqueConstraint(
                name="tier_proposal_one_open_per_customer",
                fields=["account"],
                condition=Q(status=ProposalStatus.PROPOSED),
                violation_error_message=_("A proposal for this customer is already waiting."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} → {self.tier or '–'}"

    def decide_blocker(self, user: User) -> str:
        """Why `user` may neither accept nor refuse this proposal; "" if they may."""
        if self.status != ProposalStatus.PROPOSED:
            return gettext("This proposal has been answered already.")
        if self.proposed_by_id == user.pk:
            return gettext("You cannot decide your own proposal; your superior can.")
        return decide_tier_blocker(user)

    def withdraw_blocker(self, user: User) -> str:
        if self.status != ProposalStatus.PROPOSED:
            return gettext("This proposal has been answered already.")
        if self.proposed_by_id != user.pk:
            return gettext("Only the person who proposed it can withdraw it.")
        return ""
