from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staff.querysets_rulebook import NoticeQuerySet


class Verb(models.TextChoices):
    """What happened, as a sentence about the actor and the subject."""

    TASK_GIVEN = "task_given", _("%(actor)s gave you a task: %(subject)s")
    TASK_DONE = "task_done", _("%(actor)s finished the task: %(subject)s")
    TASK_CANCELLED = "task_cancelled", _("%(actor)s cancelled the task: %(subject)s")
    TASK_COMMENT = "task_comment", _("%(actor)s commented on the task: %(subject)s")
    TIER_PROPOSED = "tier_proposed", _("%(actor)s proposed a tier: %(subject)s")
    TIER_ANSWERED = "tier_answered", _("%(actor)s answered your tier proposal: %(subject)s")
    RECOGNITION_WAITING = (
        "recognition_waiting",
        _("%(actor)s handed you an application for recognition: %(subject)s"),
    )
    RECOGNITION_BACK = (
        "recognition_back",
        _("%(actor)s sent your application for recognition back: %(subject)s"),
    )
    RECOGNITION_DECIDED = (
        "recognition_decided",
        _("%(actor)s decided on your application for recognition: %(subject)s"),
    )
    OWNER_NAMED = "owner_named", _("%(actor)s made you the owner of %(subject)s")
    CALL_TO_RETURN = "call_to_return", _("%(actor)s asks you to call back: %(subject)s")
    DEPARTMENT_ASKED = "department_asked", _("%(actor)s asks your department: %(subject)s")
    DEPARTMENT_ANSWERED = (
        "department_answered",
        _("A department has answered: %(subject)s"),
    )
    FEEDBACK_PASSED = "feedback_passed", _("%(actor)s asks you to answer a customer: %(subject)s")
    FEEDBACK_ANSWERED = (
        "feedback_answered",
        _("%(actor)s has answered; tell the customer: %(subject)s"),
    )
    FEEDBACK_TAKEN = (
        "feedback_taken",
        _("%(actor)s wrote down what your customer said: %(subject)s"),
    )
    DISSATISFIED_TWICE = (
        "dissatisfied_twice",
        _("%(subject)s was dissatisfied in two return visits in a row; %(actor)s called"),
    )
    CONTACT_REPORTED = "contact_reported", _("%(actor)s reported a contact with %(subject)s")
    REPORT_REMARKED = "report_remarked", _("%(actor)s remarked on your report about %(subject)s")
    PLAN_REPORTED = "plan_reported", _("%(actor)s reported to you: %(subject)s")
    PLAN_ANSWERED = "plan_answered", _("%(actor)s answered: %(subject)s")
    COMPLAINT_RECEIVED = "complaint_received", _("%(actor)s took a complaint: %(subject)s")
    COMPLAINT_CRISIS = "complaint_crisis", _("%(actor)s classified a crisis: %(subject)s")
    COMPLAINT_GIVEN = "complaint_given", _("%(actor)s gave you a complaint: %(subject)s")
    COMPLAINT_TO_APPROVE = (
        "complaint_to_approve",
        _("%(actor)s asks to close a complaint without satisfaction: %(subject)s"),
    )
    COMPLAINT_NOT_CLOSED = (
        "complaint_not_closed",
        _("%(actor)s did not agree to close the complaint: %(subject)s"),
    )
    FEEDBACK_SENT = "feedback_sent", _("%(actor)s sent the monthly feedback: %(subject)s")
    RECEPTION_HOST = "reception_host", _("%(actor)s made you the host of visitors from %(subject)s")
    CATERING_ASKED = "catering_asked", _("%(actor)s asks for catering: visitors from %(subject)s")
    CATERING_APPROVED = (
        "catering_approved",
        _("%(actor)s approved the catering: visitors from %(subject)s"),
    )
    CATERING_REFUSED = (
        "catering_refused",
        _("%(actor)s refused the catering: visitors from %(subject)s"),
    )
    NOTE_SENT = "note_sent", _("%(actor)s sent you a market note: %(subject)s")
    NOTE_REMARKED = "note_remarked", _("%(actor)s remarked on your market note: %(subject)s")
    MEETING_CALLED = "meeting_called", _("%(actor)s invites you: %(subject)s")
    MEETING_CANCELLED = "meeting_cancelled", _("%(actor)s called off: %(subject)s")


class Notice(models.Model):
    """One sentence for one person about what somebody else just did; read or not."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Known to Python alone: apps above add verbs without a migration of this one.
    verb = models.CharField(max_length=20)
    subject = models.CharField(max_length=200)
    url = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(name="notice_unread", fields=["person"], condition=Q(read_at=None)),
        ]

    def __str__(self) -> str:
        words = {"actor": self.actor, "subject": self.subject}
        return str(Verb(self.verb).label) % words
