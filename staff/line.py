"""The reporting line: who may answer to whom, in SQL for the database and in words for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext

if TYPE_CHECKING:
    from staff.models import User

LINE_BELOW = """
WITH RECURSIVE line AS (
    SELECT id FROM staff_user WHERE id = %s
    UNION
    SELECT u.id FROM staff_user u JOIN line ON u.reports_to_id = line.id
) SELECT id FROM line
"""
LINE_ABOVE = """
WITH RECURSIVE line AS (
    SELECT reports_to_id AS id, 1 AS height FROM staff_user WHERE id = %s
    UNION ALL
    SELECT u.reports_to_id, height + 1 FROM staff_user u JOIN line ON u.id = line.id
) SELECT id FROM line WHERE id IS NOT NULL ORDER BY height
"""

# Who may report to whom; a change of role is judged against the people above and below.
CHECK_LINE = """
IF EXISTS (
    SELECT 1 FROM staff_user person JOIN staff_user superior ON superior.id = person.reports_to_id
    WHERE (person.id = NEW.id OR superior.id = NEW.id) AND NOT (
        (person.role = 'specialist' AND superior.role IN ('supervisor', 'manager'))
        OR (person.role = 'supervisor' AND superior.role = 'manager')
        OR (person.role = 'manager' AND superior.role = 'manager')
        OR (person.role = '' AND superior.role IN ('supervisor', 'manager'))
    )
) THEN
    RAISE EXCEPTION 'reporting line: this post cannot report to that post'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'user_line_possible';
END IF;
IF EXISTS (
    WITH RECURSIVE up AS (
        SELECT reports_to_id AS id FROM staff_user WHERE id = NEW.id
        UNION
        SELECT u.reports_to_id FROM staff_user u JOIN up ON u.id = up.id
    ) SELECT 1 FROM up WHERE id = NEW.id
) THEN
    RAISE EXCEPTION 'reporting line: a person cannot stand above themselves'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'user_line_has_no_cycle';
END IF;
RETURN NEW;
"""

# The same rule as in CHECK_LINE, for messages: post → posts it may report to.
SUPERIORS = {
    "manager": {"manager"},
    "supervisor": {"manager"},
    "specialist": {"supervisor", "manager"},
    "": {"supervisor", "manager"},
}
# Which posts someone may give to others, by their own post.
GIVES = {
    "manager": ["supervisor", "specialist", ""],
    "supervisor": ["specialist", ""],
}
ALL_POSTS = ["manager", "supervisor", "specialist", ""]


def posts_given_by(actor: User) -> list[str]:
    """The posts `actor` may give: those below their own; whoever stands at the top, any."""
    if actor.is_superuser or actor.is_top_manager:
        return ALL_POSTS
    return GIVES.get(actor.role, [])


def problems(
    person: User, *, actor: User, role: str, reports_to: User | None
) -> dict[str, list[str]]:
    """Why `person` cannot have this post and superior, by form field; {} if they can.

    `person` is as stored (or new, without a pk). Costs up to four queries.
    """
    found: dict[str, list[str]] = {"role": [], "reports_to": []}
    moved = not person.pk or reports_to != person.reports_to
    if not person.pk or role != person.role:
        found["role"] += _problems_of_post(person, actor, role)
    if moved:
        found["reports_to"] += _problems_of_superior(person, actor, reports_to)
    if reports_to and reports_to.role not in SUPERIORS[role]:
        found["reports_to"].append(
            gettext("A %(post)s cannot report to a %(superior)s.")
            % {"post": _name(role), "superior": _name(reports_to.role)}
        )
    if not reports_to and role in ("supervisor", "specialist"):
        found["reports_to"].append(gettext("Name the superior: this post answers to someone."))
    if person.is_last_top_manager and (role != "manager" or reports_to):
        found["role"].append(gettext("The department needs a manager at its top."))
    return {field: texts for field, texts in found.items() if texts}


def _name(role: str) -> str:
    from staff.models import Role

    return str(Role(role).label) if role else gettext("colleague without a post")


def _problems_of_post(person: User, actor: User, role: str) -> list[str]:
    found = []
    if person.pk == actor.pk:
        found.append(gettext("You cannot change your own post; your superior can."))
    elif role not in posts_given_by(actor):
        found.append(gettext("You can give only posts below your own."))
    below = (
        [p for p in person.direct_reports.all() if role not in SUPERIORS[p.role]]
        if person.pk
        else []
    )
    if below:
        found.append(
            gettext("These people would report to an impossible post: %s.")
            % "、".join(str(p) for p in below)
        )
    return found


def _problems_of_superior(person: User, actor: User, superior: User | None) -> list[str]:
    found = []
    if person.pk and person.pk == actor.pk:
        found.append(gettext("You cannot change your own superior."))
    if superior and not superior.is_active:
        found.append(gettext("%s does not work here any more.") % superior)
    if superior and person.pk and superior.pk in person.line_ids:
        found.append(
            gettext("%(superior)s stands below %(person)s.")
            % {"superior": superior, "person": person}
        )
    if not (actor.is_superuser or actor.is_top_manager) and (
        superior is None or superior.pk not in actor.line_ids
    ):
        found.append(gettext("Choose yourself or someone below you as superior."))
    return found
