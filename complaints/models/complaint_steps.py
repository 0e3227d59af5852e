"""Who may take which step of a complaint now, and if not, why: methods of `Complaint`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext

from complaints.models.complaint_words import ComplaintStatus
from complaints.querysets.complaint import OPEN

if TYPE_CHECKING:
    from complaints.models.complaint import Complaint
    from staff.models import User


def is_involved(complaint: Complaint, user: User) -> bool:
    """Whose work it is: the service centre, whoever took it, handles it or owns the customer,
    and superiors.
    """
    owner = complaint.account.owner_id if complaint.account else None
    mine = (complaint.received_by_id, complaint.handler_id, owner)
    return user.is_superior or user.is_service_centre or user.pk in mine


def work_blocker(complaint: Complaint, user: User) -> str:
    if complaint.is_void:
        return gettext("This complaint was voided.")
    if complaint.status == ComplaintStatus.CLOSED:
        return gettext("This complaint is closed.")
    if is_involved(complaint, user):
        return ""
    return gettext("Only %(name)s, the service centre or a superior can do this.") % {
        "name": complaint.handler or complaint.received_by
    }


def lead_blocker(complaint: Complaint, user: User) -> str:
    if blocker := work_blocker(complaint, user):
        return blocker
    if user.is_superior or user.is_service_centre:
        return ""
    return gettext("Only the service centre or a superior can do this.")


def state_blocker(complaint: Complaint, user: User, states: tuple[str, ...], reason: str) -> str:
    return work_blocker(complaint, user) or ("" if complaint.status in states else reason)


def edit_blocker(complaint: Complaint, user: User) -> str:
    """Why `user` may not change who complains and what about (never the words)."""
    return work_blocker(complaint, user)


def add_blocker(complaint: Complaint, user: User) -> str:
    """Why `user` may not add words of the customer, or a note of what happened."""
    return work_blocker(complaint, user)


def acknowledge_blocker(complaint: Complaint, user: User) -> str:
    """Why `user` cannot note that the customer knows we have it."""
    if blocker := work_blocker(complaint, user):
        return blocker
    return gettext("The customer knows that we have it.") if complaint.acknowledged_at else ""


def classify_blocker(complaint: Complaint, user: User) -> str:
    """Why `user` may not choose the class; a crisis is downgraded by a second person."""
    if blocker := work_blocker(complaint, user):
        return blocker
    if complaint.status == ComplaintStatus.TO_APPROVE:
        return gettext("It is about to be closed.")
    return downgrade_blocker(complaint, user) if complaint.is_crisis else ""


def downgrade_blocker(complaint: Complaint, user: User) -> str:
    """Why `user` may not make less of a crisis."""
    if user.pk == complaint.crisis_by_id:
        return gettext("You classified it as a crisis: only a second person makes less of it.")
    if user.is_superior or user.is_service_centre:
        return ""
    return gettext("Only the service centre or a superior makes less of a crisis.")


def investigate_blocker(complaint: Complaint, user: User) -> str:
    """Why the investigation cannot begin."""
    if complaint.is_open and not complaint.grade:
        return work_blocker(complaint, user) or gettext("Classify it first.")
    reason = gettext("The investigation has begun.")
    return state_blocker(complaint, user, ("classified",), reason)


def assign_blocker(complaint: Complaint, user: User) -> str:
    """Why `user` may not give it to another colleague (S1-A2-MGR-4)."""
    if blocker := lead_blocker(complaint, user):
        return blocker
    if complaint.status in (ComplaintStatus.INVESTIGATING, ComplaintStatus.HANDLED):
        return ""
    return gettext("Whoever handles it is named when the investigation begins.")


def pause_blocker(complaint: Complaint, user: User) -> str:
    """Why the clock cannot be stopped: only while we owe an answer."""
    reason = gettext("The customer has our reply; no clock runs.")
    return state_blocker(complaint, user, OPEN[:5], reason)


def handle_blocker(complaint: Complaint, user: User) -> str:
    """Why findings and measures cannot be noted; they may be improved until the reply."""
    if complaint.is_open and complaint.status in OPEN[:3]:
        return work_blocker(complaint, user) or gettext("Begin the investigation first.")
    reason = gettext("The customer has our reply.")
    return state_blocker(complaint, user, ("investigating", "handled"), reason)


def reply_blocker(complaint: Complaint, user: User) -> str:
    """Why the reply cannot be noted."""
    if complaint.is_open and complaint.status in OPEN[:4]:
        return work_blocker(complaint, user) or gettext("Note first how it was handled.")
    return state_blocker(complaint, user, ("handled",), gettext("The customer has our reply."))


def close_blocker(complaint: Complaint, user: User) -> str:
    """Why it cannot be closed: the customer has a reply, and we have their verdict."""
    if complaint.is_open and complaint.status in OPEN[:5]:
        return work_blocker(complaint, user) or gettext("Reply to the customer first.")
    return state_blocker(complaint, user, ("replied",), gettext("The closing awaits approval."))


def approve_blocker(complaint: Complaint, user: User) -> str:
    """Why `user` may not decide on closing without the customer's satisfaction."""
    if complaint.status != ComplaintStatus.TO_APPROVE:
        return work_blocker(complaint, user) or gettext("No closing awaits approval.")
    if complaint.close_asked_by_id == user.pk:
        return gettext("Nobody approves the closing they asked for themselves.")
    return lead_blocker(complaint, user)


def reopen_blocker(complaint: Complaint, user: User) -> str:
    """Why it cannot be taken up again (S4 says nothing; suggested: with a reason)."""
    if complaint.is_void:
        return gettext("This complaint was voided.")
    if complaint.status not in (ComplaintStatus.REPLIED, ComplaintStatus.CLOSED):
        return gettext("It is still being worked on.")
    if is_involved(complaint, user):
        return ""
    return gettext("Only %(name)s, the service centre or a superior can do this.") % {
        "name": complaint.handler
    }


def link_blocker(complaint: Complaint, user: User) -> str:
    """Why it cannot be put beside another complaint."""
    if complaint.is_void:
        return gettext("This complaint was voided.")
    if is_involved(complaint, user):
        return ""
    return gettext("Only the service centre or a superior can do this.")


def void_blocker(complaint: Complaint, user: User) -> str:
    """Why `user` may not void it: entered by mistake, or twice."""
    if complaint.is_void:
        return gettext("This complaint was voided.")
    if user.is_superior or (user.pk == complaint.received_by_id and not complaint.grade):
        return ""
    return gettext("Only a superior can void it; whoever took it, until it is classified.")


def intake_blocker(user: User) -> str:
    """Why `user` may not take a complaint at all (S1-A2-SPC-5, S4-5)."""
    if user.is_active and (user.role or user.is_service_centre):
        return ""
    return gettext("Only colleagues with a post and the service centre take complaints.")
