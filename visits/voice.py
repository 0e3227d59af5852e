"""What came of a contact: feedback raised in it, complaints made of that, reports to superiors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.models import Feedback, Interaction
from complaints.models import Complaint
from staff.models import User
from visits.models import ContactReport


@dataclass(frozen=True)
class Heard:
    """Something the customer said, and the complaint that became of it, if any."""

    feedback: Feedback
    complaint: Complaint | None

    @property
    def complaint_url(self) -> str:
        """Where it is made a complaint, with its words and customer filled in."""
        return f"{reverse('complaints:complaint_create')}?feedback={self.feedback.pk}"


def heard_in(rows: Iterable[Feedback], user: User) -> list[Heard]:
    """Feedback with its complaints, as far as `user` sees them: one query beside the rows."""
    feedback = list(rows)
    complaints = Complaint.objects.visible_to(user).filter(
        feedback__in=[row.pk for row in feedback]
    )
    made = {complaint.feedback_id: complaint for complaint in complaints.order_by("-pk")}
    return [Heard(row, made.get(row.pk)) for row in feedback]


def outcome(record: Interaction | None, user: User) -> dict[str, Any]:
    """The context of `_heard.html` and `_reports.html`; empty until there is a record."""
    if record is None:
        return {"heard": [], "reports": [], "report_blocker": "", "look_blocker": ""}
    reports = ContactReport.objects.visible_to(user).filter(interaction=record)
    return {
        "heard": heard_in(record.feedback.all(), user),
        "reports": reports.select_related("sent_by", "sent_to"),
        "report_blocker": ContactReport.send_blocker(record, user),
        "look_blocker": ContactReport.look_blocker(record, user),
    }
