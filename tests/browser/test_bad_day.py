"""A bad day: a return visit goes wrong, is a complaint, a crisis, is solved, and is fed back."""

import re

from django.urls import reverse

from complaints.models import Complaint
from tests.factories import AssignmentFactory, ContactPersonFactory

CHINESE = {"locale": "zh-CN"}
WORDS = "报告说水分合格，装机三天就乳化了"
FINDINGS = "报告录入时取错了批次"


def save(page):
    page.locator("main form[method=post] button.btn-primary").last.click()
    page.wait_for_load_state("load")


def test_a_bad_day(open_as, people, account):
    ContactPersonFactory(account=account, name="贺工", mobile="15400009999")
    AssignmentFactory(account=account, user=people.sun, kind="second")

    # Chen calls the customer back; the answer is bad.
    chen = open_as(people.chen, width=390, **CHINESE)
    chen.goto(f"/visits/return-visits/call/{account.pk}/")
    chen.locator("[name^=satisfaction_][value=dissatisfied]").first.check()
    chen.locator("[name^=text_]").first.fill(WORDS)
    save(chen)
    assert "不满意" in chen.locator("main").inner_text()

    # It is a complaint: its words and its customer are there already.
    chen.locator("a[href*='/complaints/cases/new/']").first.click()
    assert chen.locator("[name=content]").input_value() == WORDS
    assert chen.locator("[name=complainant]").input_value() == ""
    chen.locator("[name=asks_for]").fill("赔偿换油和停机")
    chen.locator("[name=is_acknowledged]").check()
    save(chen)
    complaint = Complaint.objects.get()
    assert complaint.feedback is not None
    assert complaint.number in chen.locator("h1").inner_text()

    # Li finds it at the top of her day and makes it a crisis; the others hear of it at once.
    li = open_as(people.li, **CHINESE)
    li.goto(complaint.get_absolute_url())
    li.get_by_role("link", name="分类", exact=True).click()
    li.locator("[name=grade][value=crisis]").check()
    li.locator("[name=cause][value=doubt]").check()
    li.locator("[name=reason]").fill("停机三天，客户非常不满意")
    save(li)
    assert "较大损失" in li.locator("[role=alert]").first.inner_text()  # a crisis needs a fact
    li.locator("[name=has_large_loss]").check()
    save(li)
    assert "危机事件" in li.locator(".page-state").inner_text()
    li.get_by_role("link", name="开始调查").click()
    li.locator("[name=handler]").select_option(str(people.chen.pk))
    li.locator("[name=is_person_sent]").check()
    save(li)

    centre = open_as(people.he, **CHINESE)
    centre.goto(reverse("desk:notices"))
    assert "危机事件" in centre.locator("main").inner_text()

    # Chen keeps the chronology, solves it, and asks the customer.
    chen = open_as(people.chen, width=390, **CHINESE)
    chen.goto(complaint.get_absolute_url())
    chen.locator("#chronology a").click()
    chen.locator("[name=text]").fill("到现场取样")
    save(chen)
    chen.get_by_role("link", name="记录处理情况").first.click()
    chen.locator("[name=findings]").fill(FINDINGS)
    chen.locator("[name=measures]").fill("更换油品，重发报告")
    save(chen)
    chen.get_by_role("link", name="答复客户").first.click()
    chen.locator("[name=text]").fill("已上门道歉，油品已更换")
    chen.locator("[name=way]").fill("上门")
    save(chen)
    chen.get_by_role("link", name="结案", exact=True).click()
    chen.locator("[name=verdict][value=satisfied]").check()
    save(chen)
    complaint.refresh_from_db()
    assert (complaint.status, complaint.verdict) == ("closed", "satisfied")
    assert complaint.steps.filter(note="到现场取样").exists()

    # The service centre puts the month together: the complaint stands in it.
    centre = open_as(people.he, **CHINESE)
    centre.goto("/complaints/monthly/")
    centre.get_by_role("button", name=re.compile("汇总")).first.click()
    centre.wait_for_load_state("load")
    centre.goto("/complaints/monthly/")
    centre.locator("tbody th a").first.click()
    centre.wait_for_url(re.compile(r"/monthly/\d+/$"))  # the whole page, not its beginning
    text = centre.locator("main").inner_text()
    assert complaint.number in text
    assert "外部质量信息" in text
    assert account.name not in text  # the centre sees no customer file
