from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.querysets.monthly import MonthlyFeedbackQuerySet, ThroughMonthQuerySet
from staff.audit import tracked

if TYPE_CHECKING:
    from staff.models import User

STAYS_AS_SENT = """
RAISE EXCEPTION 'monthly feedback: what was sent stays as it was'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'monthly_stays_as_sent';
"""
LINES_STAY_AS_SENT = """
IF EXISTS (
    SELECT 1 FROM complaints_monthlyfeedback report
    WHERE report.id = coalesce(NEW.report_id, OLD.report_id) AND report.status = 'sent'
) THEN
    RAISE EXCEPTION 'monthly feedback: the lines of what was sent stay as they were'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'monthly_lines_stay_as_sent';
END IF;
RETURN coalesce(NEW, OLD);
"""


class MonthlyStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("monthly feedback", "Being written")
    SENT = "sent", pgettext_lazy("monthly feedback", "Sent")


class Section(models.TextChoices):
    """The three headings of S4 第五条(5), word for word in Chinese."""

    SALES_SERVICE = "sales_service", _("Sales-service information")
    OUTSIDE_QUALITY = "outside_quality", _("Outside quality information")
    OPINIONS = "opinions", _("User opinions")


@tracked()
class MonthlyFeedback(models.Model):
    """What customers told us in a month (S4 第五条(5)): put together, edited, sent, frozen."""

    month = models.DateField(_("month"), unique=True, editable=False)
    status = models.CharField(
        _("state"),
        max_length=5,
        choices=MonthlyStatus.choices,
        default=MonthlyStatus.DRAFT,
        editable=False,
    )
    summary = models.TextField(_("what stands out"), blank=True)
    drawn_up_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, related_name="+", editable=False
    )
    drawn_up_at = models.DateTimeField(_("put together at"), auto_now_add=True)
    sent_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)

    objects = MonthlyFeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("monthly feedback")
        verbose_name_plural = _("monthly feedback")
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(
                name="monthly_status_known", condition=Q(status__in=MonthlyStatus.values)
            ),
            models.CheckConstraint(name="monthly_begins_on_the_first", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="monthly_sent_by_someone",
                condition=Q(status="draft", sent_by=None, sent_at=None)
                | Q(status="sent", sent_by__isnull=False, sent_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="stays_as_sent",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__status="sent"),
                func=STAYS_AS_SENT,
            )
        ]

    def __str__(self) -> str:
        return gettext("Feedback of %(month)s") % {"month": f"{self.month:%Y-%m}"}

    def get_absolute_url(self) -> str:
        return reverse("complaints:monthly", args=[self.pk])

    @property
    def is_sent(self) -> bool:
        return self.status == MonthlyStatus.SENT

    @property
    def last_day(self) -> dt.date:
        following = (self.month.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
        return following - dt.timedelta(days=1)

    def edit_blocker(self, user: User) -> str:
        """Why `user` may not work on it."""
        if self.is_sent:
            return gettext("It has been sent and stays as it was.")
        return write_blocker(user)

    def send_blocker(self, user: User, today: dt.date) -> str:
        """Why it cannot be sent: a month is fed back when it is over."""
        if blocker := self.edit_blocker(user):
            return blocker
        return gettext("The month is not over yet.") if today <= self.last_day else ""


def write_blocker(user: User) -> str:
    """Why `user` may not write the monthly feedback: it is the service centre's (S4-5)."""
    if user.is_active and (user.is_service_centre or user.is_top_manager):
        return ""
    return gettext("The service centre writes the monthly feedback, or the manager.")


@tracked(by="report")
class MonthlyLine(models.Model):
    """One line of a monthly feedback, under its heading, with the record that it came from.

    The words do not name the customer: whoever may see the customer is shown the name beside them.
    """

    report = models.ForeignKey(MonthlyFeedback, on_delete=models.CASCADE, related_name="lines")
    section = models.CharField(_("heading"), max_length=15, choices=Section.choices)
    position = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(_("text"))
    is_left_out = models.BooleanField(_("leave out"), default=False)
    complaint = models.ForeignKey(
        "complaints.Complaint", on_delete=models.PROTECT, null=True, related_name="+"
    )
    feedback = models.ForeignKey(
        "accounts.Feedback", on_delete=models.PROTECT, null=True, related_name="+"
    )
    call = models.ForeignKey(
        "complaints.CallRecord", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = ThroughMonthQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a monthly feedback")
        verbose_name_plural = _("lines of monthly feedback")
        ordering = ["section", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="monthly_section_known", condition=Q(section__in=Section.values)
            ),
            models.CheckConstraint(name="monthly_line_has_words", condition=~Q(text="")),
            models.UniqueConstraint(
                name="monthly_complaint_once", fields=["report", "complaint", "section"]
            ),
            models.UniqueConstraint(
                name="monthly_feedback_once", fields=["report", "feedback", "section"]
            ),
            models.UniqueConstraint(name="monthly_call_once", fields=["report", "call", "section"]),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="stays_as_sent",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=LINES_STAY_AS_SENT,
            )
        ]

    def __str__(self) -> str:
        return self.text[:40]


@tracked(by="report")
class MonthlyRecipient(models.Model):
    """Somebody a monthly feedback was sent to, and when they marked it read."""

    report = models.ForeignKey(MonthlyFeedback, on_delete=models.PROTECT, related_name="recipients")
    user = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, related_name="monthly_feedback"
    )
    read_at = models.DateTimeField(_("read at"), null=True)

    objects = ThroughMonthQuerySet.as_manager()

    class Meta:
        verbose_name = _("recipient of a monthly feedback")
        verbose_name_plural = _("recipients of monthly feedback")
        ordering = ["user__name_pinyin", "pk"]
        constraints = [
            models.UniqueConstraint(name="monthly_recipient_once", fields=["report", "user"])
        ]

    def __str__(self) -> str:
        return str(self.user)
