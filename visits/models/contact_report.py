from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from staff.audit import tracked
from visits.querysets.contact_report import ContactReportQuerySet

if TYPE_CHECKING:
    from accounts.models import Interaction
    from staff.models import User


@tracked(by="interaction")
class ContactReport(models.Model):
    """One contact with a customer, reported to a superior, who marks it read (S1-A13-2).

    Any contact record can be reported: a call, a visit, a reception. What was said stays in the
    record; the report adds what the superior should know.
    """

    interaction = models.ForeignKey(
        "accounts.Interaction",
        on_delete=models.PROTECT,
        related_name="reports",
        verbose_name=_("contact record"),
    )
    summary = models.TextField(_("what the superior should know"))
    sent_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, related_name="reports_sent", editable=False
    )
    sent_to = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        related_name="reports_to_read",
        verbose_name=_("report to"),
    )
    sent_at = models.DateTimeField(_("sent at"), auto_now_add=True)
    read_at = models.DateTimeField(_("read at"), null=True, editable=False)
    remark = models.CharField(_("remark"), max_length=300, blank=True)

    objects = ContactReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact report")
        verbose_name_plural = _("contact reports")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="contact_report_has_words", condition=~Q(summary="")),
            models.CheckConstraint(
                name="contact_report_to_somebody_else", condition=~Q(sent_to=F("sent_by"))
            ),
            models.CheckConstraint(
                name="contact_report_remark_when_read",
                condition=Q(remark="") | Q(read_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="contact_report_once_per_reader", fields=["interaction", "sent_to"]
            ),
        ]
        indexes = [
            models.Index(
                name="contact_report_unread", fields=["sent_to"], condition=Q(read_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.summary[:40]

    def get_absolute_url(self) -> str:
        return reverse("visits:contact_report", args=[self.pk])

    @property
    def account_id(self) -> int:
        return self.interaction.account_id

    @staticmethod
    def send_blocker(interaction: Interaction, user: User) -> str:
        """Why `user` may not report this contact now; "" if they may."""
        if interaction.is_void:
            return gettext("This record was voided.")
        if interaction.author_id != user.pk:
            return gettext("%(name)s wrote this record and reports it.") % {
                "name": interaction.author
            }
        if not user.reports_to_id:
            return gettext("Nobody stands above you: there is nobody to report to.")
        if interaction.reports.filter(sent_to=user.reports_to_id).exists():
            return gettext("This contact has been reported already.")
        return ""

    @staticmethod
    def look_blocker(interaction: Interaction, user: User) -> str:
        """Why `user` may not read and remark on a record that nobody reported to them."""
        if interaction.is_void:
            return gettext("This record was voided.")
        if interaction.author_id == user.pk or interaction.author_id not in user.line_ids:
            return gettext("Only a superior of %(name)s marks it read.") % {
                "name": interaction.author
            }
        if interaction.reports.filter(sent_to=user).exists():
            return gettext("It was reported to you: read it there.")
        return ""

    def read_blocker(self, user: User) -> str:
        """Why `user` may not mark it read: only whoever it was sent to does, once."""
        if self.sent_to_id != user.pk:
            return gettext("It was sent to %(name)s.") % {"name": self.sent_to}
        return gettext("You have read it.") if self.read_at else ""
