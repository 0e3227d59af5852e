"""What belongs to a complaint: added words, files, chronology, pauses, links to others."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.querysets.complaint import ComplaintLinkQuerySet, ThroughComplaintQuerySet
from staff.audit import tracked

from .complaint_words import ComplaintStatus

if TYPE_CHECKING:
    from staff.models import User


def append_only() -> list[pgtrigger.Trigger]:
    return [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


@tracked(by="complaint")
class ComplaintAddition(models.Model):
    """More of the customer's words, or a correction of how they were taken down."""

    complaint = models.ForeignKey(
        "complaints.Complaint", on_delete=models.PROTECT, related_name="additions"
    )
    text = models.TextField(_("what is added"))
    written_by = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written at"), default=timezone.now)

    objects = ThroughComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("addition to a complaint")
        verbose_name_plural = _("additions to complaints")
        ordering = ["written_at", "pk"]
        constraints = [
            models.CheckConstraint(name="complaint_addition_has_words", condition=~Q(text=""))
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.text[:40]


def evidence_path(row: ComplaintFile, filename: str) -> str:
    """A name of our own: nothing of the uploaded name reaches the disk."""
    return f"attachments/{uuid.uuid4().hex[:2]}/{uuid.uuid4().hex}"


@tracked(by="complaint")
class ComplaintFile(models.Model):
    """Evidence of a complaint: a photo, a letter, a report; always handed out as a download.

    It belongs to the complaint, not to a customer: whoever complains may not be known yet.
    """

    complaint = models.ForeignKey(
        "complaints.Complaint", on_delete=models.PROTECT, related_name="files"
    )
    file = models.FileField(_("file"), upload_to=evidence_path, max_length=200)
    name = models.CharField(_("file name"), max_length=200)
    title = models.CharField(_("what it is"), max_length=100, blank=True)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    uploaded_by = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    voided_at = models.DateTimeField(null=True, editable=False)
    void_reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)

    objects = ThroughComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence of a complaint")
        verbose_name_plural = _("evidence of complaints")
        ordering = ["uploaded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="complaint_file_void_has_a_reason",
                condition=Q(voided_at=None) | ~Q(void_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def void_blocker(self, user: User) -> str:
        """Why `user` may not take it out of reach: whoever added it and the superiors may."""
        if self.voided_at:
            return gettext("This file was voided.")
        if self.uploaded_by_id == user.pk or user.is_superior:
            return ""
        return gettext("Only who added it, a supervisor or a manager can void it.")


class StepVerb(models.TextChoices):
    """What was done, in the past tense."""

    RECEIVED = "received", pgettext_lazy("step", "took the complaint")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("step", "told the customer that we have it")
    CLASSIFIED = "classified", pgettext_lazy("step", "classified it")
    DOWNGRADED = "downgraded", pgettext_lazy("step", "made less of the crisis")
    INVESTIGATED = "investigated", pgettext_lazy("step", "began the investigation")
    SENT = "sent", pgettext_lazy("step", "sent somebody")
    ASSIGNED = "assigned", pgettext_lazy("step", "gave it to a colleague")
    NOTED = "noted", pgettext_lazy("step", "noted")
    PAUSED = "paused", pgettext_lazy("step", "is waiting for the customer")
    RESUMED = "resumed", pgettext_lazy("step", "heard from the customer")
    HANDLED = "handled", pgettext_lazy("step", "noted how it was handled")
    REPLIED = "replied", pgettext_lazy("step", "replied to the customer")
    CLOSE_ASKED = "close_asked", pgettext_lazy("step", "asked to close it")
    CLOSE_REFUSED = "close_refused", pgettext_lazy("step", "did not agree to close it")
    CLOSED = "closed", pgettext_lazy("step", "closed it")
    REOPENED = "reopened", pgettext_lazy("step", "took it up again")
    EDITED = "edited", pgettext_lazy("step", "corrected the particulars")
    LINKED = "linked", pgettext_lazy("step", "put it beside another complaint")
    VOIDED = "voided", pgettext_lazy("step", "voided it")


@tracked(by="complaint")
class ComplaintStep(models.Model):
    """One line of a complaint's chronology: who did what when, from which state to which.

    `happened_at` differs from `written_at` where somebody notes afterwards what went on.
    """

    complaint = models.ForeignKey(
        "complaints.Complaint", on_delete=models.PROTECT, related_name="steps"
    )
    verb = models.CharField(max_length=13, choices=StepVerb.choices)
    actor = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    from_status = models.CharField(max_length=13, choices=ComplaintStatus.choices, blank=True)
    to_status = models.CharField(max_length=13, choices=ComplaintStatus.choices)
    note = models.TextField(_("note"), blank=True)
    happened_at = models.DateTimeField(_("when"), default=timezone.now)
    written_at = models.DateTimeField(_("written at"), auto_now_add=True)

    objects = ThroughComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a complaint")
        verbose_name_plural = _("steps of complaints")
        ordering = ["happened_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="complaint_step_verb_known", condition=Q(verb__in=StepVerb.values)
            ),
            models.CheckConstraint(
                name="complaint_note_has_words", condition=~Q(verb="noted") | ~Q(note="")
            ),
        ]
        indexes = [
            models.Index(name="complaint_step_in_order", fields=["complaint", "happened_at"])
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.actor} {self.get_verb_display()}"


@tracked(by="complaint")
class ComplaintPause(models.Model):
    """While we wait for the customer, for a sample or a paper, say: the clocks stand still."""

    complaint = models.ForeignKey(
        "complaints.Complaint", on_delete=models.PROTECT, related_name="pauses"
    )
    reason = models.CharField(_("what we are waiting for"), max_length=200)
    started_at = models.DateTimeField(_("since"), default=timezone.now)
    started_by = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("until"), null=True)
    ended_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = ThroughComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("pause of a complaint")
        verbose_name_plural = _("pauses of complaints")
        ordering = ["started_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="complaint_one_pause_at_a_time",
                fields=["complaint"],
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(name="complaint_pause_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="complaint_pause_ends_after_it_starts",
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__gte=F("started_at"), ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reason


@tracked(by="first")
class ComplaintLink(models.Model):
    """Two complaints that belong together: the same sample, the same cause."""

    first = models.ForeignKey(
        "complaints.Complaint", on_delete=models.PROTECT, related_name="links_forward"
    )
    second = models.ForeignKey(
        "complaints.Complaint", on_delete=models.PROTECT, related_name="links_back"
    )
    reason = models.CharField(_("why they belong together"), max_length=200)
    linked_by = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField(auto_now_add=True)

    objects = ComplaintLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link of two complaints")
        verbose_name_plural = _("links of complaints")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="complaint_linked_once", fields=["first", "second"]),
            models.CheckConstraint(
                name="complaint_links_in_order", condition=Q(first__lt=F("second"))
            ),
            models.CheckConstraint(name="complaint_link_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return self.reason
