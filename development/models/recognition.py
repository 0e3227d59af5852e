from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessType, Tier
from development import recognition_rules as rules
from development.querysets.recognition import RecognitionQuerySet
from staff.audit import tracked
from staff.models import Role

if TYPE_CHECKING:
    from staff.models import User


class RecognitionStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("application", "Being prepared")
    SUBMITTED = "submitted", pgettext_lazy("application", "Waiting for approval")
    SENT_BACK = "sent_back", pgettext_lazy("application", "Sent back")
    APPROVED = "approved", pgettext_lazy("application", "Approved")
    REFUSED = "refused", pgettext_lazy("application", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "Withdrawn")


OPEN = ("draft", "submitted", "sent_back")
EDITABLE = ("draft", "sent_back")
DECIDED = ("approved", "refused")


class Origin(models.TextChoices):
    """第6条 speaks of new customers; those that have grown take the same way (Q28)."""

    NEW = "new", _("New customer")
    EXISTING = "existing", _("Existing customer")


@tracked(by="account")
class RecognitionApplication(models.Model):
    """We ask that a customer be recognised as a key account (S1 第6–7条).

    The one record of 客户认定申请表, with the three sections of 第7条: reasons and basic trading
    policy, goods and amounts, survey material and results. What approvers look at is frozen when
    it is submitted; the levels it must pass and the policy are those of the first submission.
    """

    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        related_name="recognition_applications",
        verbose_name=_("customer"),
    )
    number = models.CharField(_("application number"), max_length=20, editable=False)
    origin = models.CharField(_("origin"), max_length=8, choices=Origin.choices)
    applicant = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        related_name="recognition_applications",
        verbose_name=_("applicant"),
        editable=False,
    )
    reasons = models.TextField(_("reasons for trading"), blank=True)
    trading_policy = models.TextField(_("basic trading policy"), blank=True)
    type_asked = models.CharField(
        _("type asked for"),
        max_length=10,
        choices=BusinessType.choices,
        default=BusinessType.AGREEMENT,
    )
    tier_asked = models.CharField(
        _("tier asked for"), max_length=2, choices=Tier.choices, blank=True
    )
    expected_volume = models.DecimalField(
        _("expected annual volume"),
        max_digits=18,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Blank: the total of the goods below."),
    )

    # Where it stands
    status = models.CharField(
        _("state"),
        max_length=9,
        choices=RecognitionStatus.choices,
        default=RecognitionStatus.DRAFT,
        editable=False,
    )
    levels = models.JSONField(default=list, editable=False)
    level = models.PositiveSmallIntegerField(null=True, editable=False)
    post = models.CharField(max_length=12, blank=True, editable=False)
    round = models.PositiveSmallIntegerField(default=0, editable=False)
    waiting_since = models.DateTimeField(null=True, editable=False)

    # Frozen at submission
    general_survey = models.ForeignKey(
        "development.Survey", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    field_survey = models.ForeignKey(
        "development.Survey", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    material = models.JSONField(null=True, editable=False)
    facts = models.JSONField(null=True, editable=False)
    verdict = models.JSONField(null=True, editable=False)
    tier_policy = models.ForeignKey(
        "accounts.TierPolicy", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    principles_met = models.BooleanField(default=False, editable=False)
    waiver_allowed = models.BooleanField(default=False, editable=False)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, editable=False)

    # How it ended
    waiver_reason = models.CharField(
        _("why in spite of the principles"), max_length=500, blank=True, editable=False
    )
    decided_by = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    tier_decision = models.OneToOneField(
        "accounts.TierDecision",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="recognition",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RecognitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("application for recognition")
        verbose_name_plural = _("applications for recognition")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="recognition_status_known", condition=Q(status__in=RecognitionStatus.values)
            ),
            models.CheckConstraint(
                name="recognition_origin_known", condition=Q(origin__in=Origin.values)
            ),
            models.CheckConstraint(
                name="recognition_type_known", condition=Q(type_asked__in=BusinessType.values)
            ),
            models.CheckConstraint(
                name="recognition_tier_known", condition=Q(tier_asked__in=["", *Tier.values])
            ),
            models.CheckConstraint(name="recognition_has_a_number", condition=~Q(number="")),
            models.UniqueConstraint(name="recognition_number_unique", fields=["number"]),
            models.UniqueConstraint(
                name="recognition_one_open_per_customer",
                fields=["account"],
                condition=Q(status__in=OPEN),
                violation_error_message=_("An application for this customer is open already."),
            ),
            models.CheckConstraint(
                name="recognition_submitted_whole",
                condition=Q(status__in=("draft", "withdrawn"))
                | (
                    Q(material__isnull=False, verdict__isnull=False, submitted_at__isnull=False)
                    & Q(general_survey__isnull=False, field_survey__isnull=False)
                    & Q(expected_volume__isnull=False)
                    & ~Q(levels=[])
                    & ~Q(reasons="")
                    & ~Q(trading_policy="")
                ),
            ),
            models.CheckConstraint(
                name="recognition_waits_at_a_level",
                condition=Q(status="submitted", level__isnull=False, waiting_since__isnull=False)
                & ~Q(post="")
                | Q(status="sent_back", level__isnull=False, post="")
                | ~Q(status__in=("submitted", "sent_back")) & Q(post=""),
            ),
            models.CheckConstraint(
                name="recognition_decided_by_somebody",
                condition=Q(status__in=DECIDED, decided_by__isnull=False, decided_at__isnull=False)
                | ~Q(status__in=DECIDED) & Q(decided_by=None, decided_at=None),
            ),
            models.CheckConstraint(
                name="recognition_no_self_approval",
                condition=Q(decided_by=None) | ~Q(decided_by=F("applicant")),
            ),
            models.CheckConstraint(
                name="recognition_approved_on_principle",
                condition=~Q(status="approved")
                | Q(principles_met=True)
                | Q(waiver_allowed=True) & ~Q(waiver_reason=""),
            ),
        ]
        indexes = [
            models.Index(name="recognition_by_account", fields=["account", "-created_at"]),
            models.Index(
                name="recognition_waiting",
                fields=["post", "waiting_since"],
                condition=Q(status="submitted"),
            ),
            models.Index(name="recognition_by_applicant", fields=["applicant", "status"]),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="steps",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=rules.STEPS,
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.account}"

    def get_absolute_url(self) -> str:
        return reverse("development:application", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.status == RecognitionStatus.SUBMITTED

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

    @property
    def is_last_level(self) -> bool:
        return self.level is not None and self.level == len(self.levels) - 1

    @property
    def post_label(self) -> str:
        """The post whose turn it is; "" while nobody's is."""
        return str(Role(self.post).label) if self.post in Role.values else ""

    @property
    def days_waiting(self) -> int:
        """Whole days at this level."""
        if self.waiting_since is None:
            return 0
        since = timezone.localdate(self.waiting_since)
        return (timezone.localdate() - since).days

    @property
    def total(self) -> Decimal:
        """The sum of the goods, exact; read with `lines`."""
        return sum((line.amount for line in self.lines.all()), Decimal(0))

    @property
    def seen(self) -> str:
        """What somebody has before them: changes with every step."""
        return f"{self.status}-{self.round}-{self.level}"

    @property
    def unmet_principles(self) -> list[dict[str, Any]]:
        """Those of the frozen material that are not met, or that nobody knows."""
        general = (self.material or {}).get("general") or {}
        return [row for row in general.get("principles", []) if row["verdict"] != "met"]

    def edit_blocker(self, user: User) -> str:
        """Why its words cannot be changed: by the applicant and the superiors, until it waits."""
        if blocker := self.account.edit_blocker(user):
            return blocker
        if self.is_waiting:
            return gettext("It waits for approval and stands still; it can be sent back.")
        if not self.is_editable:
            return gettext("This application is closed.")
        if user.pk == self.applicant_id or user.is_superior:
            return ""
        return gettext("Only %(name)s, who applies, or a superior can change it.") % {
            "name": self.applicant
        }

    def submit_blocker(self, user: User) -> str:
        """Why it cannot be handed in; what it still lacks is said by the workflow."""
        if blocker := self.account.edit_blocker(user):
            return blocker
        if self.is_waiting:
            return gettext("It has been submitted already.")
        if not self.is_editable:
            return gettext("This application is closed.")
        if user.pk != self.applicant_id:
            return gettext("Only %(name)s, who applies, hands it in.") % {"name": self.applicant}
        return ""

    def withdraw_blocker(self, user: User) -> str:
        """Why it cannot be withdrawn: the applicant may, and a superior once they have left."""
        if self.status not in OPEN:
            return gettext("This application is closed.")
        if user.pk == self.applicant_id:
            return ""
        if user.is_superior and not self.applicant.is_active:
            return ""
        return gettext("Only %(name)s, who applies, can withdraw it.") % {"name": self.applicant}

    def principle_blocker(self) -> str:
        """Why no approval is possible at all (S1 第5条: “must”); "" when a waiver may be given."""
        if self.principles_met or self.waiver_allowed:
            return ""
        return gettext(
            "A principle is not met or not known: approval is blocked. Send it back, or refuse it."
        )
