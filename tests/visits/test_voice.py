"""What comes of a contact: a complaint, a report to the superior, a count beside the quota."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Feedback
from staff.models import PolicyValue
from tests.factories_cases import ComplaintFactory
from tests.factories_visits import DoneReceptionFactory, DoneVisitFactory
from tests.visits.calls import reach
from visits.policies import QUOTAS
from visits.workflow import contact_report

BAD = {"timeliness": ("dissatisfied", "上月晚了三天")}


def test_a_dissatisfied_answer_leads_to_a_complaint_and_back(client, people, account):
    call = reach(account, people.chen, BAD)
    feedback = Feedback.objects.get()
    client.force_login(people.chen)
    address = f"/complaints/cases/new/?feedback={feedback.pk}"
    assert address in client.get(call.get_absolute_url()).content.decode()
    assert "上月晚了三天" in client.get(address).content.decode()
    complaint = ComplaintFactory(account=account, feedback=feedback, received_by=people.chen)
    page = client.get(call.get_absolute_url()).content.decode()
    assert complaint.number in page
    assert address not in page


@pytest.mark.parametrize("make", [DoneVisitFactory, DoneReceptionFactory])
def test_a_contact_is_reported_from_its_page_and_read(client, people, account, make):
    who = {"visitor": people.chen} if make is DoneVisitFactory else {"host": people.chen}
    subject = make(account=account, **who)
    link = f"/visits/reports/new/{subject.interaction_id}/"
    client.force_login(people.chen)
    assert link in client.get(subject.get_absolute_url()).content.decode()
    report = contact_report.send(subject.interaction, actor=people.chen, summary="要让利")
    client.force_login(people.li)
    page = client.get(subject.get_absolute_url()).content.decode()
    assert report.get_absolute_url() in page
    assert link not in page  # whoever wrote the record reports it


def test_visits_are_counted_from_their_records(client, people, account):
    PolicyValue.objects.create(
        key=QUOTAS["specialist"].key, value=3, effective_from=dt.date(2020, 1, 1),
        set_by=people.wang, reason="会议决定",
    )  # fmt: skip
    now = timezone.now()
    DoneVisitFactory(account=account, visitor=people.chen, planned_at=now)
    joined = DoneVisitFactory(account=account, visitor=people.chen, planned_at=now)
    joined.colleagues.add(people.sun)
    voided = DoneVisitFactory(account=account, visitor=people.chen, planned_at=now)
    voided.interaction.voided_at, voided.interaction.void_reason = now, "重复"
    voided.interaction.save()
    client.force_login(people.li)
    rows = {row["person"]: row for row in client.get("/visits/activity/").context["rows"]}
    assert set(rows) == {people.li, people.chen, people.sun}
    mine = rows[people.chen]
    assert (mine["today"], mine["week"], mine["month"], mine["quota"]) == (2, 2, 2, 3)
    # whoever went along made a visit too: here, on their own page and for the quota
    assert (rows[people.sun]["today"], rows[people.li]["today"]) == (1, 0)
    assert rows[people.li]["quota"] == 0
    for person, done in ((people.chen, 2), (people.sun, 1)):
        client.force_login(person)
        assert client.get("/visits/").context["done"] == done
