"""Applications for recognition (S1 第6–7条): every step × role × state, and what never happens."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Standing
from accounts.tiering import Verdict
from development.models import RecognitionApplication, RecognitionStep
from development.recognition_deciders import decide_blocker, deciders
from development.recognition_policy import LEVELS, WAIVER
from development.workflow import deputy as deputy_workflow
from development.workflow import recognition as workflow
from development.workflow import survey as survey_workflow
from staff.models import PolicyValue, Role
from staff.transitions import TransitionDenied
from tests.factories import AccountFactory, UserFactory
from tests.factories_recognition import (
    DeputyFactory,
    RecognitionLineFactory,
    in_state,
    ready,
    submitted,
)

pytestmark = pytest.mark.usefixtures("without_duties")
TODAY = timezone.localdate()
STATES = [
    "draft", "waiting_supervisor", "waiting_manager", "sent_back", "approved", "refused",
    "withdrawn",
]  # fmt: skip
STEPS = {
    "edit": lambda a, who: workflow.edit(a, actor=who, values={"reasons": "补充说明"}),
    "submit": lambda a, who: workflow.submit(a, actor=who),
    "approve": lambda a, who: workflow.approve(a, actor=who),
    "refuse": lambda a, who: workflow.refuse(a, actor=who, note="不符合"),
    "send_back": lambda a, who: workflow.send_back(a, actor=who, note="补材料"),
    "withdraw": lambda a, who: workflow.withdraw(a, actor=who, reason="暂缓"),
}
EDIT = {"chen", "li", "wang", "zhao", "boss"}  # the page lets only those who see it come so far
ALLOWED = {
    ("edit", "draft"): EDIT,
    ("edit", "sent_back"): EDIT,
    ("submit", "draft"): {"chen"},
    ("submit", "sent_back"): {"chen"},
    ("withdraw", "draft"): {"chen"},
    ("withdraw", "waiting_supervisor"): {"chen"},
    ("withdraw", "waiting_manager"): {"chen"},
    ("withdraw", "sent_back"): {"chen"},
    ("approve", "waiting_supervisor"): {"li"},
    ("refuse", "waiting_supervisor"): {"li"},
    ("send_back", "waiting_supervisor"): {"li"},
    ("approve", "waiting_manager"): {"wang"},
    ("refuse", "waiting_manager"): {"wang"},
    ("send_back", "waiting_manager"): {"wang"},
}
RESULT = {
    ("edit", "draft"): "draft",
    ("edit", "sent_back"): "sent_back",
    ("submit", "draft"): "submitted",
    ("submit", "sent_back"): "submitted",
    ("approve", "waiting_supervisor"): "submitted",
    ("approve", "waiting_manager"): "approved",
    **{("refuse", f"waiting_{post}"): "refused" for post in ("supervisor", "manager")},
    **{("send_back", f"waiting_{post}"): "sent_back" for post in ("supervisor", "manager")},
    **{("withdraw", state): "withdrawn" for state in STATES},
}
PEOPLE = ["chen", "li", "wang", "sun", "zhao", "zhou", "he", "root", "boss"]


@pytest.fixture
def boss(people):
    """A second manager, beside Wang, above nobody."""
    people.boss = UserFactory(username="boss", name="何总", role=Role.MANAGER)
    return people.boss


def test_every_step_by_everybody_in_every_state(people, boss):
    wrong = []
    for state in STATES:
        with transaction.atomic():
            application = in_state(state, AccountFactory(owner=people.chen), people)
            for step, act in STEPS.items():
                for who in PEOPLE:
                    if problem := tried(application, state, step, act, getattr(people, who)):
                        wrong.append((state, step, who, problem))
            transaction.set_rollback(True)
    assert not wrong


def tried(application, state, step, act, person):
    """What is wrong with this step by this person; it leaves nothing behind."""
    before = (application.status, application.level, application.round)
    count = application.steps.count()
    with transaction.atomic():
        try:
            act(application, person)
            done = True
        except TransitionDenied:
            done = False
        fresh = RecognitionApplication.objects.get(pk=application.pk)
        after = (fresh.status, fresh.level, fresh.round)
        last = fresh.steps.select_related("actor").last()
        left_a_trace = after != before or fresh.steps.count() != count
        transaction.set_rollback(True)
    if done != (person.username in ALLOWED.get((step, state), set())):
        return "taken" if done else "refused"
    if done and fresh.status != RESULT[step, state]:
        return fresh.status
    if done and last.actor != person:
        return "in another's name"
    return "left a trace" if not done and left_a_trace else ""


def test_approved_by_both_the_customer_is_a_key_account(people, account):
    application = submitted(account, people.chen, tier_asked="A2")
    assert application.expected_volume == Decimal("260000")
    verdict = Verdict.from_json(application.verdict)
    assert verdict.volume.amount == Decimal("260000")
    assert application.tier_policy.version == verdict.policy_version
    workflow.approve(application, actor=people.li, note="同意")
    account.refresh_from_db()
    assert account.standing != Standing.KEY
    application = workflow.approve(application, actor=people.wang, tier="A2", note="看好")
    account.refresh_from_db()
    assert (account.standing, account.tier) == (Standing.KEY, "A2")
    assert (account.recognised_on, account.business_type) == (TODAY, "none")
    assert application.tier_decision.decided_by == people.wang
    assert application.decided_by == people.wang
    verbs = list(application.steps.values_list("verb", "actor__username", "level", "round"))
    assert verbs == [
        ("submitted", "chen", 0, 1), ("approved", "li", 0, 1), ("approved", "wang", 1, 1),
    ]  # fmt: skip


def test_it_comes_back_to_the_level_that_sent_it_back(people, account):
    application = in_state("waiting_manager", account, people)
    workflow.send_back(application, actor=people.wang, note="补报价")
    workflow.edit(application, actor=people.chen, values={"reasons": "已补报价"})
    application = workflow.submit(application, actor=people.chen)
    assert (application.post, application.level, application.round) == ("manager", 1, 2)
    assert decide_blocker(application, people.li)
    application = workflow.approve(application, actor=people.wang)
    assert application.status == "approved"


def test_whoever_changed_it_after_submission_does_not_decide_it(people, account, english):
    application = in_state("sent_back", account, people)
    workflow.edit(application, actor=people.li, values={"reasons": "主管改过"})
    application = workflow.submit(application, actor=people.chen)
    with pytest.raises(TransitionDenied, match="changed it after it was submitted"):
        workflow.approve(application, actor=people.li)
    assert not RecognitionApplication.objects.waiting_for(people.li).exists()
    row = RecognitionApplication.objects.with_decider().get()
    assert row.decider_id is None
    assert "deputy, is needed" in decide_blocker(application, people.zhao)
    DeputyFactory(absent=people.li, deputy=people.zhao)
    assert workflow.approve(application, actor=people.zhao).level == 1


# --- whose turn it is ------------------------------------------------------------------------
def test_a_supervisors_own_goes_to_the_manager(people, account):
    application = submitted(account, people.li)
    assert application.levels == ["manager"]
    assert [row.user for row in deciders(application)] == [people.wang]
    assert workflow.approve(application, actor=people.wang).status == "approved"


def test_a_managers_own_waits_for_another_manager_and_says_so(people, account, english):
    application = submitted(account, people.wang)
    assert deciders(application) == []
    assert "nobody holds the post" in decide_blocker(application, people.li)
    assert RecognitionApplication.objects.with_decider().get().decider_id is None
    boss = UserFactory(role=Role.MANAGER, name="何总")
    assert [row.user for row in deciders(application)] == [boss]
    assert RecognitionApplication.objects.waiting_for(boss).get() == application
    assert RecognitionApplication.objects.with_decider().get().decider_id == boss.pk
    assert workflow.approve(application, actor=boss).decided_by == boss


def test_no_level_is_skipped_where_nobody_holds_its_post(people, english):
    straight = UserFactory(reports_to=people.wang)
    application = submitted(AccountFactory(owner=straight), straight)
    assert application.post == "supervisor"
    assert "nobody holds the post" in decide_blocker(application, people.wang)
    with pytest.raises(TransitionDenied):
        workflow.approve(application, actor=people.wang)


@pytest.mark.parametrize(
    ("offset", "may"), [((-3, -1), False), ((-1, 0), True), ((0, 5), True), ((1, 5), False)]
)
def test_a_deputy_decides_within_the_dates(people, account, offset, may):
    start, end = (TODAY + dt.timedelta(days=days) for days in offset)
    DeputyFactory(absent=people.li, deputy=people.zhao, starts_on=start, ends_on=end)
    application = submitted(account, people.chen)
    assert (not decide_blocker(application, people.zhao)) is may
    assert RecognitionApplication.objects.waiting_for(people.zhao).exists() is may
    assert RecognitionApplication.objects.visible_to(people.zhao).exists() is may
    nominal = RecognitionApplication.objects.with_decider().get().decider_id
    assert nominal == (people.zhao.pk if may else people.li.pk)
    if may:
        workflow.approve(application, actor=people.zhao)
        assert application.steps.last().acting_for == people.li
        assert not RecognitionApplication.objects.waiting_for(people.zhao).exists()
        assert RecognitionApplication.objects.visible_to(people.zhao).exists()


def test_one_person_does_not_decide_two_levels(people, account, english):
    DeputyFactory(absent=people.li, deputy=people.wang)
    application = submitted(account, people.chen)
    application = workflow.approve(application, actor=people.wang)
    with pytest.raises(TransitionDenied, match="another level"):
        workflow.approve(application, actor=people.wang)


@pytest.mark.parametrize(("who", "may"), [("li", True), ("wang", True), ("zhao", False)])
def test_who_names_a_deputy(people, who, may):
    row = DeputyFactory.build(absent=people.li, deputy=people.zhao, starts_on=TODAY)
    if may:
        assert deputy_workflow.name(row, actor=getattr(people, who)).named_by_id
    else:
        with pytest.raises(TransitionDenied):
            deputy_workflow.name(row, actor=getattr(people, who))


def test_the_list_and_the_case_agree_on_whose_turn_it_is(people, boss):
    """`waiting_for` in SQL and `deciders` in Python are one rule."""
    DeputyFactory(absent=people.li, deputy=people.zhao)
    DeputyFactory(absent=people.wang, deputy=people.li)
    for applicant in (people.chen, people.sun, people.zhou, people.li, people.wang, people.boss):
        application = submitted(AccountFactory(owner=people.chen), applicant)
        if applicant == people.sun:
            workflow.approve(application, actor=people.li)
    everybody = [getattr(people, who) for who in PEOPLE]
    for application in RecognitionApplication.objects.all():
        by_list = {
            user.pk
            for user in everybody
            if RecognitionApplication.objects.waiting_for(user).filter(pk=application.pk).exists()
        }
        assert by_list == {row.user.pk for row in deciders(application)}, application.applicant


# --- principles and policy -------------------------------------------------------------------
@pytest.mark.parametrize("verdict", ["not_met", "unknown"])
@pytest.mark.parametrize("waiver", [False, True])
def test_a_principle_not_met_blocks_approval(people, account, verdict, waiver):
    if waiver:
        decide(people, WAIVER.key, True)
    application = submitted(account, people.chen, verdict=verdict)
    assert not application.principles_met
    with pytest.raises(TransitionDenied):
        workflow.approve(application, actor=people.li)
    if not waiver:
        with pytest.raises(TransitionDenied):
            workflow.approve(application, actor=people.li, waiver_reason="战略客户")
    else:
        workflow.approve(application, actor=people.li, waiver_reason="战略客户")
        assert workflow.approve(application, actor=people.wang).waiver_reason == "战略客户"


def test_a_flow_ends_under_the_policy_it_began_with(people, account):
    application = submitted(account, people.chen)
    decide(people, LEVELS.key, ["manager"])
    decide(people, WAIVER.key, True)
    application = workflow.send_back(application, actor=people.li, note="补材料")
    application = workflow.submit(application, actor=people.chen)
    assert application.levels == ["supervisor", "manager"]
    assert not application.waiver_allowed
    later = submitted(AccountFactory(owner=people.chen), people.chen)
    assert later.levels == ["manager"]


def decide(people, key, value):
    PolicyValue.objects.create(
        key=key, value=value, effective_from=TODAY, set_by=people.wang, reason="试行"
    )


def test_what_approvers_see_is_frozen(people, account):
    application = submitted(account, people.chen)
    survey_workflow.reopen(application.field_survey, actor=people.li, reason="改写")
    survey_workflow.fill_in(
        application.field_survey, actor=people.chen, values={"findings": "后来改写"}
    )
    application.refresh_from_db()
    assert application.material["field"]["findings"] == "三条产线满负荷"


@pytest.mark.parametrize("lack", ["reasons", "trading_policy", "lines", "survey"])
def test_nothing_half_done_is_submitted(people, account, lack):
    application = ready(account, people.chen)
    if lack == "lines":
        application.lines.all().delete()
    elif lack == "survey":
        survey_workflow.reopen(account.surveys.get(kind="field"), actor=people.li, reason="补")
    else:
        workflow.edit(application, actor=people.chen, values={lack: ""})
    with pytest.raises(TransitionDenied):
        workflow.submit(application, actor=people.chen)
    assert RecognitionApplication.objects.get().status == "draft"


# --- what the database itself refuses --------------------------------------------------------
def sql(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def step_by_sql(application, actor, verb="approved", level=0, acting_for=None):
    sql(
        "INSERT INTO development_recognitionstep"
        " (application_id, actor_id, verb, level, round, note, at, acting_for_id)"
        " VALUES (%s, %s, %s, %s, %s, 'x', now(), %s)",
        application.pk, actor.pk, verb, level, application.round,
        acting_for.pk if acting_for else None,
    )  # fmt: skip


DECIDED = "status = 'approved', post = '', decided_at = now(), decided_by_id"


@pytest.mark.parametrize(
    ("who", "level", "name"),
    [
        ("chen", 0, "recognition_no_self_approval"),
        ("wang", 0, "recognition_decided_by_its_post"),
        ("sun", 0, "recognition_decided_by_its_post"),
        ("wang", 1, "recognition_decided_where_it_waits"),
    ],
)
def test_no_decision_by_sql_of_whom_it_is_not_for(people, account, who, level, name):
    application = submitted(account, people.chen)
    with pytest.raises(IntegrityError, match=name):
        step_by_sql(application, getattr(people, who), level=level)


def test_a_superior_who_applies_is_refused_by_the_database(people, account):
    application = submitted(account, people.wang)
    with pytest.raises(IntegrityError, match="recognition_no_self_approval"):
        step_by_sql(application, people.wang)
    DeputyFactory(absent=people.wang, deputy=people.li)
    with pytest.raises(IntegrityError, match="recognition_no_self_approval"):
        step_by_sql(application, people.li, acting_for=people.wang)
    with pytest.raises(IntegrityError, match="recognition_"):
        sql(
            f"UPDATE development_recognitionapplication SET {DECIDED} = %s WHERE id = %s",
            people.wang.pk, application.pk,
        )  # fmt: skip


def test_an_editor_and_an_unnamed_deputy_are_refused_by_the_database(people, account):
    application = in_state("sent_back", account, people)
    workflow.edit(application, actor=people.li, values={"reasons": "主管改过"})
    application = workflow.submit(application, actor=people.chen)
    with pytest.raises(IntegrityError, match="recognition_not_decided_by_its_editor"):
        step_by_sql(application, people.li)
    with pytest.raises(IntegrityError, match="recognition_deputy_is_named"):
        step_by_sql(application, people.zhao, acting_for=people.li)


def test_a_level_is_decided_once_and_one_person_decides_one(people, account):
    application = in_state("waiting_manager", account, people)
    with pytest.raises(IntegrityError, match="recognition_decided_where_it_waits"):
        step_by_sql(application, people.li, level=0)
    with pytest.raises(IntegrityError, match="recognition_two_levels_two_people"):
        step_by_sql(application, people.li, level=1)


@pytest.mark.parametrize(
    ("state", "change", "name"),
    [
        ("draft", "status = 'submitted', level = 0, round = 1", "recognition_"),
        ("draft", "status = 'approved'", "recognition_step_is_possible"),
        ("waiting_supervisor", "status = 'approved', post = ''", "recognition_step_is_possible"),
        ("waiting_supervisor", "level = 1, post = 'manager'", "recognition_step_is_possible"),
        ("waiting_supervisor", "reasons = '改'", "recognition_stands_still"),
        ("waiting_supervisor", "levels = '[\"manager\"]'", "recognition_stands_still"),
        ("waiting_manager", "principles_met = false", "recognition_stands_still"),
        ("sent_back", "levels = '[\"manager\"]'", "recognition_ends_as_it_began"),
        ("sent_back", "status = 'approved'", "recognition_step_is_possible"),
        ("approved", "expected_volume = 1", "recognition_stands_still"),
        ("refused", "status = 'submitted', level = 0", "recognition_step_is_possible"),
        ("withdrawn", "status = 'draft'", "recognition_step_is_possible"),
        ("draft", "applicant_id = 1 + applicant_id", "recognition_keeps_its_applicant"),
    ],
)
def test_no_way_round_the_levels_by_sql(people, account, state, change, name):
    application = in_state(state, account, people)
    with pytest.raises(IntegrityError, match=name):
        sql(
            f"UPDATE development_recognitionapplication SET {change} WHERE id = %s",
            application.pk,
        )


def test_no_application_begins_decided(people, account):
    with pytest.raises(IntegrityError, match="recognition_begins_as_a_draft"):
        ready(account, people.chen, status="submitted")


def test_goods_stand_still_while_it_waits(people, account):
    application = submitted(account, people.chen)
    for act in (
        lambda: RecognitionLineFactory(application=application),
        lambda: application.lines.update(amount=1),
        lambda: application.lines.all().delete(),
    ):
        with pytest.raises(IntegrityError, match="recognition_stands_still"), transaction.atomic():
            act()


def test_approval_in_spite_of_a_principle_needs_its_reason_in_the_database(people, account):
    decide(people, WAIVER.key, True)
    application = submitted(account, people.chen, verdict="unknown")
    workflow.approve(application, actor=people.li, waiver_reason="战略客户")
    step_by_sql(application, people.wang, level=1)
    with pytest.raises(IntegrityError, match="recognition_approved_on_principle"):
        sql(
            f"UPDATE development_recognitionapplication SET waiver_reason = '', {DECIDED} = %s"
            " WHERE id = %s",
            people.wang.pk, application.pk,
        )  # fmt: skip


def test_steps_are_never_changed(people, account):
    application = submitted(account, people.chen)
    for statement in ("UPDATE {} SET note = 'x'", "DELETE FROM {}"):
        with pytest.raises(Exception, match="append_only"):
            sql(statement.format("development_recognitionstep"))
    assert RecognitionStep.objects.filter(application=application).count() == 1
