from __future__ import annotations

import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.models import complaint_steps
from complaints.models.complaint_rules import CONSTRAINTS
from complaints.models.complaint_words import (
    Cause,
    ComplaintChannel,
    ComplaintStatus,
    Grade,
    Verdict,
)
from complaints.querysets.complaint import OPEN, ComplaintQuerySet
from staff.audit import tracked

CONTENT_STAYS = """
RAISE EXCEPTION 'complaint: the words of the customer are added to, never changed'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_content_stays';
"""


@tracked(by="account")
class Complaint(models.Model):
    """A customer complains (客户投诉处理单, S4-6.1(6)): from the first word to the verdict.

    Whoever complains may be unknown, or somebody whose goods came through a customer of ours
    (S4-3). The customer's words stay as they were written; what is added stands beside them.
    """

    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="complaints",
        verbose_name=_("customer"),
    )
    is_via = models.BooleanField(
        _("came to us through this customer"),
        default=False,
        help_text=_("Whoever complains is not the customer, but came through them (S4 第3条)."),
    )
    unit = models.CharField(_("unit"), max_length=200, blank=True)
    complainant = models.CharField(_("who complains"), max_length=50, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    channel = models.CharField(
        _("how they told us"),
        max_length=10,
        choices=ComplaintChannel.choices,
        default=ComplaintChannel.PHONE,
    )
    channel_words = models.CharField(_("which way"), max_length=60, blank=True)
    received_at = models.DateTimeField(_("received at"), default=timezone.now)
    received_by = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        related_name="complaints_taken",
        editable=False,
        verbose_name=_("received by"),
    )
    content = models.TextField(_("in the customer's words"))
    asks_for = models.TextField(_("what they ask for"), blank=True)
    sample_number = models.CharField(_("sample or report number"), max_length=60, blank=True)
    cause = models.CharField(_("cause"), max_length=8, choices=Cause.choices, blank=True)
    loss_amount = models.DecimalField(
        _("loss claimed (yuan)"),
        max_digits=18,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    loss_reputation = models.CharField(_("damage to reputation"), max_length=200, blank=True)
    call = models.ForeignKey(
        "complaints.CallRecord",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="complaints",
        verbose_name=_("call record"),
    )
    feedback = models.ForeignKey(
        "accounts.Feedback",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="complaints",
        verbose_name=_("what the customer said before"),
    )

    status = models.CharField(
        _("state"),
        max_length=13,
        choices=ComplaintStatus.choices,
        default=ComplaintStatus.RECEIVED,
        editable=False,
    )
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, editable=False)
    acknowledge_due_at = models.DateTimeField(null=True, editable=False)

    grade = models.CharField(
        pgettext_lazy("complaint", "class"),
        max_length=11,
        choices=Grade.choices,
        blank=True,
        editable=False,
    )
    has_serious_error = models.BooleanField(_("serious error in a result"), default=False)
    has_large_loss = models.BooleanField(
        _("fairly large loss through a result (money or reputation)"), default=False
    )
    is_very_dissatisfied = models.BooleanField(
        _("the customer is very dissatisfied"), default=False
    )
    grade_reason = models.CharField(_("reason"), max_length=300, blank=True, editable=False)
    classified_at = models.DateTimeField(_("classified at"), null=True, editable=False)
    classified_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    crisis_at = models.DateTimeField(_("crisis since"), null=True, editable=False)
    crisis_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    downgraded_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    handler = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="complaints_handled",
        verbose_name=_("handled by"),
    )
    is_person_sent = models.BooleanField(_("somebody was sent"), default=False, editable=False)
    investigated_at = models.DateTimeField(_("investigation since"), null=True, editable=False)
    findings = models.TextField(_("findings"), blank=True, editable=False)
    measures = models.TextField(_("how it is handled"), blank=True, editable=False)
    root_cause = models.TextField(_("root cause"), blank=True, editable=False)
    corrective_action = models.TextField(
        _("corrective and preventive action"), blank=True, editable=False
    )
    handled_at = models.DateTimeField(_("handled at"), null=True, editable=False)

    reply = models.TextField(_("reply to the customer"), blank=True, editable=False)
    reply_way = models.CharField(_("how they were told"), max_length=60, blank=True, editable=False)
    replied_at = models.DateTimeField(_("replied at"), null=True, editable=False)
    replied_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    reply_due_at = models.DateTimeField(null=True, editable=False)

    verdict = models.CharField(
        _("the customer's verdict"),
        max_length=12,
        choices=Verdict.choices,
        blank=True,
        editable=False,
    )
    verdict_words = models.CharField(
        _("in the customer's words"), max_length=300, blank=True, editable=False
    )
    close_reason = models.CharField(
        _("why it is closed all the same"), max_length=300, blank=True, editable=False
    )
    close_asked_at = models.DateTimeField(null=True, editable=False)
    close_asked_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    closed_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    reopened_at = models.DateTimeField(_("reopened at"), null=True, editable=False)
    voided_at = models.DateTimeField(null=True, editable=False)
    void_reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)
    # Drawn with the form, so that a second click finds what the first one wrote.
    token = models.UUIDField(null=True, unique=True, editable=False)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering = ["-received_at", "-pk"]
        constraints = CONSTRAINTS
        indexes = [
            models.Index(name="complaint_by_account", fields=["account", "-received_at"]),
            models.Index(name="complaint_latest", fields=["-received_at", "-id"]),
            models.Index(
                name="complaint_open",
                fields=["received_at"],
                condition=Q(status__in=OPEN, voided_at=None),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="content_stays",
                operation=pgtrigger.UpdateOf("content"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__content__df=pgtrigger.F("new__content")),
                func=CONTENT_STAYS,
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.who}"

    def get_absolute_url(self) -> str:
        return reverse("complaints:complaint", args=[self.pk])

    @property
    def who(self) -> str:
        """Who complains, as far as they are known."""
        unit = self.unit or (str(self.account) if self.account and not self.is_via else "")
        return " ".join(filter(None, [unit, self.complainant])) or gettext("Unknown caller")

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN and not self.is_void

    @property
    def is_crisis(self) -> bool:
        return self.grade == Grade.CRISIS

    @property
    def channel_label(self) -> str:
        """How they told us; the words belong to a way of no name, and stay when it is another."""
        is_other = self.channel == ComplaintChannel.OTHER
        return self.channel_words if is_other else self.get_channel_display()

    @property
    def is_acknowledge_late(self) -> bool:
        """Acknowledged after its time, or not at all by now."""
        due = self.acknowledge_due_at
        return due is not None and (self.acknowledged_at or timezone.now()) > due

    @property
    def is_reply_late(self) -> bool:
        due = self.reply_due_at
        return due is not None and (self.replied_at or timezone.now()) > due

    @property
    def is_late(self) -> bool:
        """Open, and a step of it is over its time."""
        unacknowledged = self.acknowledged_at is None and self.is_acknowledge_late
        return self.is_open and (unacknowledged or (not self.replied_at and self.is_reply_late))

    # --- who may do what now: `complaint_steps`
    is_involved = complaint_steps.is_involved
    edit_blocker = complaint_steps.edit_blocker
    add_blocker = complaint_steps.add_blocker
    acknowledge_blocker = complaint_steps.acknowledge_blocker
    classify_blocker = complaint_steps.classify_blocker
    downgrade_blocker = complaint_steps.downgrade_blocker
    investigate_blocker = complaint_steps.investigate_blocker
    assign_blocker = complaint_steps.assign_blocker
    pause_blocker = complaint_steps.pause_blocker
    handle_blocker = complaint_steps.handle_blocker
    reply_blocker = complaint_steps.reply_blocker
    close_blocker = complaint_steps.close_blocker
    approve_blocker = complaint_steps.approve_blocker
    reopen_blocker = complaint_steps.reopen_blocker
    link_blocker = complaint_steps.link_blocker
    void_blocker = complaint_steps.void_blocker
