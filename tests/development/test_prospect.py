"""Prospects of a plan: the way from stage to stage, who may take it, and what lacks."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Account
from development.models import PlanStatus, Prospect, ProspectStep, Stage, Survey
from development.progress import Progress
from development.workflow import prospect as workflow
from development.workflow import survey as surveys
from staff.transitions import TransitionDenied
from tests.factories import AccountFactory, AssignmentFactory, InteractionFactory
from tests.factories_plans import DevelopmentPlanFactory, ProspectFactory

READY = {"situation": "三条压铸线", "channel": "设备部长", "method": "visit"}
VERDICT = {"verdict_reason": "用量大", "verdict_at": timezone.now()}


@pytest.fixture
def plan(people):
    return DevelopmentPlanFactory(
        author=people.chen, status=PlanStatus.REPORTED, reported_to=people.wang,
        reported_at=timezone.now(),
    )  # fmt: skip


def in_stage(stage, people, plan, **values):
    """A prospect of Chen's in each stage."""
    given = {} if stage == Stage.LISTED else {**READY}
    if stage in (Stage.FOCUS, Stage.NOT_FOCUS, Stage.SURVEY):
        given |= {**VERDICT, "is_focus": stage != Stage.NOT_FOCUS, "verdict_by": people.li}
    if stage == Stage.DROPPED:
        given |= {"dropped_from": "channel", "drop_reason": "停产"}
    account = AccountFactory(owner=people.chen, standing="prospect", region=people.east)
    return ProspectFactory(plan=plan, account=account, stage=stage, **{**given, **values})


POSTED = {
    "analyse": {"situation": "两条线", "expected_volume": "35万", "volume_basis": "按设备数"},
    "report": {},
    "channel": {"channel": "经销商引荐", "method": "phone"},
    "screen": {"is_focus": "yes", "reason": "年用量可观"},
    "drop": {"reason": "已与竞品签三年"},
    "resume": {"reason": "竞品断供"},
}
ANALYSED, CHANNEL, SURVEYED = Stage.ANALYSED, Stage.CHANNEL, Stage.SURVEYED
WAY = [Stage.LISTED, ANALYSED, Stage.REPORTED, CHANNEL, SURVEYED, Stage.FOCUS, Stage.SURVEY]
OPEN = [*WAY, Stage.NOT_FOCUS]
# step → stage before → stage after; a step does nothing in every other stage.
MOVES = {
    "analyse": {Stage.LISTED: ANALYSED, **{stage: stage for stage in OPEN[1:]}},
    "report": {ANALYSED: Stage.REPORTED},
    "channel": {Stage.REPORTED: CHANNEL, **{s: s for s in [*WAY[3:], Stage.NOT_FOCUS]}},
    "screen": dict.fromkeys((SURVEYED, Stage.FOCUS, Stage.NOT_FOCUS), Stage.FOCUS),
    "drop": dict.fromkeys(OPEN, Stage.DROPPED),
    "resume": {Stage.DROPPED: CHANNEL},
}


def state_of(prospect):
    names = ("stage", "situation", "channel", "is_focus", "verdict_reason")
    return [getattr(prospect, name) for name in names]


@pytest.mark.parametrize("step", MOVES)
@pytest.mark.parametrize("stage", Stage)
def test_which_step_leads_from_where_to_where(client, people, plan, step, stage):
    prospect = in_stage(stage, people, plan)
    client.force_login(people.chen)
    client.post(f"/development/prospects/{prospect.pk}/{step}/", POSTED[step])
    after = Prospect.objects.get(pk=prospect.pk)
    expected = MOVES[step].get(stage)
    assert after.stage == (expected or stage)
    assert (state_of(after) != state_of(prospect)) is (expected is not None)
    assert after.steps.exists() is ((expected is not None and expected != stage) or
                                    (step == "screen" and expected is not None))  # fmt: skip


@pytest.mark.parametrize(
    ("who", "status"),
    [("chen", 302), ("li", 302), ("wang", 302), ("second", 404), ("sun", 404), ("zhou", 404)],
)
def test_who_may_take_a_step(client, people, plan, who, status):
    """Whoever sees both the plan and the customer; a second contact from beside sees no plan."""
    prospect = in_stage(Stage.LISTED, people, plan)
    if who == "second":
        AssignmentFactory(account=prospect.account, user=people.sun, kind="second")
    client.force_login(people.sun if who == "second" else getattr(people, who))
    answer = client.post(f"/development/prospects/{prospect.pk}/analyse/", POSTED["analyse"])
    prospect.refresh_from_db()
    assert answer.status_code == status
    assert (prospect.stage == ANALYSED) is (status == 302)


@pytest.mark.parametrize(
    ("author", "who", "decided"),
    [("li", "chen", False), ("li", "li", True), ("li", "wang", True), ("chen", "chen", True)],
)
def test_a_superior_or_the_plans_author_screens(client, people, plan, author, who, decided):
    plan.author = getattr(people, author)
    plan.save()
    prospect = in_stage(SURVEYED, people, plan)
    client.force_login(getattr(people, who))
    client.post(f"/development/prospects/{prospect.pk}/screen/", POSTED["screen"])
    prospect.refresh_from_db()
    assert prospect.is_focus is (True if decided else None)
    assert prospect.verdict_by == (getattr(people, who) if decided else None)


@pytest.mark.parametrize(
    ("step", "stage", "wrong", "field"),
    [
        ("analyse", Stage.LISTED, {"situation": ""}, "situation"),
        ("analyse", Stage.LISTED, {"volume_basis": ""}, "volume_basis"),
        ("analyse", Stage.LISTED, {"expected_volume": "很多"}, "expected_volume"),
        ("channel", Stage.REPORTED, {"method": ""}, "method"),
        ("screen", SURVEYED, {"reason": ""}, "reason"),
        ("drop", Stage.LISTED, {"reason": ""}, "reason"),
    ],
)
def test_bad_input_gets_its_sentence(client, people, plan, step, stage, wrong, field):
    prospect = in_stage(stage, people, plan)
    client.force_login(people.chen)
    answer = client.post(f"/development/prospects/{prospect.pk}/{step}/", {**POSTED[step], **wrong})
    prospect.refresh_from_db()
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert prospect.stage == stage


def test_one_that_has_become_a_customer_moves_no_further(client, people, plan):
    prospect = in_stage(Stage.FOCUS, people, plan)
    Account.objects.filter(pk=prospect.account_id).update(standing="key")
    client.force_login(people.chen)
    client.post(f"/development/prospects/{prospect.pk}/drop/", POSTED["drop"])
    prospect.refresh_from_db()
    assert prospect.stage == Stage.FOCUS
    progress = Progress(Prospect.objects.visible_to(people.chen))
    assert progress.won == 1
    assert progress.funnel()["series"][0]["values"][:8] == [1] * 8


def test_adding_by_search_puts_each_customer_on_the_list_once(client, people, plan):
    mine = [
        AccountFactory(owner=people.chen, standing="prospect", name=f"恒泰压铸{n}厂")
        for n in (1, 2)
    ]
    customer = AccountFactory(owner=people.chen, standing="key", name="恒泰大客户")
    foreign = AccountFactory(owner=people.zhou, standing="prospect", name="恒泰外地厂")
    client.force_login(people.chen)
    address = f"/development/plans/{plan.pk}/add/"
    offered = client.get(address, {"customer": "恒泰"}).context["offered"]
    assert set(offered) == set(mine)
    for account, status in ((customer, 422), (foreign, 422)):
        answer = client.post(address, {"accounts": [account.pk], "source": "tender"})
        assert answer.status_code == status
    given = {"accounts": [row.pk for row in mine], "source": "tender", "source_note": "招标网"}
    assert client.post(address, given).status_code == 302
    rows = Prospect.objects.filter(plan=plan)
    assert {row.account for row in rows} == set(mine)
    assert {(row.source, row.source_note, row.added_by) for row in rows} == {
        ("tender", "招标网", people.chen)
    }
    assert ProspectStep.objects.filter(to_stage="listed").count() == 2
    assert client.post(address, given).status_code == 422  # no longer offered
    assert rows.count() == 2


def test_all_that_were_found_go_on_the_list_at_once(client, people, plan):
    """So that an imported ledger needs no hundred ticks."""
    found = [
        AccountFactory(owner=people.chen, standing="prospect", name=f"恒泰压铸{n}厂")
        for n in (1, 2, 3)
    ]
    AccountFactory(owner=people.chen, standing="prospect", name="别家注塑")
    AccountFactory(owner=people.zhou, standing="prospect", name="恒泰外地厂")
    client.force_login(people.chen)
    address = f"/development/plans/{plan.pk}/add/?customer=恒泰"
    assert [row.pk for row in client.get(address).context["offered"]] == [
        row.pk for row in reversed(found)
    ]
    client.post(address, {"all": "1", "source": "ledger"})
    assert {row.account for row in Prospect.objects.filter(plan=plan)} == set(found)


def test_a_new_customer_is_looked_for_before_it_is_added(client, people, plan):
    AccountFactory(owner=people.zhou, name="宁波恒泰压铸有限公司")
    client.force_login(people.chen)
    address = f"/development/plans/{plan.pk}/new-customer/"
    given = {"name": "宁波恒泰压铸有限公司", "kind": "organisation", "source": "exhibition"}
    warned = client.post(address, given)
    assert warned.context["form"].findings
    assert not Prospect.objects.exists()
    answer = client.post(address, {**given, "save_anyway": "on"})
    prospect = Prospect.objects.get()
    assert answer.url == prospect.get_absolute_url()
    assert (prospect.account.standing, prospect.account.owner) == ("prospect", people.chen)
    assert prospect.source == "exhibition"


def test_what_lacks_is_counted_and_listed(client, people, plan):
    old = timezone.now() - dt.timedelta(days=90)
    no_owner = in_stage(CHANNEL, people, plan)
    no_owner.account.assignments.update(ended_on=timezone.localdate())
    quiet = in_stage(CHANNEL, people, plan)
    Prospect.objects.filter(pk=quiet.pk).update(added_at=old)
    talked = in_stage(CHANNEL, people, plan)
    Prospect.objects.filter(pk=talked.pk).update(added_at=old)
    InteractionFactory(account=talked.account, author=people.chen)
    no_channel = in_stage(Stage.LISTED, people, plan)
    still = in_stage(CHANNEL, people, plan, stage_since=old)
    dropped = in_stage(Stage.DROPPED, people, plan, stage_since=old)
    client.force_login(people.li)
    lists = {}
    for lack in ("owner", "channel", "contact", "stage"):
        page = client.get(plan.get_absolute_url(), {"lack": lack}).context["page"]
        lists[lack] = set(page.object_list)
    assert lists == {
        "owner": {no_owner}, "channel": {no_channel}, "contact": {quiet}, "stage": {still}
    }  # fmt: skip
    counts = {row.code: row.count for row in Progress(plan.prospects.all()).lacks}
    assert counts == {"owner": 1, "channel": 1, "contact": 1, "stage": 1}
    assert dropped.days_in_stage == 90


def test_the_board_offers_each_card_its_next_step_and_works_by_posting(client, people, plan):
    cards = {stage: in_stage(stage, people, plan) for stage in OPEN}
    client.force_login(people.li)
    address = f"{plan.get_absolute_url()}board/"
    columns = dict(client.get(address).context["columns"])
    assert {stage: [card.pk for card, _act in rows] for stage, rows in columns.items()} == {
        stage: [card.pk] for stage, card in cards.items()
    }
    (_card, act) = columns[ANALYSED][0]
    assert act.is_post
    posted = client.post(
        f"/development/prospects/{cards[ANALYSED].pk}/report/", {"from": "board"}, follow=True
    )
    assert posted.redirect_chain[0][0] == address
    assert [card.pk for card, _act in dict(posted.context["columns"])[ANALYSED]] == []


def test_the_funnel_counts_who_came_how_far(people, plan):
    for stage in Stage:
        in_stage(stage, people, plan)
    chart = Progress(plan.prospects.all()).funnel()
    came, here = (series["values"] for series in chart["series"])
    # 9 in all: the dropped one had got its channel, "not a focus" had been surveyed
    assert came == [9, 8, 7, 6, 4, 2, 1, 0, None, None]
    assert here == [1, 1, 1, 1, 1, 1, 1, 0, 1, 1]


@pytest.mark.parametrize(
    ("name", "stage", "values"),
    [
        ("prospect_stage_known", CHANNEL, {"stage": "won"}),
        ("prospect_source_known", Stage.LISTED, {"source": "dream"}),
        ("prospect_method_known", Stage.LISTED, {"method": "dream"}),
        ("prospect_analysed_in_words", ANALYSED, {"situation": ""}),
        ("prospect_channel_before_survey", CHANNEL, {"channel": ""}),
        ("prospect_volume_has_a_basis", Stage.LISTED, {"expected_volume": 1}),
        ("prospect_verdict_has_a_reason", Stage.FOCUS, {"verdict_reason": ""}),
        ("prospect_stage_fits_the_verdict", Stage.FOCUS, {"is_focus": False}),
        ("prospect_stage_fits_the_verdict", Stage.NOT_FOCUS, {"is_focus": True}),
        ("prospect_dropped_with_a_reason", Stage.DROPPED, {"drop_reason": ""}),
    ],
)
def test_the_database_refuses_what_no_form_lets_through(people, plan, name, stage, values):
    prospect = in_stage(stage, people, plan)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Prospect.objects.filter(pk=prospect.pk).update(**values)


def test_surveys_bring_the_plans_along(people, plan):
    focus, channel = (in_stage(stage, people, plan) for stage in (Stage.FOCUS, CHANNEL))
    early = in_stage(Stage.REPORTED, people, plan)
    general = Survey(account=focus.account, kind="general", lead=people.chen)
    surveys.start(general, actor=people.chen)
    for account in (channel.account, early.account):
        survey = Survey(account=account, kind="prospect", lead=people.chen, findings="设备老旧")
        surveys.start(survey, actor=people.chen)
        surveys.judge(survey, actor=people.chen, suitability="suitable", judgement="值得开发")
    stages = dict(Prospect.objects.values_list("pk", "stage"))
    assert stages == {focus.pk: "survey", channel.pk: "surveyed", early.pk: "reported"}
    # Surveyed before the channel was set: it need not be surveyed again.
    early = workflow.set_channel(early, actor=people.chen, values=POSTED["channel"])
    assert early.stage == SURVEYED


def test_a_prospect_leads_to_the_survey_that_is_due(client, people, plan):
    """Of the prospect first, for recognition once it is a focus; to the one under way, if any."""
    client.force_login(people.chen)
    for stage, kind in ((CHANNEL, "prospect"), (Stage.FOCUS, "general")):
        prospect = in_stage(stage, people, plan)
        address = f"/development/prospects/{prospect.pk}/survey/"
        start = f"/development/surveys/new/{prospect.account_id}/"
        assert client.get(address).url == f"{start}?kind={kind}", stage
        client.post(start, {"kind": kind, "lead": people.chen.pk})
        under_way = Survey.objects.get(account=prospect.account_id)
        assert client.get(address).url == under_way.get_absolute_url(), stage


def test_what_the_survey_found_stands_on_the_prospect_and_at_its_screening(client, people, plan):
    prospect = in_stage(CHANNEL, people, plan)
    survey = Survey(
        account=prospect.account, kind="prospect", lead=people.chen, findings="设备老旧"
    )
    surveys.start(survey, actor=people.chen)
    surveys.judge(survey, actor=people.chen, suitability="suitable", judgement="值得开发")
    client.force_login(people.li)
    for page in (prospect.get_absolute_url(), f"{prospect.get_absolute_url()}screen/"):
        assert "设备老旧" in client.get(page).content.decode(), page
    page = client.get(survey.get_absolute_url()).content.decode()
    assert f'href="{prospect.get_absolute_url()}"' in page


def test_a_customer_stands_once_on_a_plan(people, plan):
    prospect = in_stage(Stage.LISTED, people, plan)
    with (
        pytest.raises(IntegrityError, match="prospect_once_per_plan"),
        transaction.atomic(),
    ):
        ProspectFactory(plan=plan, account=prospect.account)


def test_what_is_expected_is_what_the_customers_tier_is_judged_on(people, plan):
    prospect = in_stage(Stage.LISTED, people, plan)

    def judged_on():
        account = Account.objects.select_related("annual_volume_fact").get(pk=prospect.account_id)
        fact = account.annual_volume_fact
        return fact and (account.annual_volume, fact.basis, fact.period_to.year, fact.source_note)

    for values, expected in (
        ({"expected_volume": 360_000, "volume_basis": "按设备估算"},
         (360_000, "expected", prospect.plan.year, "按设备估算")),
        ({"needs": "少停机"}, (360_000, "expected", prospect.plan.year, "按设备估算")),
        ({"expected_volume": 90_000}, (90_000, "expected", prospect.plan.year, "按设备估算")),
        ({"expected_volume": None}, None),
    ):  # fmt: skip
        values = {"situation": "三条产线", **values}
        workflow.analyse(prospect, actor=people.chen, values=values)
        assert judged_on() == expected, values


def test_a_survey_for_recognition_that_began_before_takes_a_new_focus_along(people, plan):
    prospect = in_stage(Stage.SURVEYED, people, plan)
    surveys.start(
        Survey(account=prospect.account, kind="general", lead=people.chen), actor=people.chen
    )
    prospect = workflow.screen(prospect, actor=people.li, is_focus=True, reason="用量大")
    assert prospect.stage == Stage.SURVEY
    dropped = in_stage(Stage.DROPPED, people, plan)  # its channel was set
    found = Survey(account=dropped.account, kind="prospect", lead=people.chen, findings="设备老旧")
    surveys.start(found, actor=people.chen)
    surveys.judge(found, actor=people.chen, suitability="suitable", judgement="值得开发")
    assert workflow.resume(dropped, actor=people.chen, reason="竞品断供").stage == SURVEYED


def test_nobody_is_screened_on_a_survey_that_stands_open_again(people, plan):
    prospect = in_stage(CHANNEL, people, plan)
    survey = Survey(account=prospect.account, kind="prospect", lead=people.chen, findings="旧")
    surveys.start(survey, actor=people.chen)
    result = {"actor": people.chen, "suitability": "suitable", "judgement": "值得开发"}
    surveys.judge(survey, **result)
    surveys.reopen(survey, actor=people.li, reason="数据有误")
    with pytest.raises(TransitionDenied):
        workflow.screen(prospect, actor=people.li, is_focus=True, reason="用量大")
    prospect.refresh_from_db()
    assert (prospect.stage, prospect.steps.last().note) == (CHANNEL, "数据有误")
    surveys.judge(survey, **result)
    assert Prospect.objects.get(pk=prospect.pk).stage == SURVEYED
