"""The addresses of visits, return visits and receptions."""

from tests.factories_return_visits import CallAttemptFactory, ReturnVisitFactory
from tests.factories_visits import VisitFactory
from tests.routes.route import IN_SCOPE, PEOPLE, Route, of
from visits.models import QuestionSet

VISIT_BEGINNINGS = ["plan", "record_new", "nearby"]
VISIT_PAGES = ["detail", "follow_up", "attach", "hear"]

ROUTES = {
    # return visits: lists show only what is in scope; the questions are everybody's to read
    **{
        f"visits:{name}": Route(PEOPLE)
        for name in (
            "return_visits_due",
            "return_visits",
            "return_visit_figures",
            "question_sets",
        )
    },
    "visits:question_set": Route(PEOPLE, of("question_set")),
    "visits:question_set_new": Route(PEOPLE, of("question_set")),
    "visits:return_visit": Route(IN_SCOPE, of("return_visit")),
    "visits:attempt": Route(IN_SCOPE, of("call_attempt")),
    "visits:call": Route(IN_SCOPE, of("account")),
    "visits:attempt_create": Route(IN_SCOPE, of("account"), post=True),
    # visits: whoever sees the customer sees them
    "visits:list": Route(PEOPLE),
    "visits:choose": Route(PEOPLE, lambda world: {"page": "record"}),
    "visits:my_day": Route(PEOPLE),
    "visits:calendar": Route(PEOPLE),
    "visits:feed": Route(PEOPLE),
    "visits:feed_renew": Route(PEOPLE, post=True),
    "visits:feed_revoke": Route(PEOPLE, post=True),
    "visits:ics": Route(set(), lambda world: {"token": "unknown"}, public=True),
    **{
        f"visits:{name}": Route(IN_SCOPE, lambda world: {"account_pk": world.account.pk})
        for name in VISIT_BEGINNINGS
    },
    **{
        f"visits:{name}": Route(IN_SCOPE, of("visit"), post=name not in VISIT_PAGES)
        for name in [*VISIT_PAGES, "edit", "record", "cancel", "check_in"]
    },
}


def furnish(world, people):
    """Visits and calls of Chen's customer."""
    account = world.account
    world.visit = VisitFactory(account=account, visitor=people.chen)
    world.question_set = QuestionSet.objects.in_force_for(account)
    world.return_visit = ReturnVisitFactory(account=account, interaction__author=people.chen)
    world.call_attempt = CallAttemptFactory(account=account, caller=people.chen)
