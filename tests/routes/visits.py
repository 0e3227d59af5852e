"""The addresses of visits, return visits and receptions."""

from tests.factories_return_visits import CallAttemptFactory, ReturnVisitFactory
from tests.factories_visits import (
    CateringRequestFactory,
    ReceptionFactory,
    ReceptionItemFactory,
    ReceptionMeasuresFactory,
    VisitFactory,
)
from tests.routes.route import IN_SCOPE, PEOPLE, Route, of
from visits.models import QuestionSet

VISIT_BEGINNINGS = ["plan", "record_new", "nearby"]
VISIT_PAGES = ["detail", "follow_up", "attach", "hear"]
RECEPTION_PAGES = ["reception", "reception_print"]
RECEPTION_FORMS = ["edit", "record", "cancel", "thank", "hear", "attach"]


def item_of_reception(world):
    return {"pk": world.reception.pk, "item_pk": world.reception_item.pk}


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
    "visits:activity": Route(PEOPLE),
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
    # receptions and their catering: likewise
    "visits:receptions": Route(PEOPLE),
    "visits:measures": Route(PEOPLE),
    "visits:measures_file": Route(PEOPLE, of("measures")),
    "visits:catering": Route(PEOPLE),
    "visits:reception_plan": Route(IN_SCOPE, lambda world: {"account_pk": world.account.pk}),
    **{f"visits:{name}": Route(IN_SCOPE, of("reception")) for name in RECEPTION_PAGES},
    **{f"visits:reception_{name}": Route(IN_SCOPE, of("reception")) for name in RECEPTION_FORMS},
    "visits:reception_item_add": Route(IN_SCOPE, of("reception"), post=True),
    **{
        f"visits:reception_{name}": Route(IN_SCOPE, item_of_reception, post=True)
        for name in ("tick", "untick")
    },
    "visits:catering_ask": Route(IN_SCOPE, of("reception")),
    "visits:catering_decide": Route(IN_SCOPE, of("catering")),
    "visits:catering_cost": Route(IN_SCOPE, of("catering")),
    "visits:catering_approve": Route(IN_SCOPE, of("catering"), post=True),
    "visits:catering_refuse": Route(IN_SCOPE, of("catering"), post=True),
}


def furnish(world, people):
    """Visits and calls of Chen's customer."""
    account = world.account
    world.visit = VisitFactory(account=account, visitor=people.chen)
    world.question_set = QuestionSet.objects.in_force_for(account)
    world.return_visit = ReturnVisitFactory(account=account, interaction__author=people.chen)
    world.call_attempt = CallAttemptFactory(account=account, caller=people.chen)
    world.reception = ReceptionFactory(account=account, host=people.chen)
    world.reception_item = ReceptionItemFactory(reception=world.reception)
    world.measures = ReceptionMeasuresFactory(uploaded_by=people.wang)
    world.catering = CateringRequestFactory(reception=world.reception)
