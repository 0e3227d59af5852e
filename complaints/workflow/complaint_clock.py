"""By when a complaint is to be acknowledged and replied to (S4-6.1(6))."""

from __future__ import annotations

from django.db import transaction

from complaints import clock
from complaints.models import Complaint
from complaints.models.complaint_words import GRAVE
from complaints.policies import HOURS_RUN, allowances
from staff import policy


def set_clocks(complaint: Complaint, values: policy.Values) -> None:
    """Work out by when to acknowledge and to reply; what is done keeps the time it was done by."""
    acknowledge_in, reply_in = allowances(values, is_major=complaint.grade in GRAVE)
    pauses, every_day = _standstills(complaint), values[HOURS_RUN] == "every_day"
    if complaint.acknowledged_at is None:
        complaint.acknowledge_due_at = (
            clock.due_at(complaint.received_at, acknowledge_in, pauses, every_day=every_day)
            if acknowledge_in
            else None
        )
    if complaint.replied_at is None:
        since = complaint.reopened_at or complaint.received_at
        complaint.reply_due_at = (
            clock.due_at(since, reply_in, pauses, every_day=every_day) if reply_in else None
        )


@transaction.atomic
def refresh_clocks() -> int:
    """Work out the times of open complaints by the policy in force today; how many changed.

    The duties follow in their own nightly run.
    """
    values, changed = policy.in_force(), []
    rows = Complaint.objects.open().select_for_update(of=("self",)).prefetch_related("pauses")
    for complaint in rows.filter(replied_at=None):
        before = (complaint.acknowledge_due_at, complaint.reply_due_at)
        set_clocks(complaint, values)
        if before != (complaint.acknowledge_due_at, complaint.reply_due_at):
            changed.append(complaint)
    Complaint.objects.bulk_update(changed, ["acknowledge_due_at", "reply_due_at"])
    return len(changed)


def _standstills(complaint: Complaint) -> list[clock.Standstill]:
    if complaint.pk is None:
        return []
    return [clock.Standstill(row.started_at, row.ended_at) for row in complaint.pauses.all()]
