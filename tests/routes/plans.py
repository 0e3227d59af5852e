"""The addresses of development plans and prospects."""

from tests.factories import AccountFactory
from tests.factories_plans import DevelopmentPlanFactory, ProspectFactory
from tests.routes.route import IN_SCOPE, PEOPLE, Route, of

PLAN_PAGES = ["plan", "plan_board", "plan_edit", "plan_send_back", "plan_void"]
PLAN_POSTS = ["plan_report", "plan_take_back", "plan_note", "plan_approve"]
PROSPECT_PAGES = ["analyse", "channel", "survey", "screen", "drop", "resume"]
PROSPECT_POSTS = ["report"]

ROUTES = {
    "development:home": Route(PEOPLE),
    "development:prospects": Route(PEOPLE),
    "development:plan_create": Route(PEOPLE),
    **{
        f"development:{name}": Route(IN_SCOPE, of("plan"), post=name in PLAN_POSTS)
        for name in [*PLAN_PAGES, *PLAN_POSTS, "prospect_add", "prospect_new"]
    },
    "development:prospect": Route(IN_SCOPE, of("prospect")),
    **{
        f"development:prospect_{name}": Route(IN_SCOPE, of("prospect"), post=name in PROSPECT_POSTS)
        for name in [*PROSPECT_PAGES, *PROSPECT_POSTS]
    },
}


def furnish(world, people):
    """A plan of Chen's with one prospect of Chen's."""
    world.plan = DevelopmentPlanFactory(author=people.chen)
    account = AccountFactory(owner=people.chen, standing="prospect", region=people.east)
    world.prospect = ProspectFactory(plan=world.plan, account=account)
