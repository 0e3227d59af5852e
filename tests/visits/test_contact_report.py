"""Contact reports: sent by whoever wrote the record, read by the superior, once (S1 第13条)."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from staff.models import Notice
from tests.factories import AccountFactory, AssignmentFactory, InteractionFactory
from tests.factories_contact_reports import ContactReportFactory
from visits.models import ContactReport


@pytest.fixture
def talk(people, account):
    return InteractionFactory(account=account, author=people.chen, summary="年底换供应商")


@pytest.mark.parametrize(
    ("who", "status", "sent"),
    [
        ("chen", 302, True),  # wrote it
        ("second", 403, False),  # sees the customer, did not write it
        ("li", 403, False),
        ("sun", 404, False),
        ("zhou", 404, False),
        ("he", 404, False),
    ],
)
def test_who_may_report_a_contact(client, people, talk, who, status, sent):
    if who == "second":
        AssignmentFactory(account=talk.account, user=people.sun, kind="second")
    client.force_login(people.sun if who == "second" else getattr(people, who))
    answer = client.post(f"/visits/reports/new/{talk.pk}/", {"summary": "请安排共同拜访"})
    assert answer.status_code == status
    report = ContactReport.objects.filter(interaction=talk, sent_to=people.li)
    assert report.exists() is sent
    assert Notice.objects.filter(person=people.li, verb="contact_reported").exists() is sent


@pytest.mark.parametrize("case", ["void", "empty", "again", "top"])
def test_what_cannot_be_reported(client, people, account, talk, case):
    if case == "void":
        talk.voided_at, talk.void_reason = timezone.now(), "写错客户"
        talk.save()
    if case == "again":
        ContactReportFactory(interaction=talk, sent_to=people.li)
    if case == "top":
        talk = InteractionFactory(account=account, author=people.wang)
    client.force_login(people.wang if case == "top" else people.chen)
    before = ContactReport.objects.count()
    words = "" if case == "empty" else "请安排"
    answer = client.post(f"/visits/reports/new/{talk.pk}/", {"summary": words})
    assert answer.status_code == (422 if case == "empty" else 403)
    assert ContactReport.objects.count() == before


@pytest.mark.parametrize(
    ("who", "status", "read"),
    [("li", 302, True), ("chen", 302, False), ("wang", 302, False), ("zhao", 404, False)],
)
def test_only_whoever_it_was_sent_to_marks_it_read(client, people, talk, who, status, read):
    report = ContactReportFactory(interaction=talk, sent_to=people.li)
    client.force_login(getattr(people, who))
    answer = client.post(f"/visits/reports/{report.pk}/read/", {"remark": "下周二一起去"})
    report.refresh_from_db()
    assert answer.status_code == status
    assert (report.read_at is not None) is read
    assert report.remark == ("下周二一起去" if read else "")
    assert Notice.objects.filter(person=people.chen, verb="report_remarked").exists() is read


def test_a_second_reading_changes_nothing(client, people, talk):
    report = ContactReportFactory(interaction=talk, sent_to=people.li)
    client.force_login(people.li)
    client.post(f"/visits/reports/{report.pk}/read/", {"remark": "好"})
    client.post(f"/visits/reports/{report.pk}/read/", {"remark": "改"})
    report.refresh_from_db()
    assert report.remark == "好"


def test_the_lists_divide_by_who_reads_and_who_wrote(client, people, talk):
    report = ContactReportFactory(interaction=talk, sent_to=people.li)
    other = InteractionFactory(account=AccountFactory(owner=people.zhou), author=people.zhou)
    foreign = ContactReportFactory(interaction=other, sent_to=people.zhao)
    seen = {}
    for who in ("li", "chen", "zhao", "wang"):
        client.force_login(getattr(people, who))
        for show in ("to_read", "sent", "all"):
            page = client.get("/visits/reports/", {"show": show}).context["page"]
            seen[who, show] = set(page.object_list)
    assert seen == {
        ("li", "to_read"): {report}, ("li", "sent"): set(), ("li", "all"): {report},
        ("chen", "to_read"): set(), ("chen", "sent"): {report}, ("chen", "all"): {report},
        ("zhao", "to_read"): {foreign}, ("zhao", "sent"): set(), ("zhao", "all"): {foreign},
        ("wang", "to_read"): set(), ("wang", "sent"): set(), ("wang", "all"): {report, foreign},
    }  # fmt: skip


def test_the_writer_is_offered_it_beside_the_record(client, people, talk):
    address = f"/visits/reports/new/{talk.pk}/"
    for who, offered in (("chen", True), ("li", False)):
        client.force_login(getattr(people, who))
        page = client.get(f"/accounts/{talk.account_id}/").content.decode()
        assert (address in page) is offered


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("contact_report_has_words", {"summary": ""}),
        ("contact_report_remark_when_read", {"remark": "好"}),
    ],
)
def test_the_database_refuses_what_no_form_lets_through(people, talk, name, values):
    report = ContactReportFactory(interaction=talk, sent_to=people.li)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ContactReport.objects.filter(pk=report.pk).update(**values)
    with (
        pytest.raises(IntegrityError, match="contact_report_to_somebody_else"),
        transaction.atomic(),
    ):
        ContactReport.objects.filter(pk=report.pk).update(sent_to=people.chen)
    with (
        pytest.raises(IntegrityError, match="contact_report_once_per_reader"),
        transaction.atomic(),
    ):
        ContactReportFactory(interaction=talk, sent_to=people.li)


def test_a_superior_reads_and_remarks_on_a_record_nobody_reported(client, people, talk):
    looked = (("chen", 302, 0), ("sun", 404, 0), ("zhou", 404, 0), ("he", 404, 0), ("li", 302, 1))
    for who, status, count in (*looked, ("li", 302, 1), ("wang", 302, 2)):
        client.force_login(getattr(people, who))
        answer = client.post(f"/visits/reports/look/{talk.pk}/", {"remark": f"{who}已阅"})
        assert (answer.status_code, ContactReport.objects.count()) == (status, count), who
    reports = ContactReport.objects.filter(sent_by=people.chen, read_at__isnull=False)
    assert set(reports.values_list("sent_to__username", "remark")) == {
        ("li", "li已阅"),
        ("wang", "wang已阅"),
    }
    assert Notice.objects.filter(person=people.chen, verb="report_remarked").count() == 2


def test_a_remark_too_long_is_refused_and_nothing_marked_read(client, people, talk):
    report = ContactReportFactory(interaction=talk, sent_by=people.chen, sent_to=people.li)
    for who, page in (("li", f"{report.pk}/read"), ("wang", f"look/{talk.pk}")):
        client.force_login(getattr(people, who))
        answer = client.post(f"/visits/reports/{page}/", {"remark": "长" * 301}, follow=True)
        assert "301" in answer.content.decode(), who
    assert not ContactReport.objects.exclude(read_at=None).exists()
