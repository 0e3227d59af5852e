"""The addresses of surveys: whoever sees the customer sees them."""

from tests.factories_surveys import SurveyDocumentFactory, SurveyFactory
from tests.routes.route import IN_SCOPE, PEOPLE, Route, of

PAGES = [
    "survey", "survey_talk", "survey_principles", "survey_field", "survey_document_add",
    "survey_file_add", "survey_judge", "survey_reopen", "survey_drop",
]  # fmt: skip

ROUTES = {
    "development:surveys": Route(PEOPLE),
    "development:survey_start": Route(IN_SCOPE, lambda world: {"account_pk": world.account.pk}),
    **{f"development:{name}": Route(IN_SCOPE, of("survey")) for name in PAGES},
    "development:survey_document_edit": Route(
        IN_SCOPE, lambda world: {"pk": world.survey.pk, "document_pk": world.survey_document.pk}
    ),
}


def furnish(world, people):
    """A general survey of Chen's customer."""
    world.survey = SurveyFactory(account=world.account, lead=people.chen)
    world.survey_document = SurveyDocumentFactory(survey=world.survey)
