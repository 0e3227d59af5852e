"""Figures of complaints, each against its rows in the list."""

import datetime as dt

import pytest
from django.utils import timezone

from complaints.models import Complaint
from complaints.models import ComplaintStatus as S
from tests.complaints.case_states import in_state
from tests.factories import AccountFactory
from tests.factories_cases import ComplaintFactory

FIGURES = "/complaints/cases/figures/"


def rows_behind(client, query):
    page = client.get(f"/complaints/cases/{query}").context["page"]
    return len(page.object_list)


@pytest.fixture
def year(people, account):
    now = timezone.now()
    hour = dt.timedelta(hours=1)
    for days in (0, 3, 8, 40):
        ComplaintFactory(account=account, received_at=now - dt.timedelta(days=days))
    in_state(S.CLASSIFIED, people, account)
    for hours in (1, 2, 3, 10):  # to acknowledge
        started = now - 20 * hour
        in_state(
            S.CLOSED, people, account, received_at=started, acknowledged_at=started + hours * hour,
            acknowledge_due_at=started + 2 * hour, verdict="dissatisfied",
        )  # fmt: skip
    ComplaintFactory(account=AccountFactory(owner=people.zhou), cause="other")
    void = {"voided_at": now, "void_reason": "错"}
    ComplaintFactory(account=account, **void)
    return f"?from={timezone.localdate() - dt.timedelta(days=60)}&to={timezone.localdate()}"


def test_every_number_leads_to_its_rows(client, people, year):
    client.force_login(people.chen)
    shown = client.get(FIGURES + year).context
    lines = [*shown["ages"], *shown["causes"], *shown["verdicts"], *shown["repeats"]]
    cells = [cell for line in lines for cell in line.cells if cell.count]
    assert len(cells) > 6
    for cell in cells:
        assert rows_behind(client, cell.query) == cell.count, cell.query
    for line in shown["elapsed"]:
        assert rows_behind(client, line.query) == line.count, line.query


def test_open_ones_by_age_and_class(client, people, year):
    client.force_login(people.chen)
    shown = client.get(FIGURES + year).context
    by_age = [[cell.count for cell in line.cells] for line in shown["ages"]]
    # general, crisis, major, not covered, not classified
    assert by_age == [
        [1, 0, 0, 0, 1],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 1],
    ]
    assert shown["age_chart"]["series"][4]["values"] == [1, 1, 1, 0, 1]


def test_median_and_nine_in_ten(client, people, year):
    client.force_login(people.chen)
    acknowledged = client.get(FIGURES + year).context["elapsed"][0]
    assert (acknowledged.count, acknowledged.median) == (5, 2.0)  # 0, 1, 2, 3, 10 hours
    assert acknowledged.ninety == 7.2
    assert (acknowledged.on_time, acknowledged.with_limit) == (2, 4)


def test_nobody_counts_what_they_may_not_see(client, people, year):
    client.force_login(people.zhou)
    shown = client.get(FIGURES + year).context
    assert sum(line.total for line in shown["ages"]) == 1
    client.force_login(people.he)
    shown = client.get(FIGURES + year).context
    open_now = Complaint.objects.open().count()
    assert sum(line.total for line in shown["ages"]) == open_now


def test_an_empty_year_says_so(client, people):
    client.force_login(people.chen)
    assert client.get(FIGURES).status_code == 200
