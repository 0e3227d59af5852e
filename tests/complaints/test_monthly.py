"""The monthly feedback: put together, edited, sent, frozen, read; months that were missed."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from complaints.models import MonthlyFeedback, MonthlyLine, Section
from complaints.workflow import monthly as workflow
from staff import duties
from staff.models import Obligation, PolicyValue, User
from staff.transitions import TransitionDenied
from tests.factories import FeedbackFactory
from tests.factories_cases import (
    ComplaintFactory,
    MonthlyFeedbackFactory,
    MonthlyLineFactory,
    SentFeedbackFactory,
)
from tests.factories_complaints import CallRecordFactory

CHINA = ZoneInfo("Asia/Shanghai")
OCTOBER = dt.date(2026, 10, 1)


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=CHINA)


def travel(text):
    return time_machine.travel(at(text), tick=False)


@pytest.fixture(autouse=True)
def november():
    """Tuesday, 3 November 2026."""
    with travel("2026-11-03 09:00"):
        yield


@pytest.fixture
def october(people, account):
    """A complaint, a need, an opinion and an enquiry of October; a complaint of November."""
    when = at("2026-10-31 23:30")
    ComplaintFactory(account=account, received_by=people.chen, received_at=when, number="TS-1")
    ComplaintFactory(account=account, received_at=at("2026-11-01 00:30"), number="TS-2")
    for kind, text in (("need", "要小包装"), ("opinion", "报告太慢"), ("problem", "渗油")):
        FeedbackFactory(
            account=account, raised_by=people.chen, kind=kind, text=text, raised_at=when
        )
    CallRecordFactory(account=account, taken_by=people.he, received_at=when, question="几天出报告")


def begin(people):
    with travel("2026-11-02 09:00"):
        return workflow.draw_up(OCTOBER, actor=people.he)


def under(report, section):
    return " ".join(report.lines.filter(section=section).values_list("text", flat=True))


def test_the_records_of_the_month_stand_under_their_headings(people, account, october):
    report = begin(people)
    assert "要小包装" in under(report, Section.SALES_SERVICE)
    assert "几天出报告" in under(report, Section.SALES_SERVICE)
    quality = under(report, Section.OUTSIDE_QUALITY)
    assert "TS-1" in quality
    assert "TS-2" not in quality
    assert "渗油" in quality
    assert "报告太慢" in under(report, Section.OPINIONS)
    assert account.name not in " ".join(report.lines.values_list("text", flat=True))


def test_words_that_name_a_customer_are_gathered_without_the_name(people, account, october):
    when, words = at("2026-10-05 09:00"), f"我是{account.name}的"
    ComplaintFactory(account=account, received_at=when, number="TS-3", content=words)
    FeedbackFactory(account=account, kind="need", text=words, raised_at=when)
    CallRecordFactory(account=account, taken_by=people.he, received_at=when, question=words)
    texts = list(begin(people).lines.values_list("text", flat=True))
    assert sum("我是" in text for text in texts) == 3
    assert not any(account.name in text for text in texts)


def test_the_page_names_a_customer_only_to_whoever_may_see_them(client, people, account, october):
    report = begin(people)
    for name, sees in (("wang", True), ("he", False)):
        client.force_login(getattr(people, name))
        page = client.get(report.get_absolute_url()).content.decode()
        assert "TS-1" in page
        assert (account.name in page) is sees


def test_it_is_edited_and_gathered_again_without_losing_words(client, people, account, october):
    report = begin(people)
    line = report.lines.get(feedback__kind="need")
    other = report.lines.get(feedback__kind="opinion")
    client.force_login(people.he)
    sent = {f"text_{row.pk}": row.text for row in report.lines.all()}
    sent |= {f"text_{line.pk}": "客户要20升小包装", f"out_{other.pk}": "on"}
    sent |= {"summary": "包装", "new_opinions": "展会上多人问起培训"}
    client.post(f"/complaints/monthly/{report.pk}/edit/", sent)
    FeedbackFactory(
        account=account, kind="need", text="补录的需求", raised_at=at("2026-10-05 09:00")
    )
    client.post(f"/complaints/monthly/{report.pk}/gather/")
    report.refresh_from_db()
    assert report.summary == "包装"
    assert "客户要20升小包装" in under(report, Section.SALES_SERVICE)
    assert "补录的需求" in under(report, Section.SALES_SERVICE)
    assert "展会上多人问起培训" in under(report, Section.OPINIONS)
    page = client.get(report.get_absolute_url()).content.decode()
    assert "报告太慢" not in page
    assert report.lines.filter(complaint__isnull=False).count() == 1


def test_a_month_of_hundreds_of_calls_is_edited_page_by_page(client, people, october):
    report = begin(people)
    calls = [
        MonthlyLine(report=report, section="sales_service", text=f"来电{n}", position=n + 9,
                    call=CallRecordFactory(taken_by=people.he))
        for n in range(40)
    ]  # fmt: skip
    MonthlyLine.objects.bulk_create(calls)
    client.force_login(people.he)
    edit = f"/complaints/monthly/{report.pk}/edit/"
    first = client.get(edit).content.decode()
    assert first.count('name="text_') == 30
    order = Section.values.index
    lines = sorted(report.lines.all(), key=lambda row: order(row.section))
    fields = {f"text_{row.pk}": row.text for row in lines[:30]}
    fields[f"out_{lines[3].pk}"] = "on"
    answer = client.post(edit, fields | {"summary": "忙", "next": "1"})
    assert answer.url == f"{edit}?page=2"
    assert report.lines.filter(is_left_out=True).count() == 1
    rest = {f"text_{row.pk}": row.text for row in lines[30:]}
    answer = client.post(f"{edit}?page=2", rest | {"summary": "忙", "calls": "out"})
    assert answer.url == report.get_absolute_url()
    assert not report.lines.filter(call__isnull=False, is_left_out=False).exists()
    assert report.lines.filter(call=None, is_left_out=False).exists()


def test_it_is_sent_by_notice_and_mail_and_then_frozen(
    client, people, october, django_capture_on_commit_callbacks
):
    User.objects.filter(pk=people.wang.pk).update(email="wang@example.com")
    report = begin(people)
    client.force_login(people.he)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/complaints/monthly/{report.pk}/send/")
    report.refresh_from_db()
    assert (report.status, report.sent_by) == ("sent", people.he)
    assert set(report.recipients.values_list("user__username", flat=True)) == {"wang", "li", "zhao"}
    assert people.wang.notices.get().verb == "feedback_sent"
    assert [message.to for message in mail.outbox] == [["wang@example.com"]]
    with pytest.raises(IntegrityError, match="stays as it was"), transaction.atomic():
        MonthlyFeedback.objects.update(summary="改")
    for change in (
        lambda: MonthlyLine.objects.update(text="改"),
        lambda: MonthlyLine.objects.all().delete(),
        lambda: MonthlyLineFactory(report=report),
    ):
        with pytest.raises(IntegrityError, match="stay as they were"), transaction.atomic():
            change()
    assert client.post(f"/complaints/monthly/{report.pk}/edit/", {}).status_code == 403
    client.force_login(people.zhao)
    client.post(f"/complaints/monthly/{report.pk}/read/")
    assert report.recipients.get(user=people.zhao).read_at is not None
    assert report.recipients.get(user=people.li).read_at is None
    client.force_login(people.chen)
    assert client.get(report.get_absolute_url()).status_code == 404


def test_the_recipients_are_the_policys(people, october):
    PolicyValue.objects.create(
        key="feedback_report.recipients",
        value=["sun"],
        effective_from=timezone.localdate(),
        set_by=people.wang,
        reason="部门联系人",
    )
    report = workflow.send(begin(people), actor=people.he)
    assert [row.user for row in report.recipients.all()] == [people.sun]


def test_a_month_is_sent_when_it_is_over(people, october):
    with travel("2026-10-31 18:00"):
        report = workflow.draw_up(OCTOBER, actor=people.he)
        with pytest.raises(TransitionDenied):
            workflow.send(report, actor=people.he)
        with pytest.raises(TransitionDenied):
            workflow.draw_up(dt.date(2026, 11, 1), actor=people.he)


@pytest.mark.parametrize("who", ["li", "chen", "root", "gone"])
def test_only_the_service_centre_and_the_manager_write_it(people, who):
    with pytest.raises(TransitionDenied):
        workflow.draw_up(OCTOBER, actor=getattr(people, who))


def test_it_is_a_duty_due_five_business_days_after_the_month(people):
    """Since August; September's sent in time, October's missed, then sent late."""
    User.objects.update(joined_at=at("2026-09-15 09:00"))
    with travel("2026-10-09 09:00"):
        duties.synchronise_all()
        due = Obligation.objects.get(duty="feedback.monthly")
        # the first five business days of October are 8, 9, 10, 12 and 13
        assert (due.person, due.due_on) == (people.he, dt.date(2026, 10, 13))
        report = workflow.draw_up(dt.date(2026, 9, 1), actor=people.he)
        workflow.send(report, actor=people.he)
    due.refresh_from_db()
    assert (due.outcome, due.closed_on) == ("done", dt.date(2026, 10, 9))
    with travel("2026-11-10 09:00"):
        duties.synchronise_all()
        open_one = Obligation.objects.get(duty="feedback.monthly", closed_on=None)
        assert open_one.due_on == dt.date(2026, 11, 6)


def test_missed_months_are_listed(client, people):
    User.objects.update(joined_at=at("2026-09-15 09:00"))
    SentFeedbackFactory(month=dt.date(2026, 8, 1), drawn_up_by=people.he)
    with travel("2026-11-10 09:00"):
        client.force_login(people.he)
        months = client.get("/complaints/monthly/").context["months"]
        listed = [(f"{row.first:%m}", row.is_sent, row.is_missed) for row in months]
    assert listed == [
        ("11", False, False),
        ("10", False, True),
        ("09", False, True),
        ("08", True, False),
    ]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("monthly_begins_on_the_first", {"month": dt.date(2024, 1, 2)}),
        ("monthly_sent_by_someone", {"status": "sent"}),
    ],
)
def test_the_database_refuses(people, name, values):
    report = MonthlyFeedbackFactory()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        MonthlyFeedback.objects.filter(pk=report.pk).update(**values)
