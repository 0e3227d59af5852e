"""What each customer answered month by month."""

import datetime as dt

from django.utils import timezone

from staff.record import Period
from tests.factories import AccountFactory
from tests.visits.calls import reach
from visits.figures import Figures
from visits.models import ReturnVisit

GOOD = {"timeliness": ("satisfied", "")}
BAD = {"timeliness": ("dissatisfied", "晚了三天")}


def test_each_customer_has_a_line_and_each_month_a_column(client, people, account):
    foreign = AccountFactory(owner=people.zhou)
    for day, answers, whose, who in (
        (dt.date(2026, 9, 30), BAD, account, people.chen),
        (dt.date(2026, 11, 2), GOOD, account, people.chen),
        (dt.date(2026, 11, 3), BAD, foreign, people.zhou),
    ):
        visit = reach(whose, who, answers)
        at = timezone.make_aware(dt.datetime.combine(day, dt.time(10)))
        type(visit.interaction).objects.filter(pk=visit.interaction.pk).update(happened_at=at)
    assert ReturnVisit.objects.count() == 3
    period = Period(dt.date(2026, 9, 1), dt.date(2026, 11, 30))
    months, rows = Figures(people.chen, period).by_customer_and_month()
    assert months == ["2026-09", "2026-11"]
    (row,) = rows
    assert (row.key, row.label) == (account.pk, account.name)
    assert [cell and cell[0] for cell in row.cells] == [1, 1]
    assert row.cells[0][1] > 0 == row.cells[1][1]
    client.force_login(people.chen)
    page = client.get("/visits/return-visits/figures/?from=2026-09-01&to=2026-11-30")
    assert [line.label for line in page.context["by_month"]] == [account.name]
