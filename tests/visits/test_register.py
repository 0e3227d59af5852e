"""Old registers of visits and return visits: every row accounted for, brought in once, undone."""

import datetime as dt
import io

import openpyxl
import pytest
from django.utils import timezone

from accounts.ledger import export
from accounts.models import Feedback, Interaction
from accounts.workflow import interaction as interactions
from accounts.workflow import ledger
from tests.accounts.ledger.workbooks import applied, previewed, problems, verdicts, xlsx
from tests.factories import AccountFactory, ContactPersonFactory
from visits.models import ReturnVisit, Visit

VISITS = ["拜访日期", "客户编号", "客户名称", "拜访人", "拜访目的", "拜访内容", "接待人", "下一步",
          "跟进日期", "天气"]  # fmt: skip
CALLS = [
    "回访日期",
    "客户名称",
    "回访人",
    "准确性",
    "及时性",
    "及时性说明",
    "服务态度",
    "意见和建议",
]


@pytest.fixture
def known(people):
    return AccountFactory(name="甲公司", code="K1", owner=people.chen, region=people.east)


def visit_row(day=dt.date(2025, 3, 5), code="K1", who="陈晓", text="油温正常", **more):
    names = ("purpose", "contact", "step", "step_on", "weather")
    purpose, contact, step, step_on, weather = (more.get(name) for name in names)
    return [day, code, None, who, purpose, text, contact, step, step_on, weather]


def call_row(
    day=dt.date(2025, 3, 5), name="甲公司", who="陈晓", verdicts=("满意", "满意", "满意"), **more
):
    accuracy, timeliness, attitude = verdicts
    return [day, name, who, accuracy, timeliness, more.get("words"), attitude, more.get("opinion")]


def test_a_register_of_visits_comes_in_whole(people, known):
    person = ContactPersonFactory(account=known, name="贺工")
    rows = [
        visit_row(purpose="走访", contact="贺工", step="寄样品", step_on="2025-03-09"),
        visit_row(dt.date(2025, 4, 1), who="吴离", contact="门卫老张", step="再约", weather="大雨"),
    ]
    done = applied(xlsx(VISITS, *rows), by=people.li, kind="visits")
    assert (done.counts["rows"], done.counts["created"]) == (2, 2)
    first, second = Visit.objects.order_by("planned_at")
    assert (first.status, first.visitor, first.created_by) == ("done", people.chen, people.li)
    assert list(first.contact_people.all()) == [person]
    record = first.interaction
    assert (record.summary, record.purpose, record.channel) == ("油温正常", "走访", "visit")
    assert timezone.localdate(record.happened_at) == dt.date(2025, 3, 5)
    assert (record.next_step, record.next_step_on) == ("寄样品", dt.date(2025, 3, 9))
    assert record.next_step_done_at  # long past: nobody's open step of today
    assert (second.visitor, second.others) == (people.gone, "门卫老张")
    assert second.interaction.summary == "油温正常\n天气: 大雨\n再约"  # nothing is lost


def test_every_row_that_cannot_come_in_says_why(people, known):
    AccountFactory(name="别家公司", code="K9", owner=people.zhou)
    later = timezone.localdate() + dt.timedelta(days=1)
    rows = [
        visit_row(),
        visit_row(),
        visit_row(code="K8"),
        visit_row(code="K9"),
        visit_row(code=None),
        visit_row(text=None),
        visit_row(who="无名氏"),
        visit_row(later),
        visit_row("三月初"),
    ]
    row = previewed(xlsx(VISITS, *rows), by=people.li, kind="visits")
    assert row.counts["rows"] == len(rows)
    assert verdicts(row) == {2: "new"} | dict.fromkeys(range(3, 11), "refused")
    assert {number: found[0][1] for number, found in problems(row).items()} == {
        3: "repeated",
        4: "create_first",
        5: "outside",
        6: "no_customer",
        7: "missing",
        8: "choice",
        9: "to_come",
        10: "date",
    }
    assert row.rows.get(number=5).account_id is None
    assert not Visit.objects.exists()


def test_the_same_register_comes_in_once(people, known):
    content = xlsx(VISITS, visit_row(), visit_row(dt.date(2025, 5, 6)))
    applied(content, by=people.li, kind="visits")
    again = previewed(content, by=people.li, kind="visits", name="again.xlsx")
    assert verdicts(again) == {2: "same", 3: "same"}
    assert Visit.objects.count() == 2


def test_undo_voids_what_came_in_but_not_what_was_worked_on_since(people, known):
    done = applied(
        xlsx(VISITS, visit_row(), visit_row(dt.date(2025, 5, 6))), by=people.li, kind="visits"
    )
    touched = Visit.objects.order_by("planned_at").first()
    interactions.correct(touched.interaction, actor=people.chen, text="是周六去的")
    undone = ledger.take_back(done, actor=people.li)
    assert [line["name"] for line in undone.kept_rows] == ["甲公司"]
    voided = Interaction.objects.exclude(voided_at=None)
    assert list(voided) == [Visit.objects.order_by("planned_at").last().interaction]
    assert "台账.xlsx" in voided.get().void_reason


def test_a_register_of_calls_keeps_the_answers_by_topic(people, known):
    rows = [
        call_row(verdicts=("满意", "不满意", "未答"), words="晚了三天", opinion="希望有群"),
        call_row(dt.date(2025, 5, 5), verdicts=("很满意", "一般", "满意")),
    ]
    done = applied(xlsx(CALLS, *rows), by=people.chen, kind="return_visits", on_error="partial")
    assert problems(done) == {3: [("及时性", "choice")]}
    call = ReturnVisit.objects.get()
    answers = {row.question.topic: (row.satisfaction, row.text) for row in call.answers.all()}
    assert answers["accuracy"] == ("satisfied", "")
    assert answers["timeliness"] == ("dissatisfied", "晚了三天")
    assert answers["attitude"][0] == "unanswered"
    assert answers["opinion"] == ("unanswered", "希望有群")
    assert call.is_dissatisfied
    assert "晚了三天" in call.interaction.summary
    assert not Feedback.objects.exists()  # settled long ago
    undone = ledger.take_back(done, actor=people.chen)
    assert not undone.kept_rows
    assert not ReturnVisit.objects.counting().exists()


@pytest.mark.parametrize("kind", ["visits", "return_visits"])
def test_what_is_handed_out_comes_in_again_unchanged(client, people, known, kind):
    row = visit_row(purpose="走访") if kind == "visits" else call_row(opinion="希望有群")
    header = VISITS if kind == "visits" else CALLS
    applied(xlsx(header, row), by=people.chen, kind=kind)
    content = export.to_bytes(kind, export.all_of(people.chen), people.chen)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.active.max_row == 2
    again = previewed(content, by=people.chen, kind=kind, name="out.xlsx")
    assert verdicts(again) == {2: "same"}
    hidden = export.to_bytes(kind, export.all_of(people.zhou), people.zhou)
    assert openpyxl.load_workbook(io.BytesIO(hidden)).active.max_row == 1


def test_a_register_that_comes_back_says_which_records_it_tells_otherwise(people, known):
    rows = [visit_row(purpose="走访"), visit_row(dt.date(2025, 4, 1))]
    applied(xlsx(VISITS, *rows), by=people.li, kind="visits")
    rows[0][4] = "催款"
    again = previewed(xlsx(VISITS, *rows), by=people.li, kind="visits", name="again.xlsx")
    assert verdicts(again) == {2: "refused", 3: "same"}
    found = again.rows.get(number=2).problems[0]
    assert (found["code"], found["field"], found["here"]) == ("differs", "purpose", "走访")
    applied(xlsx(CALLS, call_row()), by=people.li, kind="return_visits")
    changed = call_row(verdicts=("满意", "不满意", "满意"), who="李慧敏")
    again = previewed(xlsx(CALLS, changed), by=people.li, kind="return_visits", name="again.xlsx")
    told = {found["field"]: (found["here"], found["read"]) for found in again.rows.get().problems}
    assert told == {"person": ("陈晓", "李慧敏"), "timeliness": ("满意", "不满意")}
    assert Visit.objects.count() == 2
