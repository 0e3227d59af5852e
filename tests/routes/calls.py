"""The addresses of calls, of what departments answer, and of feedback passed on."""

from tests.factories_complaints import CallRecordFactory
from tests.routes.route import IN_SCOPE, PEOPLE, POSTS, Route, of

WHO_HEARS = IN_SCOPE | {"he"}  # the service centre sees all calls

ROUTES = {
    "complaints:home": Route(PEOPLE),
    "complaints:intake": Route(POSTS | {"he"}, outside=403),
    "complaints:whose_call": Route(POSTS | {"he"}, post=True, outside=403),
    **{
        f"complaints:{name}": Route(WHO_HEARS, of("call"))
        for name in (
            "call",
            "call_print",
            "call_edit",
            "call_assign",
            "call_attempt",
            "call_reply",
            "call_link",
            "call_void",
        )
    },
}


def furnish(world, people):
    """A call of Chen's customer."""
    world.call = CallRecordFactory(account=world.account, taken_by=people.chen)
