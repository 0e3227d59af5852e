"""The addresses of meetings."""

from tests.factories_meetings import HeldMeetingFactory
from tests.routes.route import IN_SCOPE, PEOPLE, Route, of

ROUTES = {
    "meetings:list": Route(PEOPLE),
    "meetings:create": Route(PEOPLE),
    **{
        f"meetings:{name}": Route(IN_SCOPE, of("meeting"))
        for name in ("detail", "edit", "minute", "decide", "cancel")
    },
}


def furnish(world, people):
    """A meeting that Chen called."""
    world.meeting = HeldMeetingFactory(convener=people.chen)
