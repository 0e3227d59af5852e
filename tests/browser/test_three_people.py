"""A decided tier as three people see it, and a morning at the desk."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from accounts.models import AnnualVolume, Standing
from accounts.workflow import volume
from staff import duties
from tests.factories import (
    AccountFactory,
    AnnualVolumeFactory,
    InteractionFactory,
    JudgementFactory,
)

TODAY = timezone.localdate()
CHINESE = {"locale": "zh-CN"}
REASON = "与客户核对过两年用量"


@pytest.fixture
def bought(account, people):
    """Chen's customer bought 250,000 yuan in the last year; how it pays is judged."""
    AnnualVolumeFactory(
        account=account,
        period_from=TODAY - dt.timedelta(days=365),
        period_to=TODAY - dt.timedelta(days=1),
        as_of=TODAY,
    )
    volume.refresh(account)
    JudgementFactory(account=account, value="fairly_good", judged_by=people.chen)
    assert AnnualVolume.objects.filter(account=account).exists()
    return account


def test_a_decided_tier_as_three_people_see_it(open_as, people, bought):
    manager = open_as(people.wang, **CHINESE)
    manager.goto(bought.get_absolute_url())
    manager.get_by_role("link", name="定级", exact=True).click()
    manager.locator("[name=tier]").select_option("A2")
    manager.locator("[name=reason]").fill(REASON)
    manager.locator("main form button.btn-primary").click()
    manager.wait_for_load_state("load")
    bought.refresh_from_db()
    assert bought.tier == "A2"

    specialist = open_as(people.chen, width=390, **CHINESE)
    specialist.goto(f"/accounts/?q={bought.name[2:6]}")
    specialist.get_by_role("link", name=bought.name).first.click()
    text = specialist.locator("main").inner_text()
    assert "A2" in text
    assert people.wang.name in text
    assert REASON in text
    assert "25万元" in text or "25.0万元" in text

    another = open_as(people.sun, **CHINESE)
    another.goto(f"/accounts/?q={bought.name[2:6]}")
    assert bought.name not in another.locator("main").inner_text()
    assert another.goto(bought.get_absolute_url()).status == 404


def test_a_morning_at_the_desk(open_as, people):
    """A specialist sees 12 things, does three, sees nine; the supervisor sees the same."""
    for _ in range(12):
        account = AccountFactory(owner=people.chen, standing=Standing.UNCLASSIFIED)
        InteractionFactory(
            account=account, author=people.chen, next_step="回电话", next_step_on=TODAY
        )
    duties.synchronise_all(today=TODAY)
    specialist = open_as(people.chen, **CHINESE)
    specialist.goto("/")
    assert figure(specialist, "待我处理") == "12"
    for _ in range(3):
        specialist.goto("/")
        specialist.locator(".todo a.btn").first.click()
        specialist.get_by_role("button", name="完成").first.click()
        specialist.wait_for_load_state("load")
    specialist.goto("/")
    assert figure(specialist, "待我处理") == "9"

    supervisor = open_as(people.li, **CHINESE)
    supervisor.goto("/")
    row = supervisor.get_by_role("row", name=re.compile(people.chen.name))
    assert row.locator("td").nth(1).inner_text().strip() == "9"


def figure(page, label):
    card = page.locator(".figure-card", has_text=label)
    return card.locator(".figure-value").inner_text().strip()
