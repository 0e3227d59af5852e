"""The addresses of applications for recognition and of deputies."""

from development.workflow import recognition as workflow
from tests.factories_recognition import DeputyFactory, submitted
from tests.factories_surveys import SurveyFileFactory
from tests.routes.route import IN_SCOPE, PEOPLE, Route, of

PAGES = ["application", "application_edit", "application_withdraw", "application_print"]
POSTS = ["submit", "approve", "refuse", "send_back", "comment"]

ROUTES = {
    "development:applications": Route(PEOPLE),
    "development:approvals": Route(PEOPLE),
    "development:deputies": Route(PEOPLE),
    "development:deputy_end": Route({"li", "wang", "zhao"}, of("deputy"), post=True),
    "development:application_start": Route(
        IN_SCOPE, lambda world: {"account_pk": world.account.pk}
    ),
    **{f"development:{name}": Route(IN_SCOPE, of("application")) for name in PAGES},
    **{
        f"development:application_{name}": Route(IN_SCOPE, of("application"), post=True)
        for name in POSTS
    },
    "development:application_file": Route(
        IN_SCOPE, lambda world: {"pk": world.application.pk, "attachment_pk": world.photo.pk}
    ),
}


def furnish(world, people):
    """An application of Chen's with a photo, waiting; Zhao stands in for Li from next week on."""
    world.deputy = DeputyFactory(absent=people.li, deputy=people.zhao)
    world.deputy.starts_on = world.deputy.ends_on
    world.deputy.save()
    world.application = submitted(world.account, people.chen)
    field = world.application.field_survey
    workflow.withdraw(world.application, actor=people.chen, reason="重来")
    world.photo = SurveyFileFactory(survey=field).attachment
    world.application = submitted(world.account, people.chen)
