"""Who decides on an application now (S1 第7条): the post of its level, above the applicant."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from development.models import Deputy, RecognitionApplication
from staff.models import Role, User


@dataclass(frozen=True)
class Decider:
    """Somebody who may decide; `acting_for` is the absent superior whose place they take."""

    user: User
    acting_for: User | None = None


def holders(application: RecognitionApplication) -> list[User]:
    """Whoever holds the post it waits for, above the applicant; a manager's own: other managers."""
    applicant = application.applicant
    found: list[User] = []
    person, steps = applicant, 0
    while person.reports_to is not None and steps < 10:
        person, steps = person.reports_to, steps + 1
        if person.role == application.post and person.is_active:
            found.append(person)
    if applicant.role == Role.MANAGER and application.post == Role.MANAGER:
        managers = User.objects.colleagues().filter(role=Role.MANAGER)
        found += managers.exclude(pk__in=[applicant.pk, *(person.pk for person in found)])
    return found


def deciders(application: RecognitionApplication) -> list[Decider]:
    """Everybody who may decide today, the nearest superior first, deputies after them."""
    if not application.is_waiting:
        return []
    posts = holders(application)
    found = [Decider(user) for user in posts]
    deputies = Deputy.objects.in_force().filter(absent__in=posts, deputy__is_active=True)
    found += [
        Decider(row.deputy, row.absent) for row in deputies.select_related("absent", "deputy")
    ]
    free = [row for row in found if not bar(application, row.user)]
    return list({row.user.pk: row for row in reversed(free)}.values())[::-1]


def place_of(application: RecognitionApplication, user: User) -> Decider | None:
    """In whose place `user` may decide: their own first."""
    return next((row for row in deciders(application) if row.user.pk == user.pk), None)


def bar(application: RecognitionApplication, user: User) -> str:
    """Why this person of all may not decide, whatever their post; "" if nothing bars them."""
    if user.pk == application.applicant_id:
        return gettext("Nobody decides their own application.")
    for step in application.steps.all():
        if step.actor_id != user.pk:
            continue
        if step.verb == "submitted" or (step.verb == "edited" and step.round > 0):
            return gettext("Whoever changed it after it was submitted cannot decide it.")
        if step.verb == "approved" and step.level != application.level:
            return gettext("You approved it at another level; a second person decides here.")
    return ""


def decide_blocker(application: RecognitionApplication, user: User) -> str:
    """Why `user` may not decide now, and who can; "" if they may."""
    if not application.is_waiting:
        return answered_text(application) or gettext("It does not wait for approval.")
    if blocker := bar(application, user):
        return blocker
    if any(row.user.pk == user.pk for row in deciders(application)):
        return ""
    return whom_text(application)


def whom_text(application: RecognitionApplication) -> str:
    """With whom it lies; or that nobody can decide, why, and what helps; "" once decided."""
    if not application.is_waiting:
        return ""
    words = {"post": application.post_label, "name": application.applicant}
    if found := deciders(application):
        names = gettext(", ").join(
            gettext("%(deputy)s (for %(absent)s)") % {"deputy": row.user, "absent": row.acting_for}
            if row.acting_for
            else str(row.user)
            for row in found
        )
        return gettext("It lies with %(names)s (%(post)s).") % {**words, "names": names}
    if not holders(application):
        return (
            gettext(
                "It waits: nobody holds the post of %(post)s above %(name)s. "
                "It goes on once somebody does."
            )
            % words
        )
    return (
        gettext(
            "It waits: whoever holds the post of %(post)s cannot decide this one. "
            "Another one, or a deputy, is needed."
        )
        % words
    )


def answered_text(application: RecognitionApplication) -> str:
    """Who took the last decision, and when; "" before the first."""
    steps = [s for s in application.steps.all() if s.verb in ("approved", "refused", "sent_back")]
    if not steps:
        return ""
    last = steps[-1]
    return gettext("%(name)s %(did)s on %(day)s.") % {
        "name": last.actor,
        "did": last.get_verb_display(),
        "day": f"{last.at:%Y-%m-%d}",
    }
