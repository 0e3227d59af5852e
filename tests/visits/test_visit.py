"""Visits: planned, moved, arrived at, recorded and called off, by whom and in which state."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Interaction
from staff.models import Task, TaskKind
from tests.factories import AccountFactory, ContactPersonFactory
from tests.factories_visits import DoneVisitFactory, VisitFactory
from visits.models import Visit, VisitStatus

PLANNED, DONE, CANCELLED = VisitStatus.PLANNED, VisitStatus.DONE, VisitStatus.CANCELLED
WHEN = "2099-03-02T10:00"


@pytest.fixture
def visit(people, account):
    return VisitFactory(account=account, visitor=people.chen)


def in_state(state, people, account):
    """A visit of Chen's in each state."""
    if state == DONE:
        return DoneVisitFactory(account=account, visitor=people.chen)
    reason = "客户改期" if state == CANCELLED else ""
    return VisitFactory(account=account, visitor=people.chen, status=state, cancel_reason=reason)


ANSWERS = {
    "edit": {"purpose": "改谈价格", "planned_at": WHEN, "minutes": 30, "visitor": ""},
    "record": {"summary": "同意试用", "happened_at": "2026-01-05T10:00", "purpose": "试用"},
    "cancel": {"reason": "客户出差"},
    "check_in": {},
}
RESULT = {"edit": PLANNED, "record": DONE, "cancel": CANCELLED, "check_in": PLANNED}
# Who may take which step in a planned visit; in every other state nobody may.
ALLOWED = {
    "edit": {"chen", "li", "wang"},
    "record": {"chen", "li", "wang"},
    "cancel": {"chen", "li", "wang"},
    "check_in": {"chen"},
}


@pytest.mark.parametrize("step", ANSWERS)
@pytest.mark.parametrize("state", [PLANNED, DONE, CANCELLED])
@pytest.mark.parametrize("who", ["chen", "second", "li", "wang", "sun", "zhou", "he", "root"])
def test_who_may_take_which_step_in_which_state(client, people, account, step, state, who):
    visit = in_state(state, people, account)
    if who == "second":  # sees the customer, but it is not their visit
        from tests.factories import AssignmentFactory

        AssignmentFactory(account=account, user=people.sun, kind="second")
    user = people.sun if who == "second" else getattr(people, who)
    client.force_login(user)
    answers = {**ANSWERS[step]}
    if step == "edit":
        answers["visitor"] = user.pk
    before = (visit.status, visit.arrived_at, visit.purpose)
    path = step.replace("_", "-")
    response = client.post(f"/visits/{visit.pk}/{path}/", answers)
    visit.refresh_from_db()
    if who in {"sun", "zhou", "he", "root"}:
        assert response.status_code == 404
    allowed = state == PLANNED and who in ALLOWED[step]
    if allowed:
        assert response.status_code == 302
        assert visit.status == RESULT[step]
        assert (visit.arrived_at is not None) is (step == "check_in")
    else:
        assert (visit.status, visit.arrived_at, visit.purpose) == before


def test_a_recorded_visit_has_a_contact_record_and_adds_only_its_own(client, people, visit):
    person = ContactPersonFactory(account=visit.account, name="贺工")
    client.force_login(people.chen)
    client.post(
        f"/visits/{visit.pk}/record/",
        {
            "summary": "油温偏高",
            "told": "建议换油",
            "happened_at": "2026-01-05T10:00",
            "purpose": "技术交流",
            "contact_people": [person.pk],
            "colleagues": [people.li.pk],
            "next_step": "寄样品",
            "next_step_on": "2026-01-09",
        },
    )
    visit.refresh_from_db()
    record = visit.interaction
    assert (record.channel, record.summary, record.purpose) == ("visit", "油温偏高", "技术交流")
    assert (record.author, record.contact_person) == (people.chen, person)
    assert (record.next_step, record.next_step_on) == ("寄样品", dt.date(2026, 1, 9))
    assert visit.told == "建议换油"
    assert list(visit.colleagues.all()) == [people.li]
    page = client.get(f"/accounts/{visit.account_id}/").content.decode()
    assert "油温偏高" in page


def test_a_visit_that_nobody_planned_is_recorded_in_one_step(client, people, account):
    client.force_login(people.chen)
    address = f"/visits/record/{account.pk}/"
    form = client.get(address).context["form"]
    given = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    response = client.post(
        address,
        {
            "summary": "顺路去看了",
            "purpose": given["purpose"],
            "happened_at": given["happened_at"].strftime("%Y-%m-%dT%H:%M"),
        },
    )
    visit = Visit.objects.get()
    assert response.url == visit.get_absolute_url()
    assert (visit.status, visit.visitor, visit.created_by) == (DONE, people.chen, people.chen)


def test_a_record_of_the_future_is_refused_and_nothing_is_half_written(client, people, visit):
    client.force_login(people.chen)
    response = client.post(
        f"/visits/{visit.pk}/record/",
        {"summary": "见面", "happened_at": "2099-01-05T10:00", "purpose": "谈价"},
    )
    assert response.status_code == 422
    visit.refresh_from_db()
    assert visit.status == PLANNED
    assert not Interaction.objects.exists()


@pytest.mark.parametrize(
    ("sent", "latitude"),
    [
        ({}, None),
        ({"latitude": "31.2345678", "longitude": "121.4"}, Decimal("31.23457")),
        ({"latitude": "31.2", "longitude": "121.4", "accuracy": "12.6"}, Decimal("31.2")),
        ({"latitude": "91", "longitude": "121.4"}, None),
        ({"latitude": "31.2", "longitude": ""}, None),
        ({"latitude": "NaN", "longitude": "x"}, None),
    ],
)
def test_checking_in_works_with_and_without_a_place(client, people, visit, sent, latitude):
    client.force_login(people.chen)
    client.post(f"/visits/{visit.pk}/check-in/", sent)
    visit.refresh_from_db()
    assert abs(timezone.now() - visit.arrived_at) < dt.timedelta(minutes=1)
    assert visit.latitude == latitude


def test_the_arrival_is_noted_once(client, people, visit):
    client.force_login(people.chen)
    client.post(f"/visits/{visit.pk}/check-in/")
    visit.refresh_from_db()
    first = visit.arrived_at
    client.post(f"/visits/{visit.pk}/check-in/", {"latitude": "31", "longitude": "121"})
    visit.refresh_from_db()
    assert (visit.arrived_at, visit.latitude) == (first, None)


def test_nobody_plans_for_somebody_outside_their_line(client, people, account):
    client.force_login(people.chen)
    address = f"/visits/plan/{account.pk}/"
    given = {"purpose": "拜访", "planned_at": WHEN, "minutes": 60}
    assert client.post(address, {**given, "visitor": people.li.pk}).status_code == 422
    assert client.post(address, {**given, "visitor": people.chen.pk}).status_code == 302
    client.force_login(people.li)
    assert client.post(address, {**given, "visitor": people.chen.pk}).status_code == 302
    assert Visit.objects.filter(visitor=people.chen).count() == 2


def test_the_visitor_must_be_able_to_open_the_file(client, people, account):
    """Sun is of Li's line, but the customer is Chen's: the visit would be closed to her."""
    client.force_login(people.li)
    given = {"planned_at": WHEN, "minutes": 60, "purpose": "走访", "visitor": people.sun.pk}
    response = client.post(f"/visits/plan/{account.pk}/", given)
    assert (response.status_code, Visit.objects.count()) == (422, 0)
    assert people.sun.name in response.content.decode()
    visit = VisitFactory(account=account, visitor=people.chen)
    response = client.post(f"/visits/{visit.pk}/edit/", given)
    visit.refresh_from_db()
    assert (response.status_code, visit.visitor) == (422, people.chen)


def test_a_follow_up_is_a_task_and_a_photo_stays_with_the_record(client, people, account):
    visit = DoneVisitFactory(account=account, visitor=people.chen)
    client.force_login(people.chen)
    client.post(
        f"/visits/{visit.pk}/follow-up/",
        {"title": "寄样品", "assignee": people.chen.pk, "due_on": "2099-01-05"},
    )
    task = Task.objects.get()
    assert (task.kind, task.assignee) == (TaskKind.FOLLOW_UP, people.chen)
    assert visit.follow_ups.get().task == task
    note = SimpleUploadedFile("现场.txt", "三号机".encode())
    client.post(f"/visits/{visit.pk}/files/", {"file": note, "title": "现场"})
    assert visit.interaction.attachments.get().name == "现场.txt"
    client.post(f"/visits/{visit.pk}/feedback/", {"kind": "problem", "text": "渗油"})
    assert visit.interaction.feedback.get().text == "渗油"
    page = client.get(visit.get_absolute_url()).content.decode()
    assert "寄样品" in page
    assert "现场.txt" in page
    assert "渗油" in page


def test_a_file_needs_the_record_first(client, people, visit):
    client.force_login(people.chen)
    note = SimpleUploadedFile("现场.txt", "三号机".encode())
    assert client.post(f"/visits/{visit.pk}/files/", {"file": note}).status_code == 403
    assert not visit.account.attachments.exists()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("visit_status_known", {"status": "asked"}),
        ("visit_done_with_a_record", {"status": "done"}),
        ("visit_cancelled_with_a_reason", {"status": "cancelled"}),
        ("visit_has_a_purpose", {"purpose": ""}),
        ("visit_lasts_at_most_a_day", {"minutes": 1441}),
        ("visit_place_only_after_arrival", {"latitude": 31, "longitude": 121}),
        ("visit_place_only_after_arrival", {"arrived_at": timezone.now(), "latitude": 31}),
    ],
)
def test_the_database_refuses_what_no_form_lets_through(visit, name, values):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Visit.objects.filter(pk=visit.pk).update(**values)


@pytest.mark.parametrize("who", ["chen", "li", "wang", "sun", "zhou", "zhao", "he", "root"])
def test_who_sees_a_visit(people, account, visit, who):
    other = VisitFactory(account=AccountFactory(owner=people.zhou), visitor=people.zhou)
    seen = set(Visit.objects.visible_to(getattr(people, who)))
    expected = {
        "chen": {visit}, "li": {visit}, "wang": {visit, other}, "zhou": {other}, "zhao": {other}
    }  # fmt: skip
    assert seen == expected.get(who, set())


def test_the_list_divides_by_what_is_to_be_done(client, people, account):
    coming = VisitFactory(account=account, visitor=people.chen)
    late = VisitFactory(
        account=account, visitor=people.chen, planned_at=timezone.now() - dt.timedelta(days=2)
    )
    done = DoneVisitFactory(account=account, visitor=people.chen)
    client.force_login(people.chen)
    for show, expected in {"coming": [coming], "late": [late], "done": [done]}.items():
        page = client.get("/visits/", {"show": show}).context["page"]
        assert list(page.object_list) == expected
    narrowed = client.get(
        "/visits/", {"show": "all", "q": account.name[:4], "person": people.chen.pk}
    )
    assert len(narrowed.context["page"].object_list) == 3
    assert not client.get("/visits/", {"since": "nonsense"}).context["page"].object_list


def test_the_choice_of_a_customer_leads_to_pages_that_exist(client, people, account):
    client.force_login(people.chen)
    for page in ("plan", "record", "reception"):
        answer = client.get(f"/visits/choose/{page}/", {"customer": account.name})
        assert client.get(answer.url).status_code == 200
    assert client.get("/visits/choose/nonsense/", {"customer": account.name}).status_code == 404
