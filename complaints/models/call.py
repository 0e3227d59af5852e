from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.querysets.call import OPEN, CallRecordQuerySet, ThroughCallQuerySet
from staff.audit import tracked
from staff.models import Dialect

if TYPE_CHECKING:
    from staff.models import User


class CallKind(models.TextChoices):
    """What a caller wants (S4 第七条)."""

    ENQUIRY = "enquiry", _("Enquiry")
    LOOK_UP = "result_lookup", _("Result look-up")
    COMPLAINT = "complaint", _("Complaint")


class CallStatus(models.TextChoices):
    """Answered on the call; or open, with departments, replied (S4-6.1-5b)."""

    ANSWERED = "answered", _("Answered on the call")
    OPEN = "open", pgettext_lazy("call", "Open")
    WITH_DEPARTMENTS = "with_departments", _("With departments")
    REPLIED = "replied", _("Called back")
    COMPLAINT = "complaint", _("Became a complaint")


class Situation(models.TextChoices):
    """What made a call difficult (S4-6.1-7)."""

    FAULT = "fault", _("Fault on the line")
    UPSET = "upset", _("Upset caller")
    DIALECT = "dialect", _("Dialect")
    BEYOND = "beyond", _("Beyond what I can answer")


def intake_blocker(user: User) -> str:
    """Why `user` may not take calls: whoever has a post may (S1-A2-SPC-5), and the centre."""
    if user.is_active and (user.role or user.is_service_centre):
        return ""
    return gettext("Only the service centre and colleagues with a post take calls.")


@tracked(by="account")
class CallRecord(models.Model):
    """Somebody called us (客户来电记录单, S4-6.1): who, about what, and what they were told.

    The caller may be unknown, or somebody whose goods came through a customer of ours (S4-3).
    A call not answered at once stays open until the caller has been called back.
    """

    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="calls",
        verbose_name=_("customer"),
    )
    is_via = models.BooleanField(
        _("came to us through this customer"),
        default=False,
        help_text=_("The caller is not the customer, but came to us through them (S4 第3条)."),
    )
    caller = models.CharField(_("caller"), max_length=50, blank=True)
    unit = models.CharField(_("unit"), max_length=200, blank=True)
    phone = models.CharField(_("phone left"), max_length=40, blank=True)
    kind = models.CharField(
        _("kind"), max_length=14, choices=CallKind.choices, default=CallKind.ENQUIRY
    )
    sample_number = models.CharField(_("sample or report number"), max_length=60, blank=True)
    question = models.TextField(_("question"))
    situations = ArrayField(
        models.CharField(max_length=10, choices=Situation.choices),
        verbose_name=_("special situations"),
        default=list,
        blank=True,
    )
    dialect = models.CharField(_("dialect"), max_length=12, choices=Dialect.choices, blank=True)
    situation_note = models.CharField(_("note"), max_length=200, blank=True)
    status = models.CharField(
        _("state"),
        max_length=16,
        choices=CallStatus.choices,
        default=CallStatus.OPEN,
        editable=False,
    )
    why_not_answered = models.CharField(_("why not at once"), max_length=200, blank=True)
    answer = models.TextField(_("answer given"), blank=True)
    told_to = models.CharField(_("result told to"), max_length=50, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    answered_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    call_back_by = models.DateTimeField(_("call-back promised by"), null=True, blank=True)
    responsible = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        related_name="calls_to_return",
        verbose_name=_("who calls back"),
    )
    promise = models.CharField(_("promise made"), max_length=200, blank=True)
    promise_authorised_by = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("authorised by"),
    )
    received_at = models.DateTimeField(pgettext_lazy("incoming", "called at"), default=timezone.now)
    taken_by = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        related_name="calls_taken",
        editable=False,
        verbose_name=_("answered the telephone"),
    )
    interaction = models.OneToOneField(
        "accounts.Interaction",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="call",
        verbose_name=_("contact record"),
    )
    voided_at = models.DateTimeField(null=True, editable=False)
    void_reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)
    # Drawn with the form, so that a second click finds what the first one wrote.
    token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    objects = CallRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("call record")
        verbose_name_plural = _("call records")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="call_status_known", condition=Q(status__in=CallStatus.values)
            ),
            models.CheckConstraint(name="call_kind_known", condition=Q(kind__in=CallKind.values)),
            models.CheckConstraint(name="call_has_a_question", condition=~Q(question="")),
            models.CheckConstraint(
                name="call_answered_by_someone_in_words",
                condition=(
                    Q(status__in=(CallStatus.ANSWERED, CallStatus.REPLIED))
                    & ~Q(answer="")
                    & Q(answered_at__isnull=False, answered_by__isnull=False)
                )
                | (
                    ~Q(status__in=(CallStatus.ANSWERED, CallStatus.REPLIED))
                    & Q(answered_at=None, answered_by=None)
                ),
            ),
            models.CheckConstraint(
                name="call_promise_authorised",
                condition=Q(promise="", promise_authorised_by=None)
                | (~Q(promise="") & Q(promise_authorised_by__isnull=False)),
                violation_error_message=_("A promise needs somebody who authorised it."),
            ),
            models.CheckConstraint(
                name="call_open_can_be_returned",
                condition=~Q(status__in=OPEN) | ~Q(phone="") | Q(account__isnull=False),
                violation_error_message=_("Ask for a telephone number to call back."),
            ),
            models.CheckConstraint(
                name="call_via_a_customer", condition=Q(is_via=False) | Q(account__isnull=False)
            ),
            models.CheckConstraint(
                name="call_became_a_complaint_as_one",
                condition=~Q(status=CallStatus.COMPLAINT) | Q(kind=CallKind.COMPLAINT),
            ),
            models.CheckConstraint(
                name="call_void_has_a_reason", condition=Q(voided_at=None) | ~Q(void_reason="")
            ),
        ]
        indexes = [
            models.Index(name="call_by_account", fields=["account", "-received_at"]),
            models.Index(
                name="call_waiting",
                fields=["received_at"],
                condition=Q(status__in=OPEN, voided_at=None),
            ),
            models.Index(name="call_latest", fields=["-received_at", "-id"]),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("complaints:call", args=[self.pk])

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    @property
    def is_waiting(self) -> bool:
        return self.status in OPEN and not self.is_void

    @property
    def who(self) -> str:
        """The caller as the one at the telephone knows them."""
        unit = self.unit or (str(self.account) if self.account and not self.is_via else "")
        return " ".join(filter(None, [unit, self.caller])) or gettext("Unknown caller")

    def is_file_seen_by(self, user: User) -> bool:
        """Whether `user` may open the customer's file; the centre knows the name alone."""
        if self.account_id is None:
            return False
        accounts = apps.get_model("accounts", "Account").objects.visible_to(user)
        return bool(accounts.filter(pk=self.account_id).exists())

    @property
    def situation_text(self) -> str:
        """What made the call difficult, the dialect among it."""
        labels = [str(Situation(word).label) for word in self.situations]
        return gettext(", ").join([*labels, *filter(None, [self.get_dialect_display()])])

    @property
    def ended_at(self) -> dt.datetime | None:
        return self.answered_at

    def _waiting_blocker(self) -> str:
        if self.is_void:
            return gettext("This record was voided.")
        if self.status == CallStatus.COMPLAINT:
            return gettext("This call became a complaint and goes on there.")
        return "" if self.is_waiting else gettext("This call has been answered.")

    def _hand_blocker(self, user: User) -> str:
        """Whoever took it, is to call back, is in the service centre, or a superior."""
        if user.is_superior or user.is_service_centre:
            return ""
        if user.pk in (self.taken_by_id, self.responsible_id):
            return ""
        return gettext("Only %(name)s, the service centre or a superior can do this.") % {
            "name": self.responsible
        }

    def work_blocker(self, user: User) -> str:
        """Why `user` may not ask departments, hand it on, note an attempt or call back."""
        return self._waiting_blocker() or self._hand_blocker(user)

    def edit_blocker(self, user: User) -> str:
        """Why `user` may not change what was noted: while it is open, and on the day itself."""
        if self.is_waiting:
            return self._hand_blocker(user)
        is_today = timezone.localdate(self.received_at) == timezone.localdate()
        if self.status == CallStatus.ANSWERED and not self.is_void and is_today:
            return self._hand_blocker(user)
        return self._waiting_blocker()

    def link_blocker(self, user: User) -> str:
        """Why the call cannot be put on a customer's file (any more)."""
        if self.is_void:
            return gettext("This record was voided.")
        if self.account_id:
            return gettext("This call stands on a customer's file already.")
        return self._hand_blocker(user)

    def void_blocker(self, user: User) -> str:
        """Why `user` may not void this record: whoever took it and the superiors may."""
        if self.is_void:
            return gettext("This record was voided.")
        if self.status == CallStatus.COMPLAINT:
            return gettext("This call became a complaint and goes on there.")
        if user.is_superior or user.pk == self.taken_by_id:
            return ""
        return gettext("Only its author, a supervisor or a manager can void it.")

    def complaint_blocker(self, user: User) -> str:
        """Why no complaint can be written from this call."""
        return self._waiting_blocker() or self._hand_blocker(user)


class NotReached(models.TextChoices):
    NO_ANSWER = "no_answer", _("No answer")
    BUSY = "busy", _("Busy")
    LATER = "later", _("Call later")


@tracked(by="call")
class CallBackAttempt(models.Model):
    """A call-back that reached nobody: kept, but the caller still waits."""

    call = models.ForeignKey(CallRecord, on_delete=models.PROTECT, related_name="attempts")
    made_by = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=10, choices=NotReached.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("called at"), auto_now_add=True)

    objects = ThroughCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call-back that reached nobody")
        verbose_name_plural = _("call-backs that reached nobody")
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="call_back_outcome_known", condition=Q(outcome__in=NotReached.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call} {self.get_outcome_display()}"
