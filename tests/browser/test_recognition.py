"""One customer from prospect to signed agreement, with three people; and a lost connection."""

import datetime as dt

from django.utils import timezone

from accounts.models import Agreement, Standing
from development.models import Principle, RecognitionApplication, Survey
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


def test_from_prospect_to_signed_agreement(open_as, people):
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

    # The application: an amount left out gets its sentence at its field, and nothing is lost.
    chen.goto(f"/development/applications/new/{account.pk}/")
    chen.locator("[name=reasons]").fill("用量大，回款较好")
    chen.locator("[name=trading_policy]").fill("按季度结算，月结三十天")
    chen.locator("[name=goods-0-item]").fill("液压油")
    with chen.expect_navigation():
        chen.locator("main form[data-draft] button.btn-primary").first.click()
    assert chen.locator("#id_goods-0-amount").is_visible()
    assert chen.locator(".has-errors").count() >= 1
    assert chen.locator("[name=reasons]").input_value() == "用量大，回款较好"
    chen.locator("[name=goods-0-amount]").fill("25万")
    save(chen)
    with chen.expect_navigation():
        chen.get_by_role("button", name="提交").first.click()
    application = RecognitionApplication.objects.get()
    assert (application.status, application.origin) == ("submitted", "new")
    assert application.expected_volume == 250000
    assert people.li.name in chen.locator("main").inner_text()

    # Two levels, two people; the second names the tier.
    li = open_as(people.li, **CHINESE)
    approve(li, account, "同意上报")
    wang = open_as(people.wang, **CHINESE)
    approve(wang, account, "同意认定", tier="A2")
    account.refresh_from_db()
    assert (account.standing, account.tier) == (Standing.KEY, "A2")
    late = open_as(people.li, **CHINESE)
    late.goto(application.get_absolute_url())
    assert late.locator("#decide").count() == 0

    # Recognised, not yet signed; then signed by both sides.
    chen = open_as(people.chen, **CHINESE)
    chen.goto("/accounts/agreements/unsigned/")
    assert account.name in chen.locator("main").inner_text()
    chen.goto(f"/accounts/{account.pk}/agreements/new/")
    chen.locator("[name=kind]").select_option("vip")
    chen.locator("[name=our_party]").fill("江南润滑科技有限公司")
    with chen.expect_navigation():
        chen.locator("main form button.btn-primary").first.click()
    agreement = Agreement.objects.get()
    chen.goto(f"{agreement.get_absolute_url()}sign/")
    chen.locator("[name=their_signer]").fill("邵厂长")
    chen.locator("[name=their_capacity]").select_option("legal")
    chen.locator("[name=starts_on]").fill(TODAY)
    with chen.expect_navigation():
        chen.locator("main form button.btn-primary").first.click()
    agreement.refresh_from_db()
    assert (agreement.status, agreement.signed_on) == ("signed", dt.date.fromisoformat(TODAY))
    chen.goto("/accounts/agreements/unsigned/")
    assert account.name not in chen.locator("main").inner_text()


def judge(page, survey):
    page.goto(f"/development/surveys/{survey.pk}/judge/")
    page.locator("[name=suitability][value=suitable]").check()
    page.locator("[name=judgement]").fill("符合四项原则")
    save(page)


def approve(page, account, note, tier=""):
    """From the list of one's approvals to the decision."""
    page.goto("/development/approvals/")
    page.get_by_role("link", name=account.name).first.click()
    page.locator("#decide [name=note]").fill(note)
    if tier:
        page.locator("#decide [name=tier]").select_option(tier)
    with page.expect_navigation():
        page.get_by_role("button", name="批准").click()
    assert page.locator(".message-success").count() == 1, page.locator("main").inner_text()
