"""What is true of every complaint, whoever writes it; each rule is named by what it says."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint_words import (
    AFTER_REPLY,
    Cause,
    ComplaintChannel,
    ComplaintStatus,
    Grade,
    Verdict,
)

CONSTRAINTS: list[models.BaseConstraint] = [
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
        condition=~Q(status=ComplaintStatus.ACKNOWLEDGED) | Q(acknowledged_at__isnull=False),
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
        | Q(status="closed", closed_at__isnull=False, closed_by__isnull=False) & ~Q(verdict=""),
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
