"""Who approves the meals for visitors, and when (S4 6.4(3); the text says only “the leader”)."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from staff import policy
from staff.models import Role, User

APPROVERS = {
    "superior": _("the requester's superior"),
    "superiors": _("any superior above the requester"),
    "manager": _("the head of the department"),
}
APPROVER = policy.Choice(
    "catering.approver",
    _("Who approves catering"),
    "superior",
    "S4-6.4",
    question=_("“The leader”, says the text, without naming one."),
    options=APPROVERS,
)
AFTERWARDS = policy.Flag(
    "catering.afterwards",
    _("Catering may be asked for after the day, with a reason"),
    True,
    "S4-6.4",
    question=_("The text does not say whether approval comes before spending."),
)
APPROVE_WITHIN = policy.BusinessDays(
    "catering.approve_within",
    _("Decide on catering within"),
    1,
    "S4-6.4",
    question=_("The text gives no time."),
)


def approver_blocker(requester: User, user: User, values: policy.Values | None = None) -> str:
    """Why `user` is not the one who approves what `requester` asks for; "" if they are."""
    who = (values or policy.in_force())[APPROVER]
    if who == "superior" and requester.reports_to_id is not None:
        is_approver = user.pk == requester.reports_to_id
    elif who == "superiors" and requester.reports_to_id is not None:
        is_approver = user.is_superior and requester.pk in user.line_ids
    else:  # the head of the department asks another manager
        is_approver = user.role == Role.MANAGER and (
            user.is_top_manager or requester.is_top_manager
        )
    if is_approver and user.pk != requester.pk:
        return ""
    return gettext("This is decided by %(who)s.") % {"who": APPROVERS[who]}


def leader_of(requester: User, values: policy.Values | None = None) -> User | None:
    """Whom a request is reported to: of those who may decide, the one nearest to the requester."""
    if (values or policy.in_force())[APPROVER] != "manager" and requester.reports_to:
        return requester.reports_to
    heads = User.objects.filter(role=Role.MANAGER, is_active=True).exclude(pk=requester.pk)
    if not requester.is_top_manager:
        heads = heads.filter(reports_to=None)
    leader: User | None = heads.order_by("pk").first()
    return leader
