"""Receptions: planned, prepared, recorded, thanked for, called off; by whom, in which state."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Account
from staff import policy
from staff.models import Notice, Role
from tests.factories import AccountFactory, AssignmentFactory, ContactPersonFactory, UserFactory
from tests.factories_visits import (
    DoneReceptionFactory,
    ReceptionFactory,
    ReceptionItemFactory,
    ReceptionVisitorFactory,
    VisitFactory,
)
from visits import reception_rank
from visits.models import Reception, ReceptionStatus
from visits.policies import PREPARATIONS

PLANNED, DONE, CANCELLED = ReceptionStatus
WHEN = "2099-03-02T10:00"


@pytest.fixture
def reception(people, account):
    made = ReceptionFactory(account=account, host=people.chen)
    ReceptionVisitorFactory(reception=made, name="赵总", importance="leader")
    return made


def in_state(state, people, account):
    """A reception of Chen's in each state, with one thing to prepare."""
    if state == DONE:
        made = DoneReceptionFactory(account=account, host=people.chen)
    else:
        reason = "客户改期" if state == CANCELLED else ""
        made = ReceptionFactory(
            account=account, host=people.chen, status=state, cancel_reason=reason
        )
    ReceptionItemFactory(reception=made, text="订会议室")
    return made


def plan_data(host, *visitors, **values):
    data = {
        "planned_at": WHEN,
        "minutes": 90,
        "purpose": "参观实验室",
        "level": "ordinary",
        "level_reason": "例行来访",
        "host": host.pk,
        "visitors-TOTAL_FORMS": len(visitors),
        "visitors-INITIAL_FORMS": 0,
    }
    for place, visitor in enumerate(visitors):
        row = {"name": "", "position": "", "unit": "", "importance": "staff", **visitor}
        data |= {f"visitors-{place}-{name}": value for name, value in row.items()}
    return data | values


ANSWERS = {
    "edit": {},  # filled in by the test: the host must be one's own choice
    "record": {"summary": "谈了年度协议", "happened_at": "2026-01-05T10:00"},
    "cancel": {"reason": "客户出差"},
    "thank": {"how": "电话致谢"},
    "items": {"text": "准备伴手礼"},
    "tick": {},
    "feedback": {"kind": "problem", "text": "报告晚了两天"},
}
# In which state each step is possible, and for whom; in every other state for nobody.
POSSIBLE = {
    "edit": PLANNED,
    "record": PLANNED,
    "cancel": PLANNED,
    "thank": DONE,
    "items": PLANNED,
    "tick": PLANNED,
    "feedback": DONE,
}
TAKING_PART = {"chen", "along", "li", "wang"}
ALLOWED = dict.fromkeys(POSSIBLE, TAKING_PART) | {"feedback": TAKING_PART | {"second"}}


def snapshot(reception):
    reception.refresh_from_db()
    heard = reception.interaction.feedback.count() if reception.interaction else 0
    ticked = reception.items.exclude(done_at=None).count()
    words = (reception.status, reception.purpose, reception.thanks, reception.cancel_reason)
    return (*words, reception.items.count(), ticked, heard)


@pytest.mark.parametrize("step", ANSWERS)
@pytest.mark.parametrize("state", [PLANNED, DONE, CANCELLED])
def test_who_may_take_which_step_in_which_state(client, people, account, step, state):
    """`second` looks after the customer without taking part; `along` accompanies the host."""
    second = UserFactory(reports_to=people.zhao, region=people.south)
    along = UserFactory(reports_to=people.li, region=people.east)
    for person in (second, along):
        AssignmentFactory(account=account, user=person, kind="second")
    cast = {name: getattr(people, name) for name in ("chen", "li", "wang", "sun", "zhou", "he")}
    for who, user in {**cast, "second": second, "along": along}.items():
        with transaction.atomic():
            reception = in_state(state, people, account)
            reception.colleagues.add(along)
            before = snapshot(reception)
            client.force_login(user)
            answers = {**ANSWERS[step]}
            if step == "edit":
                answers = plan_data(people.chen, {"name": "钱工"}, purpose="改谈价格")
            path = f"items/{reception.items.get().pk}/tick" if step == "tick" else step
            response = client.post(f"/visits/receptions/{reception.pk}/{path}/", answers)
            changed = snapshot(reception) != before
            if who in {"sun", "zhou", "he"}:
                assert response.status_code == 404, who
            assert changed is (state == POSSIBLE[step] and who in ALLOWED[step]), who
            transaction.set_rollback(True)


def test_a_plan_names_the_visitors_and_lists_what_to_prepare(client, people, account):
    ContactPersonFactory(account=account, name="贺工", position="设备部长")
    Account.objects.filter(pk=account.pk).update(tier="A1")
    client.force_login(people.chen)
    address = f"/visits/receptions/plan/{account.pk}/"
    form = client.get(address).context["form"]
    assert (form.initial["level"], "A1" in form.initial["level_reason"]) == ("vip", True)
    data = plan_data(
        people.li,
        {"name": "贺工"},
        {"name": "赵总", "position": "总经理", "unit": "长江集团", "importance": "leader"},
        {"name": ""},
        level="vip",
        level_reason="大客户 A1",
        colleagues=[people.chen.pk],
    )
    response = client.post(address, data)
    reception = Reception.objects.get()
    assert response.url == reception.get_absolute_url()
    assert (reception.host, reception.created_by, reception.level) == (
        people.li, people.chen, "vip"
    )  # fmt: skip
    rows = list(reception.visitors.values_list("name", "unit", "position", "importance"))
    assert rows == [
        ("贺工", account.name, "设备部长", "staff"),
        ("赵总", "长江集团", "总经理", "leader"),
    ]
    assert list(reception.colleagues.all()) == [people.chen]
    texts = list(reception.items.values_list("text", flat=True))
    assert texts == policy.in_force()[PREPARATIONS["vip"]]
    notice = Notice.objects.get(person=people.li)
    assert (notice.verb, notice.url) == ("reception_host", reception.get_absolute_url())


@pytest.mark.parametrize(
    "visitors",
    [
        [],
        [{"name": ""}],
        [{"name": "", "position": "总经理"}],
        [{"name": "赵总"}, {"name": "赵总"}],
    ],
)
def test_a_plan_without_clear_visitors_is_refused(client, people, account, visitors):
    client.force_login(people.chen)
    address = f"/visits/receptions/plan/{account.pk}/"
    response = client.post(address, plan_data(people.chen, *visitors))
    assert (response.status_code, Reception.objects.count()) == (422, 0)
    assert "参观实验室" in response.content.decode()  # what was typed is still there


def test_a_host_must_see_the_customer(client, people, account):
    client.force_login(people.chen)
    address = f"/visits/receptions/plan/{account.pk}/"
    response = client.post(address, plan_data(people.sun, {"name": "赵总"}))
    assert (response.status_code, Reception.objects.count()) == (422, 0)
    assert people.sun.name in response.content.decode()


def test_a_changed_plan_keeps_who_still_comes_and_what_is_prepared(client, people, reception):
    item = ReceptionItemFactory(
        reception=reception, text="订会议室", done_at=timezone.now(), done_by=people.chen
    )
    zhao = reception.visitors.get()
    ReceptionVisitorFactory(reception=reception, name="不来了")
    client.force_login(people.chen)
    data = plan_data(
        people.chen, {"name": "赵总"}, {"name": "钱工"}, level="vip", level_reason="董事长同行"
    )
    client.post(f"/visits/receptions/{reception.pk}/edit/", data)
    assert set(reception.visitors.values_list("name", flat=True)) == {"赵总", "钱工"}
    assert reception.visitors.get(name="赵总").pk == zhao.pk
    texts = set(reception.items.values_list("text", flat=True))
    assert texts == {"订会议室", *policy.in_force()[PREPARATIONS["vip"]]}
    item.refresh_from_db()
    assert item.done_by == people.chen


def test_a_recorded_reception_has_a_contact_record_of_the_customer(client, people, reception):
    client.force_login(people.chen)
    client.post(
        f"/visits/receptions/{reception.pk}/record/",
        {"summary": "赵总同意续签", "happened_at": "2026-01-05T23:30", "next_step": "寄合同",
         "next_step_on": "2026-01-09"},
    )  # fmt: skip
    reception.refresh_from_db()
    record = reception.interaction
    assert (record.direction, record.channel, record.purpose) == ("in", "meeting", "参观实验室")
    assert (reception.status, reception.done_on) == (DONE, dt.date(2026, 1, 5))
    note = SimpleUploadedFile("合影.txt", "照片".encode())
    client.post(f"/visits/receptions/{reception.pk}/files/", {"file": note})
    client.post(
        f"/visits/receptions/{reception.pk}/feedback/", {"kind": "problem", "text": "检测报告晚"}
    )
    client.post(f"/visits/receptions/{reception.pk}/thank/", {"how": "微信致谢"})
    page = client.get(reception.get_absolute_url()).content.decode()
    for words in ("赵总同意续签", "合影.txt", "检测报告晚", "微信致谢"):
        assert words in page
    assert "赵总同意续签" in client.get(f"/accounts/{reception.account_id}/").content.decode()


@pytest.mark.parametrize(
    ("importance", "host", "named"),
    [
        ("staff", "chen", ""),
        ("manager", "chen", "李慧敏"),
        ("manager", "li", ""),
        ("leader", "chen", "王建国"),
        ("leader", "li", "王建国"),
        ("leader", "wang", ""),
    ],
)
def test_visitors_are_received_by_somebody_of_their_rank(people, account, importance, host, named):
    reception = ReceptionFactory(account=account, host=getattr(people, host))
    ReceptionVisitorFactory(reception=reception)
    ReceptionVisitorFactory(reception=reception, importance=importance)
    words = reception_rank.warning(reception)
    assert (named in words) if named else not words
    if named:
        reception.colleagues.add(people.wang)
        assert not reception_rank.warning(Reception.objects.get(pk=reception.pk))


def test_the_rank_of_somebody_without_a_post_is_none(people):
    assert not reception_rank.matches(["manager"], [people.he])
    assert reception_rank.asked_post(["staff", "leader", "manager"]) == Role.MANAGER


def test_a_clash_warns_with_the_person_and_the_hour_only(client, people, reception):
    other = AccountFactory(name="别人的客户", owner=people.zhou)
    VisitFactory(account=other, visitor=people.chen, planned_at=reception.planned_at)
    client.force_login(people.chen)
    response = client.get(reception.get_absolute_url())
    assert [row.person for row in response.context["clashes"]] == [people.chen]
    assert "别人的客户" not in response.content.decode()


def test_calendar_day_and_feed_show_receptions(client, people, reception):
    from visits.workflow import feed

    client.force_login(people.chen)
    day = timezone.localdate(reception.planned_at).isoformat()
    for address in (f"/visits/calendar/?on={day}", f"/visits/today/?on={day}"):
        assert reception.get_absolute_url() in client.get(address).content.decode()
    token = feed.renew(actor=people.chen)
    text = client.get(f"/visits/feed/{token}.ics").content.decode()
    assert f"UID:reception-{reception.pk}@" in text


def test_the_list_divides_by_what_is_to_be_done(client, people, account):
    coming = ReceptionFactory(account=account, host=people.chen)
    late = ReceptionFactory(
        account=account, host=people.chen, planned_at=timezone.now() - dt.timedelta(days=2)
    )
    done = DoneReceptionFactory(account=account, host=people.chen)
    thanked = DoneReceptionFactory(
        account=account, host=people.chen, thanked_at=timezone.now(), thanked_by=people.chen,
        thanks="电话",
    )  # fmt: skip
    client.force_login(people.chen)
    tabs = {"coming": {coming}, "late": {late}, "thank": {done}, "done": {done, thanked}}
    for show, expected in tabs.items():
        page = client.get("/visits/receptions/", {"show": show}).context["page"]
        assert set(page.object_list) == expected
    nonsense = client.get("/visits/receptions/", {"since": "x"}).context["page"]
    assert not nonsense.object_list


def test_the_plan_prints_on_one_sheet(client, people, reception):
    ReceptionItemFactory(reception=reception, text="订会议室")
    client.force_login(people.chen)
    page = client.get(f"/visits/receptions/{reception.pk}/print/").content.decode()
    for words in ("赵总", "订会议室", reception.account.name, reception.level_reason):
        assert words in page


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("reception_status_known", {"status": "asked"}),
        ("reception_level_known", {"level": "royal"}),
        ("reception_level_has_a_reason", {"level_reason": ""}),
        ("reception_done_with_a_record", {"status": "done"}),
        ("reception_cancelled_with_a_reason", {"status": "cancelled"}),
        ("reception_thanked_after_it", {"thanked_at": timezone.now()}),
        ("reception_lasts_at_most_a_day", {"minutes": 1441}),
    ],
)
def test_the_database_refuses_what_no_form_lets_through(reception, name, values):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Reception.objects.filter(pk=reception.pk).update(**values)
