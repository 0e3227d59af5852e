"""Who receives whom: staff of a post that matches the visitors' importance (S4 6.4(1)).

The text asks for matching staff without a scale. Suggested: a department head is received by a
supervisor at least, a company leader by a manager. People decide; this only says so.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext

from accounts.models import Account
from staff import policy
from staff.models import Role, User
from visits.models import Importance, Level, Reception
from visits.policies import VIP_TIERS

POSTS = (Role.SPECIALIST, Role.SUPERVISOR, Role.MANAGER)
MATCHING = {
    Importance.STAFF: Role.SPECIALIST,
    Importance.MANAGER: Role.SUPERVISOR,
    Importance.LEADER: Role.MANAGER,
}
SCALE = (Importance.STAFF, Importance.MANAGER, Importance.LEADER)


def suggested_level(account: Account, values: policy.Values | None = None) -> str:
    """VIP for the tiers that the policy names (S1 第12条); whoever plans may choose otherwise."""
    tiers = (values or policy.in_force())[VIP_TIERS]
    return Level.VIP if account.tier in tiers else Level.ORDINARY


def suggested_reason(account: Account) -> str:
    """Why that level, in a few words to be changed."""
    if account.tier:
        return gettext("Tier %(tier)s") % {"tier": account.tier}
    return gettext("No tier decided yet")


def highest(importances: Iterable[str]) -> Importance:
    """The most important of the visitors."""
    places = [SCALE.index(Importance(word)) for word in importances]
    return SCALE[max(places, default=0)]


def asked_post(importances: Iterable[str]) -> Role:
    """The post that somebody on our side should hold."""
    return MATCHING[highest(importances)]


def matches(importances: Iterable[str], ours: Iterable[User]) -> bool:
    """Whether somebody of ours holds a post that matches the most important visitor."""
    asked = POSTS.index(asked_post(importances))
    return any(POSTS.index(Role(user.role)) >= asked for user in ours if user.role)


def warning(reception: Reception) -> str:
    """What to think of when nobody of ours matches the visitors, with a name; "" if all is well."""
    importances = [visitor.importance for visitor in reception.visitors.all()]
    ours = [reception.host, *reception.colleagues.all()]
    if not importances or matches(importances, ours):
        return ""
    words = {"importance": highest(importances).label, "post": asked_post(importances).label}
    leader = superior_of_post(reception.host, asked_post(importances))
    if leader is None:
        return gettext("%(importance)s among the visitors: ask a %(post)s to come along.") % words
    return gettext("%(importance)s among the visitors: ask %(name)s (%(post)s) to come along.") % {
        **words,
        "name": leader,
        "post": leader.get_role_display(),
    }


def superior_of_post(user: User, post: Role) -> User | None:
    """The nearest person above somebody who holds this post or a higher one."""
    above = user.reports_to
    while above is not None:
        if above.role and POSTS.index(Role(above.role)) >= POSTS.index(post) and above.is_active:
            return above
        above = above.reports_to
    return None
