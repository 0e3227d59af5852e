from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint_words import (
    AFTER_REPLY,
    Cause,
    ComplaintChannel,
    ComplaintStatus,
    Grade,
    Verdict,
)
from complaints.querysets.complaint import OPEN, ComplaintQuerySet
from staff.audit import tracked

if TYPE_CHECKING:
    from staff.models import User

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
        constraints = [
            models.CheckConstraint(
                name="complaint_status_known", condition=Q(status__in=ComplaintStatus.values)
            ),
            models.CheckConstraint(
                name="complaint_words_known",
                condition=Q(channel__in=ComplaintChannel.values)
                & Q(cause__in=[*Cause.values, ""])
                & Q(grade__in=[*Grade.values, ""])
                & Q(verdict__in=[*Verdict.values, ""]),
            ),
            models.CheckConstraint(name="complaint_has_words", condition=~Q(content="")),
            models.CheckConstraint(
                name="complaint_other_way_is_named",
                condition=~Q(channel=ComplaintChannel.OTHER) | ~Q(channel_words=""),
                violation_error_message=_("Say which way it reached us."),
            ),
            models.CheckConstraint(
                name="complaint_via_a_customer",
                condition=Q(is_via=False) | Q(account__isnull=False),
                violation_error_message=_("Name the customer they came through."),
            ),
            models.CheckConstraint(
                name="complaint_loss_not_negative",
                condition=Q(loss_amount=None) | Q(loss_amount__gte=0),
            ),
            models.CheckConstraint(
                name="complaint_acknowledged_has_a_time",
                condition=~Q(status=ComplaintStatus.ACKNOWLEDGED)
                | Q(acknowledged_at__isnull=False),
            ),
            models.CheckConstraint(
                name="complaint_graded_by_someone_with_a_reason",
                condition=Q(grade="", classified_at=None, classified_by=None)
                | (
                    ~Q(grade="")
                    & ~Q(grade_reason="")
                    & Q(classified_at__isnull=False, classified_by__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="complaint_worked_on_has_a_grade",
                condition=Q(status__in=("received", "acknowledged")) | ~Q(grade=""),
            ),
            models.CheckConstraint(
                name="complaint_crisis_has_a_fact",
                condition=~Q(grade=Grade.CRISIS)
                | Q(crisis_at__isnull=False, crisis_by__isnull=False)
                & (Q(has_serious_error=True) | Q(has_large_loss=True)),
            ),
            models.CheckConstraint(
                name="complaint_downgraded_by_a_second_person",
                condition=Q(grade=Grade.CRISIS)
                | Q(crisis_by=None)
                | (Q(downgraded_by__isnull=False) & ~Q(downgraded_by=F("crisis_by"))),
            ),
            models.CheckConstraint(
                name="complaint_investigated_by_someone",
                condition=Q(status__in=("received", "acknowledged", "classified"))
                | Q(handler__isnull=False, investigated_at__isnull=False),
            ),
            models.CheckConstraint(
                name="complaint_handled_in_words",
                condition=Q(handled_at=None) & ~Q(status__in=("handled", *AFTER_REPLY))
                | ~Q(findings="") & ~Q(measures="") & Q(handled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="complaint_replied_by_someone_in_words",
                condition=Q(replied_at=None, replied_by=None) & ~Q(status__in=AFTER_REPLY)
                | Q(replied_at__isnull=False, replied_by__isnull=False) & ~Q(reply=""),
            ),
            models.CheckConstraint(
                name="complaint_closed_with_a_verdict",
                condition=Q(closed_at=None, closed_by=None) & ~Q(status=ComplaintStatus.CLOSED)
                | Q(status="closed", closed_at__isnull=False, closed_by__isnull=False)
                & ~Q(verdict=""),
            ),
            models.CheckConstraint(
                name="complaint_closed_without_satisfaction_by_a_second_person",
                condition=~Q(status__in=("to_approve", "closed"))
                | Q(status="closed", verdict=Verdict.SATISFIED)
                | Q(close_asked_by__isnull=False, close_asked_at__isnull=False)
                & ~Q(close_reason="")
                & (Q(closed_by=None) | ~Q(closed_by=F("close_asked_by"))),
            ),
            models.CheckConstraint(
                name="complaint_void_has_a_reason",
                condition=Q(voided_at=None) | ~Q(void_reason=""),
            ),
        ]
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
        return self.channel_words or self.get_channel_display()

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

    # --- who may do what now ---------------------------------------------------------------
    def is_involved(self, user: User) -> bool:
        """Whose work it is: the service centre, whoever took it, handles it or owns the customer,
        and superiors.
        """
        owner = self.account.owner_id if self.account else None
        mine = (self.received_by_id, self.handler_id, owner)
        return user.is_superior or user.is_service_centre or user.pk in mine

    def _work_blocker(self, user: User) -> str:
        if self.is_void:
            return gettext("This complaint was voided.")
        if self.status == ComplaintStatus.CLOSED:
            return gettext("This complaint is closed.")
        if self.is_involved(user):
            return ""
        return gettext("Only %(name)s, the service centre or a superior can do this.") % {
            "name": self.handler or self.received_by
        }

    def _lead_blocker(self, user: User) -> str:
        if blocker := self._work_blocker(user):
            return blocker
        if user.is_superior or user.is_service_centre:
            return ""
        return gettext("Only the service centre or a superior can do this.")

    def _state_blocker(self, user: User, states: tuple[str, ...], reason: str) -> str:
        return self._work_blocker(user) or ("" if self.status in states else reason)

    def edit_blocker(self, user: User) -> str:
        """Why `user` may not change who complains and what about (never the words)."""
        return self._work_blocker(user)

    def add_blocker(self, user: User) -> str:
        """Why `user` may not add words of the customer, or a note of what happened."""
        return self._work_blocker(user)

    def acknowledge_blocker(self, user: User) -> str:
        """Why `user` cannot note that the customer knows we have it."""
        if blocker := self._work_blocker(user):
            return blocker
        return gettext("The customer knows that we have it.") if self.acknowledged_at else ""

    def classify_blocker(self, user: User) -> str:
        """Why `user` may not choose the class; a crisis is downgraded by a second person."""
        if blocker := self._work_blocker(user):
            return blocker
        if self.status == ComplaintStatus.TO_APPROVE:
            return gettext("It is about to be closed.")
        return self.downgrade_blocker(user) if self.is_crisis else ""

    def downgrade_blocker(self, user: User) -> str:
        """Why `user` may not make less of a crisis."""
        if user.pk == self.crisis_by_id:
            return gettext("You classified it as a crisis: only a second person makes less of it.")
        if user.is_superior or user.is_service_centre:
            return ""
        return gettext("Only the service centre or a superior makes less of a crisis.")

    def investigate_blocker(self, user: User) -> str:
        """Why the investigation cannot begin."""
        if self.is_open and not self.grade:
            return self._work_blocker(user) or gettext("Classify it first.")
        reason = gettext("The investigation has begun.")
        return self._state_blocker(user, ("classified",), reason)

    def assign_blocker(self, user: User) -> str:
        """Why `user` may not give it to another colleague (S1-A2-MGR-4)."""
        if blocker := self._lead_blocker(user):
            return blocker
        if self.status in (ComplaintStatus.INVESTIGATING, ComplaintStatus.HANDLED):
            return ""
        return gettext("Whoever handles it is named when the investigation begins.")

    def pause_blocker(self, user: User) -> str:
        """Why the clock cannot be stopped: only while we owe an answer."""
        reason = gettext("The customer has our reply; no clock runs.")
        return self._state_blocker(user, OPEN[:5], reason)

    def handle_blocker(self, user: User) -> str:
        """Why findings and measures cannot be noted; they may be improved until the reply."""
        if self.is_open and self.status in OPEN[:3]:
            return self._work_blocker(user) or gettext("Begin the investigation first.")
        reason = gettext("The customer has our reply.")
        return self._state_blocker(user, ("investigating", "handled"), reason)

    def reply_blocker(self, user: User) -> str:
        """Why the reply cannot be noted."""
        if self.is_open and self.status in OPEN[:4]:
            return self._work_blocker(user) or gettext("Note first how it was handled.")
        return self._state_blocker(user, ("handled",), gettext("The customer has our reply."))

    def close_blocker(self, user: User) -> str:
        """Why it cannot be closed: the customer has a reply, and we have their verdict."""
        if self.is_open and self.status in OPEN[:5]:
            return self._work_blocker(user) or gettext("Reply to the customer first.")
        return self._state_blocker(user, ("replied",), gettext("The closing awaits approval."))

    def approve_blocker(self, user: User) -> str:
        """Why `user` may not decide on closing without the customer's satisfaction."""
        if self.status != ComplaintStatus.TO_APPROVE:
            return self._work_blocker(user) or gettext("No closing awaits approval.")
        if self.close_asked_by_id == user.pk:
            return gettext("Nobody approves the closing they asked for themselves.")
        return self._lead_blocker(user)

    def reopen_blocker(self, user: User) -> str:
        """Why it cannot be taken up again (S4 says nothing; suggested: with a reason)."""
        if self.is_void:
            return gettext("This complaint was voided.")
        if self.status not in (ComplaintStatus.REPLIED, ComplaintStatus.CLOSED):
            return gettext("It is still being worked on.")
        if self.is_involved(user):
            return ""
        return gettext("Only %(name)s, the service centre or a superior can do this.") % {
            "name": self.handler
        }

    def link_blocker(self, user: User) -> str:
        """Why it cannot be put beside another complaint."""
        if self.is_void:
            return gettext("This complaint was voided.")
        if self.is_involved(user):
            return ""
        return gettext("Only the service centre or a superior can do this.")

    def void_blocker(self, user: User) -> str:
        """Why `user` may not void it: entered by mistake, or twice."""
        if self.is_void:
            return gettext("This complaint was voided.")
        if user.is_superior or (user.pk == self.received_by_id and not self.grade):
            return ""
        return gettext("Only a superior can void it; whoever took it, until it is classified.")


def intake_blocker(user: User) -> str:
    """Why `user` may not take a complaint at all (S1-A2-SPC-5, S4-5)."""
    if user.is_active and (user.role or user.is_service_centre):
        return ""
    return gettext("Only colleagues with a post and the service centre take complaints.")
