"""On a phone, after the visit: from the desk to a kept record in at most eight interactions."""

import pytest
from django.utils import timezone

from tests.factories_visits import VisitFactory
from visits.models import Visit

MOST = 8


class Hand:
    """A finger that counts: each tap, and each field typed into, is one interaction."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def tap(self, selector):
        self.count += 1
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state("load")

    def type(self, selector, text):
        self.count += 1
        self.page.locator(selector).first.fill(text)


def after_a_plan(visit):
    """From my day, where the visits of today stand in their order."""
    return ['a[href="/visits/today/"]', f'main a[href="/visits/{visit.pk}/record/"]']


def without_a_plan(account):
    return ['a[href="/visits/choose/record/"]', f'main a[href="/visits/record/{account.pk}/"]']


@pytest.mark.parametrize("is_planned", [True, False])
def test_a_visit_is_recorded_in_eight_interactions(open_as, people, account, is_planned):
    way = without_a_plan(account)
    if is_planned:
        visit = VisitFactory(account=account, visitor=people.chen, planned_at=timezone.now())
        way = after_a_plan(visit)
    page = open_as(people.chen, width=390, locale="zh-CN")
    page.goto("/")
    hand = Hand(page)
    hand.tap(".app-menu-toggle")
    hand.tap('.app-nav a[href="/visits/"]')
    for selector in way:
        hand.tap(selector)
    hand.type("[name=summary]", "同意试用新油品")
    hand.type("[name=told]", "下周送样")
    hand.tap("form[data-guard] button.btn-primary")
    kept = Visit.objects.get()
    assert (kept.status, kept.told) == ("done", "下周送样")
    assert kept.interaction.summary == "同意试用新油品"
    assert page.url.endswith(kept.get_absolute_url())
    assert hand.count <= MOST
