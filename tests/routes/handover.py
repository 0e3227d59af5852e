"""The addresses of handovers."""

from tests.factories_handover import HandoverLineFactory
from tests.routes.route import IN_SCOPE, PEOPLE, Route, of

ROUTES = {
    "accounts:handovers": Route(PEOPLE),
    **{
        f"accounts:{name}": Route(IN_SCOPE, of("handover"))
        for name in ("handover", "handover_tell", "handover_contact", "handover_void")
    },
}


def furnish(world, people):
    """Chen has taken the customer over from Sun."""
    world.handover = HandoverLineFactory(
        account=world.account, predecessor=people.sun, successor=people.chen, opened_by=people.li
    )
