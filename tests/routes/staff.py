"""The addresses of people, the rule book and the frame."""

from staff.models import Task
from tests.routes.route import EVERYONE, IN_SCOPE, PEOPLE, Route, of

ROUTES = {
    "home": Route(PEOPLE),
    "login": Route(set(EVERYONE), public=True),
    "logout": Route(PEOPLE, post=True),
    "password_change": Route(PEOPLE),
    "set_language": Route(set(EVERYONE), post=True, public=True),
    "health-live": Route(set(EVERYONE), public=True),
    "health-ready": Route(set(EVERYONE), public=True),
    # people
    "staff:team": Route(PEOPLE),
    "staff:me": Route(PEOPLE),
    "staff:devices": Route(PEOPLE),
    "staff:end_other_devices": Route(PEOPLE, post=True),
    "staff:end_device": Route(set(), lambda world: {"handle": "unknown"}, post=True),
    "staff:lookup": Route(PEOPLE),
    "staff:person": Route({"chen", "li", "wang", "root"}, of("chen")),
    "staff:initial_password": Route({"chen", "li", "wang", "root"}, of("chen"), post=True),
    "staff:deactivate": Route({"chen", "li", "wang", "root"}, of("chen"), post=True),
    "staff:reactivate": Route({"chen", "li", "wang", "root"}, of("chen"), post=True),
    "staff:end_sessions": Route({"chen", "li", "wang", "root"}, of("chen"), post=True),
    # the rule book is everybody's to read
    "rules:list": Route(PEOPLE),
    "rules:policies": Route(PEOPLE),
    "rules:policy": Route(PEOPLE, lambda world: {"name": "information.interval"}),
    "rules:article": Route(PEOPLE, lambda world: {"code": "S1-A3"}),
    "rules:text": Route(PEOPLE, lambda world: {"code": "S1-A3"}),
    "desk:person": Route({"chen", "li", "wang", "root"}, of("chen")),
    "desk:duty": Route(PEOPLE, lambda world: {"code": "information.confirm"}),
    "desk:settle": Route(PEOPLE, lambda world: {"code": "information.confirm"}, post=True),
    "tasks:list": Route(PEOPLE),
    "tasks:create": Route(PEOPLE),
    **{
        f"tasks:{verb}": Route(IN_SCOPE, of("task"), post=verb != "detail")
        for verb in ("detail", "report", "finish", "comment", "cancel")
    },
    "desk:notices": Route(PEOPLE),
    "desk:read_all": Route(PEOPLE, post=True),
}


def furnish(world, people):
    """Objects of this app in the world of the table, all belonging to Chen."""
    world.chen = people.chen
    world.task = Task.objects.create(
        title="整理样品", assigner=people.li, assignee=people.chen, due_on="2026-11-23"
    )
