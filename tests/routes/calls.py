"""The addresses of calls, of what departments answer, and of feedback passed on."""

from tests.factories_complaints import CallRecordFactory
from tests.routes.route import IN_SCOPE, PEOPLE, Route, of

WHO_HEARS = IN_SCOPE | {"he"}  # the service centre sees all calls

ROUTES = {
    "complaints:home": Route(PEOPLE),
    "complaints:call": Route(WHO_HEARS, of("call")),
}


def furnish(world, people):
    """A call of Chen's customer."""
    world.call = CallRecordFactory(account=world.account, taken_by=people.chen)
