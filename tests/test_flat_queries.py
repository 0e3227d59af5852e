"""A list costs the same number of queries with 1 row and with 20; none of them costs many."""

import pytest
from django.db import connection

from staff.models import Role
from tests import factories
from tests.factories_accounts import AgreementFactory, days_from_now
from tests.factories_cases import (
    ComplaintFactory,
    MonthlyLineFactory,
    MonthlyRecipientFactory,
)
from tests.factories_complaints import CallRecordFactory
from tests.factories_contact_reports import ContactReportFactory
from tests.factories_handover import HandoverLineFactory
from tests.factories_market_notes import MarketNoteFactory
from tests.factories_meetings import MeetingFactory
from tests.factories_plans import DevelopmentPlanFactory, ProspectFactory
from tests.factories_recognition import submitted
from tests.factories_surveys import SurveyFactory
from tests.factories_visits import (
    CateringRequestFactory,
    ReceptionFactory,
    ReceptionItemFactory,
    ReceptionVisitorFactory,
)

LIST, FILE = 12, 20
# Once a minute a session notes that it is in use.
SESSION_SEEN = 'UPDATE "staff_session"'
# Addresses of lists whose rows are customers, or grow with them.
LISTS = [
    "/accounts/",
    "/accounts/?q=公司",
    "/accounts/?q=gongsi&sort=-volume&owner=me",
    "/accounts/?judgement=payment_reputation:good",
    "/accounts/?sort=tier",
    "/accounts/views/",
    "/accounts/search/?q=公司",
    "/accounts/lookup/?q=公司",
    "/staff/lookup/?q=员工",
    "/accounts/agreements/",
    "/accounts/agreements/?show=runway-90&q=公司",
    "/accounts/agreements/unsigned/",
    "/complaints/?show=all&q=公司",
    "/complaints/feedback/",
    "/complaints/cases/",
    "/complaints/cases/?show=all&q=公司",
    "/complaints/cases/figures/",
    "/complaints/monthly/",
    "/accounts/handover/",
    "/development/surveys/",
    "/development/",
    "/development/prospects/",
    "/development/notes/",
    "/meetings/",
    "/visits/reports/",
    "/development/applications/",
    "/development/approvals/",
    "/visits/receptions/",
    "/visits/activity/",
    "/visits/receptions/catering/",
]


def fill(count, people):
    for _number in range(count):
        colleague = factories.UserFactory(reports_to=people.li, role=Role.SPECIALIST)
        region = factories.RegionFactory()
        account = factories.AccountFactory(name="例子公司", owner=people.chen, region=region)
        factories.AssignmentFactory(account=account, user=colleague, kind="second")
        factories.ContactPersonFactory(account=account, is_primary=True)
        factories.JudgementFactory(account=account, judged_by=people.chen)
        factories.InteractionFactory(account=account, author=colleague)
        factories.AnnualVolumeFactory(account=account)
        factories.MonthlyVolumeFactory(account=account)
        HandoverLineFactory(account=account)
        CallRecordFactory(account=account, taken_by=colleague)
        factories.FeedbackFactory(account=account, raised_by=colleague)
        AgreementFactory(account=account, ends_on=days_from_now(20))
        SurveyFactory(account=account, lead=colleague)
        submitted(factories.AccountFactory(owner=people.chen), people.chen)
        recognised = {"standing": "key", "recognised_on": days_from_now(-9)}
        factories.AccountFactory(owner=people.chen, region=region, **recognised)
        complaint = ComplaintFactory(account=account, received_by=colleague, handler=colleague)
        ComplaintFactory(account=account, received_by=people.he, cause="doubt")
        MonthlyRecipientFactory(user=people.chen)
        MonthlyLineFactory(report__drawn_up_by=people.he, complaint=complaint)
        factories.SavedViewFactory(owner=people.chen)
        plan = DevelopmentPlanFactory(author=people.chen)
        ProspectFactory(
            plan=plan, account=factories.AccountFactory(owner=people.chen, standing="prospect")
        )
        MarketNoteFactory(author=people.chen, sent_to=people.li)
        MeetingFactory(convener=people.chen)
        talk = factories.InteractionFactory(account=account, author=people.chen)
        ContactReportFactory(interaction=talk, sent_to=people.li)
        reception = ReceptionFactory(account=account, host=colleague)
        ReceptionVisitorFactory(reception=reception)
        ReceptionItemFactory(reception=reception)
        CateringRequestFactory(reception=reception)
        factories.SavedViewFactory(owner=colleague, is_shared=True)


def queries(client, address):
    count = 0

    def counting(execute, sql, *args):
        nonlocal count
        count += not sql.startswith(SESSION_SEEN)
        return execute(sql, *args)

    with connection.execute_wrapper(counting):
        response = client.get(address)
    assert response.status_code == 200
    return count


@pytest.mark.parametrize("who", ["wang", "li", "chen"])
def test_as_many_queries_for_twenty_rows_as_for_one(client, people, who):
    client.force_login(getattr(people, who))
    fill(1, people)
    client.post("/accounts/columns/", {"column": ["contact", "owner", "region"]})
    for address in LISTS:
        queries(client, address)  # fills what a process keeps
    one = {address: queries(client, address) for address in LISTS}
    fill(19, people)
    twenty = {address: queries(client, address) for address in LISTS}
    assert twenty == one
    assert {address: count for address, count in twenty.items() if count > LIST} == {}


@pytest.mark.parametrize("who", ["wang", "li", "chen"])
def test_a_customer_file_costs_the_same_however_much_happened(client, people, account, who):
    client.force_login(getattr(people, who))
    counts = []
    for count in (1, 9):
        for _number in range(count):
            factories.ContactPersonFactory(account=account)
            talk = factories.InteractionFactory(account=account, author=factories.UserFactory())
            factories.FeedbackFactory(
                account=account, interaction=talk, raised_by=factories.UserFactory()
            )
            factories.AssignmentFactory(account=account, kind="second")
            AgreementFactory(account=account)
        counts.append(queries(client, f"/accounts/{account.pk}/"))
    assert counts[1] <= counts[0]  # the first page of a process also fills its caches
    assert counts[1] <= FILE
