"""Who may do what in the Django admin: one table, by post.

`app.*` stands for every model of the app without a line of its own. What is not written here is
refused, superusers included: an administrator without a post configures and sees no customer.
Which rows someone sees is decided by `visible_to` alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from staff.models import User

ADMINISTRATOR = "administrator"  # a superuser, with or without a post
LOOK = {"view"}
KEEP = {"view", "add", "change", "export"}
TABLE = KEEP | {"delete", "import"}

RIGHTS: dict[str, dict[str, set[str]]] = {
    "staff.user": {
        "manager": KEEP | {"import"},
        "supervisor": KEEP,
        ADMINISTRATOR: KEEP | {"import"},
    },
    "staff.region": {"manager": TABLE, "supervisor": LOOK, ADMINISTRATOR: TABLE},
    "accounts.*": {"manager": KEEP, "supervisor": KEEP},
    "development.*": {"manager": KEEP, "supervisor": KEEP},
    "complaints.*": {"manager": KEEP, "supervisor": KEEP},
    "visits.*": {"manager": KEEP, "supervisor": KEEP},
    "axes.accesslog": {ADMINISTRATOR: LOOK},
    "axes.accessfailurelog": {ADMINISTRATOR: LOOK},
    "procrastinate.*": {ADMINISTRATOR: LOOK},
}


def has_right(user: User, permission: str) -> bool:
    """Whether the table gives `user` a right such as `staff.change_user`.

    `staff.` alone asks for any right in that app.
    """
    posts = {user.role} | ({ADMINISTRATOR} if user.is_superuser else set())
    app, _, rest = permission.partition(".")
    if not rest:
        return any(
            table.startswith(f"{app}.") and posts & rights.keys()
            for table, rights in RIGHTS.items()
        )
    verb, _, model = rest.partition("_")
    rights = RIGHTS.get(f"{app}.{model}", RIGHTS.get(f"{app}.*", {}))
    return any(verb in rights.get(post, ()) for post in posts)
