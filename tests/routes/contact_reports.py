"""The addresses of contact reports."""

from tests.factories import InteractionFactory
from tests.factories_contact_reports import ContactReportFactory
from tests.routes.route import IN_SCOPE, PEOPLE, Route, of

ROUTES = {
    "visits:contact_reports": Route(PEOPLE),
    "visits:contact_report": Route(IN_SCOPE, of("contact_report")),
    "visits:contact_report_read": Route(IN_SCOPE, of("contact_report"), post=True),
    "visits:contact_report_send": Route(IN_SCOPE, of("reported_talk")),
    "visits:contact_report_look": Route(IN_SCOPE, of("reported_talk"), post=True),
}


def furnish(world, people):
    """A contact of Chen's, reported to Li, and one that is not."""
    world.reported_talk = InteractionFactory(account=world.account, author=people.chen)
    talk = InteractionFactory(account=world.account, author=people.chen)
    world.contact_report = ContactReportFactory(interaction=talk, sent_to=people.li)
