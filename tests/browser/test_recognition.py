"""Both surveys of a prospect, filled in on a phone, with a lost connection in between."""

from django.utils import timezone

from accounts.models import Standing
from development.models import Principle, Survey
from tests.factories import AccountFactory, JudgementFactory

TODAY = timezone.localdate().isoformat()
CHINESE = {"locale": "zh-CN"}
PHONE = 390
SITUATION = "三条产线，年用油四十吨"


def save(page):
    """Send the form of the page and wait for what follows."""
    with page.expect_navigation():
        page.locator("main form[data-draft] button.btn-primary").first.click()
    assert page.locator(".message-success").count() == 1, page.locator("main").inner_text()


def test_surveys_on_a_phone_outlive_a_lost_connection(open_as, people):
    account = AccountFactory(
        name="苏州东湖精密机械有限公司", owner=people.chen, region=people.east,
        standing=Standing.PROSPECT, is_end_customer=True, long_term_intention=True,
    )  # fmt: skip
    JudgementFactory(account=account, value="fairly_good", judged_by=people.chen)
    chen = open_as(people.chen, width=PHONE, **CHINESE)

    # The general survey, on a phone at the customer's; the line is lost once.
    chen.goto(account.get_absolute_url())
    chen.goto(chen.locator("a[href*='/surveys/new/']").first.get_attribute("href"))
    save(chen)
    general = Survey.objects.get(kind="general")
    talk = f"/development/surveys/{general.pk}/talk/"
    chen.goto(talk)
    chen.locator("[name=head_name]").fill("邵厂长")
    chen.locator("[name=talked_on]").fill(TODAY)
    chen.locator("[name=situation]").fill(SITUATION)
    chen.wait_for_timeout(400)
    chen.context.set_offline(True)
    chen.locator("main form[data-draft] button.btn-primary").first.click()
    chen.wait_for_timeout(400)
    chen.context.set_offline(False)
    chen.goto(talk)
    assert chen.locator("[data-draft-notice]").is_visible()
    assert chen.locator("[name=situation]").input_value() == SITUATION
    save(chen)
    general.refresh_from_db()
    assert general.situation == SITUATION
    chen.goto(talk)
    assert chen.locator("[data-draft-notice]").is_hidden()
    chen.goto(f"/development/surveys/{general.pk}/principles/")
    for word in Principle.values:
        chen.locator(f"[name=verdict_{word}][value=met]").check()
        chen.locator(f"[name=evidence_{word}]").fill("有据可查")
    save(chen)
    judge(chen, general)

    # The field survey, with supervisor and manager.
    chen.goto(f"/development/surveys/new/{account.pk}/")
    save(chen)
    field = Survey.objects.get(kind="field")
    chen.goto(f"/development/surveys/{field.pk}/field/")
    chen.locator("[name=held_on]").fill(TODAY)
    chen.locator("[name=findings]").fill("设备新，管理有序")
    for person in (people.li, people.wang):
        chen.locator(f"[name=colleagues][value='{person.pk}']").check()
    save(chen)
    judge(chen, field)
    field.refresh_from_db()
    assert (field.status, field.missing_posts) == ("judged", [])


def judge(page, survey):
    page.goto(f"/development/surveys/{survey.pk}/judge/")
    page.locator("[name=suitability][value=suitable]").check()
    page.locator("[name=judgement]").fill("符合四项原则")
    save(page)
