"""Development plans: written, reported, noted or approved; by whom and in which state."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from development.models import DevelopmentPlan, PlanStatus, PlanVerb, Prospect
from staff.models import Notice, PolicyValue
from tests.factories import AccountFactory
from tests.factories_plans import DevelopmentPlanFactory, ProspectFactory

DRAFT, REPORTED, NOTED, APPROVED = PlanStatus
FIELDS = {"year": 2027, "quarter": "", "scope": "压铸", "direction": "先大后小", "target": 6}


def in_state(state, people, *, needs_approval=False):
    """A plan of Li's in each state; Wang is the manager above."""
    values = {}
    if state != DRAFT:
        values = {"reported_to": people.wang, "reported_at": timezone.now()}
    if state in (NOTED, APPROVED):
        values |= {"answered_by": people.wang, "answered_at": timezone.now()}
    return DevelopmentPlanFactory(
        author=people.li, status=state, needs_approval=needs_approval, **values
    )


STEPS = {
    "edit": FIELDS,
    "report": {},
    "take-back": {},
    "note": {"remark": "按此执行"},
    "approve": {},
    "send-back": {"reason": "范围太宽"},
    "void": {"reason": "并入区域计划"},
}
# (step, state, asks for approval): who may take it.
ALLOWED = {
    ("edit", DRAFT, False): {"li"},
    ("report", DRAFT, False): {"li"},
    ("take-back", REPORTED, False): {"li"},
    ("take-back", REPORTED, True): {"li"},
    ("note", REPORTED, False): {"wang"},
    ("approve", REPORTED, True): {"wang"},
    ("send-back", REPORTED, True): {"wang"},
    **{("void", state, False): {"li", "wang"} for state in (DRAFT, REPORTED, NOTED)},
    ("void", REPORTED, True): {"li", "wang"},
    ("void", APPROVED, True): {"li", "wang"},
}
STATES = [(DRAFT, False), (REPORTED, False), (REPORTED, True), (NOTED, False), (APPROVED, True)]
OUTSIDE = {"zhao", "zhou", "he", "root"}


def test_who_may_take_which_step_in_which_state(client, people):
    plans = {row: in_state(row[0], people, needs_approval=row[1]) for row in STATES}
    wrong = []
    for who in ("li", "wang", "chen", "zhao", "zhou", "he", "root"):
        client.force_login(getattr(people, who))
        for (state, asks), plan in plans.items():
            for step, sent in STEPS.items():
                with transaction.atomic():
                    answer = client.post(f"/development/plans/{plan.pk}/{step}/", sent)
                    after = DevelopmentPlan.objects.get(pk=plan.pk)
                    moved = after.steps.exists() or after.direction != plan.direction
                    transaction.set_rollback(True)
                if moved is not (who in ALLOWED.get((step, state, asks), set())):
                    wrong.append((who, state, asks, step, "moved" if moved else "refused"))
                hidden = who in OUTSIDE or (who == "chen" and state == DRAFT)
                if (answer.status_code == 404) is not hidden:
                    wrong.append((who, state, asks, step, answer.status_code))
    assert not wrong


@pytest.mark.parametrize("asks", [False, True])
def test_reporting_follows_the_policy_of_that_day(client, people, asks):
    if asks:
        PolicyValue.objects.create(
            key="plan.approval", value=True, effective_from=timezone.localdate(),
            set_by=people.wang, reason="本公司要求审批",
        )  # fmt: skip
    plan = in_state(DRAFT, people)
    analysed = ProspectFactory(plan=plan, stage="analysed", situation="三条产线")
    listed = ProspectFactory(plan=plan)
    client.force_login(people.li)
    client.post(f"/development/plans/{plan.pk}/report/")
    plan.refresh_from_db()
    assert (plan.status, plan.reported_to, plan.needs_approval) == (REPORTED, people.wang, asks)
    stages = dict(Prospect.objects.values_list("pk", "stage"))
    assert stages == {analysed.pk: "reported", listed.pk: "listed"}
    assert Notice.objects.get(person=people.wang).verb == "plan_reported"
    client.force_login(people.wang)
    page = client.get("/development/?show=waiting")
    assert [row for row, _count in page.context["lines"]] == [plan]
    client.post(f"/development/plans/{plan.pk}/{'approve' if asks else 'note'}/", {"remark": "好"})
    plan.refresh_from_db()
    assert plan.status == (APPROVED if asks else NOTED)
    assert plan.steps.filter(actor=people.wang, note="好").exists()


def test_sent_back_it_is_a_draft_with_the_reason(client, people):
    plan = in_state(REPORTED, people, needs_approval=True)
    waiting = ProspectFactory(plan=plan, stage="reported", situation="三条产线")
    begun = ProspectFactory(
        plan=plan, stage="channel", situation="三条产线", channel="设备部", method="phone"
    )
    client.force_login(people.wang)
    assert client.post(f"/development/plans/{plan.pk}/send-back/", {}).status_code == 422
    client.post(f"/development/plans/{plan.pk}/send-back/", {"reason": "范围太宽"})
    plan.refresh_from_db()
    assert plan.status == DRAFT
    assert plan.steps.get(verb=PlanVerb.SENT_BACK).note == "范围太宽"
    stages = dict(Prospect.objects.values_list("pk", "stage"))
    assert stages == {waiting.pk: "analysed", begun.pk: "channel"}


def test_whoever_stands_at_the_top_is_told_that_the_plan_holds(client, people):
    plan = DevelopmentPlanFactory(author=people.wang)
    client.force_login(people.wang)
    client.post(f"/development/plans/{plan.pk}/report/")
    plan.refresh_from_db()
    assert plan.status == DRAFT
    assert plan.report_blocker(people.wang)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"scope": ""}, "scope"), ({"direction": " "}, "direction"), ({"year": 1890}, "year"),
     ({"quarter": 5}, "quarter"), ({"target": -1}, "target")],
)  # fmt: skip
def test_a_plan_says_what_is_wrong_at_its_field(client, people, wrong, field):
    client.force_login(people.li)
    answer = client.post("/development/plans/new/", {**FIELDS, **wrong})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not DevelopmentPlan.objects.exists()


def test_a_plan_is_written_by_its_author(client, people):
    client.force_login(people.chen)
    answer = client.post("/development/plans/new/", {**FIELDS, "quarter": 2})
    plan = DevelopmentPlan.objects.get()
    assert answer.url == plan.get_absolute_url()
    assert (plan.author, plan.quarter, plan.status) == (people.chen, 2, DRAFT)
    client.force_login(people.he)
    assert client.post("/development/plans/new/", FIELDS).status_code == 403


@pytest.mark.parametrize(
    ("who", "drafts", "reported"),
    [("chen", "c", "cl"), ("li", "cl", "cl"), ("wang", "cl", "cl"), ("sun", "", "l"),
     ("zhou", "", ""), ("zhao", "", ""), ("he", "", "")],
)  # fmt: skip
def test_who_sees_which_plans(people, who, drafts, reported):
    plans = {
        "c": DevelopmentPlanFactory(author=people.chen),
        "l": DevelopmentPlanFactory(author=people.li),
    }
    seen = DevelopmentPlan.objects.visible_to(getattr(people, who))
    assert set(seen) == {plans[letter] for letter in drafts}
    DevelopmentPlan.objects.update(
        status=REPORTED, reported_to=people.wang, reported_at=timezone.now()
    )
    assert set(seen.all()) == {plans[letter] for letter in reported}


def test_a_superiors_plan_shows_only_the_readers_own_prospects(client, people):
    plan = in_state(NOTED, people)
    mine = ProspectFactory(
        plan=plan, account=AccountFactory(owner=people.chen, standing="prospect")
    )
    ProspectFactory(plan=plan, account=AccountFactory(owner=people.sun, standing="prospect"))
    client.force_login(people.chen)
    page = client.get(plan.get_absolute_url())
    assert list(page.context["page"].object_list) == [mine]
    assert page.context["progress"].total == 1


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("plan_(answered_when_noted|status_known)", {"status": "asked"}),
        ("plan_year_sensible", {"year": 1999}),
        ("plan_quarter_known", {"quarter": 5}),
        ("plan_has_scope_and_direction", {"scope": ""}),
        ("plan_reported_to_somebody", {"status": "reported"}),
        ("plan_answered_when_noted", {"answered_by": "wang"}),
        ("plan_void_has_a_reason", {"voided_at": timezone.now()}),
    ],
)
def test_the_database_refuses_what_no_form_lets_through(people, name, values):
    plan = in_state(DRAFT, people)
    values = {key: people.wang if value == "wang" else value for key, value in values.items()}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        DevelopmentPlan.objects.filter(pk=plan.pk).update(**values)


def test_nobody_answers_their_own_plan_whatever_the_door(people):
    plan = in_state(NOTED, people)
    with (
        pytest.raises(IntegrityError, match="plan_not_answered_by_its_author"),
        transaction.atomic(),
    ):
        DevelopmentPlan.objects.filter(pk=plan.pk).update(answered_by=people.li)
    with (
        pytest.raises(IntegrityError, match="plan_approved_where_policy_asks"),
        transaction.atomic(),
    ):
        DevelopmentPlan.objects.filter(pk=plan.pk).update(status=APPROVED)
