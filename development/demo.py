"""What the demo company plans to win, how far its prospects are, what it hears and decides."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from django.utils import timezone

from accounts.demo.copying import copy
from accounts.models import Account, Standing
from development.models import (
    PLACE,
    WAY,
    ContactMethod,
    DevelopmentPlan,
    MarketNote,
    NoteAccount,
    NoteKind,
    PlanStatus,
    PlanStep,
    PlanVerb,
    Prospect,
    ProspectStep,
    Source,
    Stage,
    Suitability,
    Survey,
    SurveyKind,
    SurveyStatus,
)
from staff.models import (
    Meeting,
    MeetingAttendance,
    MeetingKind,
    MeetingStatus,
    MeetingTask,
    Role,
    Task,
    TaskKind,
    User,
)

EAST_SCOPE = "苏南、浙北的压铸、注塑和精密机加工企业，设备二十台以上，年用油十万元以上。"
EAST_DIRECTION = "先攻正在换供应商的压铸厂，以油液检测带动液压油；集团客户从总部设备部入手。"
SOUTH_SCOPE = "珠三角五金、卫浴和家电配套企业，重点看新建产线。"
SOUTH_DIRECTION = "以高温链条油和切削液打开局面，每家先做一台设备试用，见效再谈全厂。"

SITUATIONS = (
    "三条生产线，两班制，设备以国产机为主；设备部长管选型，采购部管价格。",
    "二期厂房刚投产，新增十二台设备，油品由设备商初装，半年后自行采购。",
    "老厂，设备二十年以上，漏油多，用量大；老板亲自定供应商。",
    "集团下属子公司，油品由集团统采，但试用和投诉由工厂说了算。",
)
NEEDS = (
    "换油周期能延长，减少停机。",
    "要检测报告和安全说明书，应付集团审核。",
    "希望送货到车间、空桶回收。",
    "切削液气味要小，废液处理有出路。",
)
RIVALS = (
    "现用外资品牌，经销商供货，合同到年底。",
    "本地调和厂供货，价格低，质量不稳。",
    "两家并用：液压油用国产一线，主轴油用进口。",
)
BASES = ("按设备台数和油箱容量估算", "对方采购口述去年用量", "参照同规模客户")
CHANNELS = (
    ("设备部长，经老客户引荐", ContactMethod.VISIT),
    ("采购经理，展会上交换过名片", ContactMethod.PHONE),
    ("车间主任，先送样试用", ContactMethod.SAMPLE),
    ("老板本人，微信联系", ContactMethod.WECHAT),
    ("设备商售后，配套推荐", ContactMethod.MEETING),
)
FINDINGS = (
    "看过现场：设备状况中等，油温偏高，现用油氧化明显；愿意试用三个月。",
    "年用量可观，回款口碑好；决策在总部，周期约四个月。",
    "用量不大，要求账期九十天，价格压得低。",
)
FOCUS = "用量大、回款好，年底换供应商，时机合适。"
NOT_FOCUS = "用量小、账期长，先保持联系，不投入人力。"
DROPS = ("已与竞品签三年合同。", "工厂明年外迁，设备处置中。", "老板明确只用原厂指定油。")
LATEST = (60, 47, 33, 21, 14, 9, 5)  # days ago each stage of the way was reached, at the latest


@dataclass(frozen=True)
class Draft:
    """One plan in the making."""

    author: str
    scope: str
    direction: str
    is_quarter: bool
    status: PlanStatus
    target: int


DRAFTS = (
    Draft("shenlihua", EAST_SCOPE, EAST_DIRECTION, False, PlanStatus.NOTED, 8),
    Draft("liangzhiming", SOUTH_SCOPE, SOUTH_DIRECTION, True, PlanStatus.REPORTED, 3),
)
NOTES: tuple[tuple[str, NoteKind, str, str, str, int], ...] = (
    (
        "guxiaofeng",
        NoteKind.COMPETITOR,
        "竞品液压油下调约6%",
        "苏州、无锡两地，某一线品牌46号抗磨液压油出厂价下调约6%，账期放到90天，主攻压铸厂。",
        "三家客户采购部",
        3,
    ),
    (
        "luyating",
        NoteKind.TREND,
        "压铸厂开工回升",
        "走访的七家压铸厂本月开工率七成以上，年后有扩产打算，明年一季度会集中换油。",
        "走访",
        8,
    ),
    (
        "huangjiayi",
        NoteKind.POLICY,
        "废切削液收处新规",
        "当地要求废切削液按危废单独收集，客户问能否代收；建议公司考虑配套服务。",
        "园区环保群",
        12,
    ),
    (
        "luojunjie",
        NoteKind.CUSTOMER,
        "卫浴企业集中询价",
        "南安一带有四家卫浴企业同时询高温链条油，背后是同一家设备商在换配套。",
        "客户微信",
        17,
    ),
    (
        "shenlihua",
        NoteKind.OPINION,
        "建议设检测车",
        "客户最认油液检测。建议明年在苏南配一辆检测车，随拜访上门取样，当天出结果。",
        "例会讨论",
        20,
    ),
)


def add_plans(dice: Random, today: dt.date) -> None:
    """Two plans with their lists, market notes, and the meetings of the month."""
    people = {user.username: user for user in User.objects.exclude(role="")}
    for draft in DRAFTS:
        plan = _plan(draft, people, today)
        _list(plan, dice, today)
    _notes(people, dice)
    _meetings(people)


def _moment(days_ago: int, hour: int = 10) -> dt.datetime:
    """In working hours so many days ago, or the Friday before."""
    day = timezone.localdate() - dt.timedelta(days=days_ago)
    day -= dt.timedelta(days=max(0, day.weekday() - 4))
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, 20)))


def _plan(draft: Draft, people: dict[str, User], today: dt.date) -> DevelopmentPlan:
    author, manager = people[draft.author], people["linguodong"]
    written, reported = (95, 90) if not draft.is_quarter else (40, 2)
    plan = DevelopmentPlan(
        year=today.year,
        quarter=(today.month + 2) // 3 if draft.is_quarter else None,
        scope=draft.scope,
        direction=draft.direction,
        target=draft.target,
        author=author,
        status=draft.status,
        reported_to=manager,
        reported_at=_moment(reported),
        created_at=_moment(written),
    )
    steps = [(PlanVerb.WRITTEN, author, "", written), (PlanVerb.REPORTED, author, "", reported)]
    if draft.status == PlanStatus.NOTED:
        plan.answered_by, plan.answered_at = manager, _moment(88)
        steps.append((PlanVerb.NOTED, manager, "压铸厂优先，检测先行。", 88))
    copy([plan])
    copy(
        [
            PlanStep(plan=plan, verb=verb, actor=actor, note=note, at=_moment(days, 11 + place))
            for place, (verb, actor, note, days) in enumerate(steps)
        ]
    )
    return plan


def _list(plan: DevelopmentPlan, dice: Random, today: dt.date) -> None:
    """The region's prospects, the earliest the furthest; some dropped, some hardly touched."""
    accounts = Account.objects.filter(standing=Standing.PROSPECT, region=plan.author.region)
    rows, steps = [], []
    for number, account in enumerate(accounts.order_by("pk").select_related("owner")[:18]):
        stage = [*WAY, Stage.NOT_FOCUS, Stage.DROPPED, *WAY[:4], *WAY[:5]][number % 18]
        if plan.status == PlanStatus.REPORTED and stage == Stage.SURVEY:
            stage = Stage.CHANNEL
        row = _prospect(plan, account, stage, dice)
        rows.append(row)
        steps.append((row, stage))
    copy(rows)
    copy([_survey(row, dice) for row in rows if row.place >= PLACE[Stage.SURVEYED]])
    copy([step for row, stage in steps for step in _steps(row, stage)])


def _prospect(plan: DevelopmentPlan, account: Account, stage: Stage, dice: Random) -> Prospect:
    place = 3 if stage == Stage.DROPPED else 4 if stage == Stage.NOT_FOCUS else WAY.index(stage)
    is_stuck = dice.random() < 0.25
    age = dice.randrange(62, 80) if is_stuck else LATEST[place] + dice.randrange(-4, 4)
    row = Prospect(
        plan=plan,
        account=account,
        stage=stage,
        stage_since=_moment(age),
        source=dice.choice(Source.values[:6]),
        added_by=plan.author,
        added_at=_moment(86),
    )
    if place >= 1:
        row.situation, row.needs = dice.choice(SITUATIONS), dice.choice(NEEDS)
        row.competitors = dice.choice(RIVALS)
        row.expected_volume = Decimal(dice.randrange(60, 620) * 1000)
        row.volume_basis = dice.choice(BASES)
    if place >= 3:
        row.channel, row.method = dice.choice(CHANNELS)
        row.contact_by = account.owner
        row.contact_on = timezone.localdate() - dt.timedelta(days=20)
    if place >= 5 or stage == Stage.NOT_FOCUS:
        row.is_focus = stage != Stage.NOT_FOCUS
        row.verdict_reason = FOCUS if row.is_focus else NOT_FOCUS
        row.verdict_by, row.verdict_at = plan.author, _moment(9)
    if stage == Stage.DROPPED:
        row.dropped_from, row.drop_reason = Stage.CHANNEL, dice.choice(DROPS)
    return row


def _survey(row: Prospect, dice: Random) -> Survey:
    """What the survey of a prospect found, some days before it was screened."""
    is_small = row.is_focus is False
    surveyor = row.account.owner or row.added_by
    return Survey(
        account=row.account,
        kind=SurveyKind.PROSPECT,
        lead=surveyor,
        created_by=surveyor,
        created_at=_moment(17),
        started_on=_moment(17).date(),
        held_on=_moment(14).date(),
        findings=FINDINGS[2 if is_small else dice.randrange(2)],
        status=SurveyStatus.JUDGED,
        suitability=Suitability.UNSUITABLE if is_small else Suitability.SUITABLE,
        judgement="用量小，条件偏紧" if is_small else "有用量、有意愿，值得跟进",
        judged_by=surveyor,
        judged_at=_moment(13, 16),
    )


def _steps(row: Prospect, stage: Stage) -> list[ProspectStep]:
    """How it came to where it is, in the order of the way."""
    way = [Stage.LISTED, *WAY[1 : row.place + 1]]
    if stage in (Stage.NOT_FOCUS, Stage.DROPPED):
        way.append(stage)
    actor = row.account.owner or row.added_by
    return [
        ProspectStep(
            prospect=row,
            from_stage=way[number - 1] if number else "",
            to_stage=reached,
            actor=row.added_by if reached in (Stage.LISTED, Stage.FOCUS) else actor,
            note=row.drop_reason if reached == Stage.DROPPED else "",
            at=row.stage_since - dt.timedelta(days=len(way) - 1 - number),
        )
        for number, reached in enumerate(way)
    ]


def _notes(people: dict[str, User], dice: Random) -> None:
    for username, kind, title, text, source, days in NOTES:
        author = people[username]
        note = MarketNote(
            kind=kind,
            title=title,
            text=text,
            source=source,
            author=author,
            sent_to=author.reports_to,
            is_shared=kind in (NoteKind.TREND, NoteKind.POLICY),
            written_at=_moment(days),
        )
        if days > 10:
            note.read_at, note.remark = _moment(days - 1, 16), "已阅，例会上讨论。"
        copy([note])
        mine = list(Account.objects.filter(owner=author).order_by("pk")[:10])
        if kind in (NoteKind.COMPETITOR, NoteKind.CUSTOMER) and mine:
            NoteAccount.objects.create(note=note, account=dice.choice(mine))


def _meetings(people: dict[str, User]) -> None:
    """A development meeting with its decisions, the specialists' weekly, and one to come."""
    manager, east = people["linguodong"], people["shenlihua"]
    held = _meeting(manager, MeetingKind.DEVELOPMENT, "大客户开发月度会", 22, people.values())
    held.progress = "华东名录十八家，已定渠道七家，重点开发三家；华南季度计划已上报。"
    held.lessons = "先做油液检测再报价，成功率明显高；只报价不上门的四家都没有下文。"
    held.measures = "检测取样排进每周拜访；对账期要求高的客户先报主管。"
    held.next_stage = "月底前完成压铸厂走访，重点客户全部进入认定调查。"
    held.save()
    for title, username, days in (
        ("走访五家压铸厂并取油样", "guxiaofeng", 6),
        ("整理竞品降价情况报市场部", "luyating", -3),
        ("重点开发客户排出认定调查时间表", "shenlihua", 12),
    ):
        task = Task.objects.create(
            title=title,
            kind=TaskKind.MEETING,
            assigner=manager,
            assignee=people[username],
            due_on=timezone.localdate() + dt.timedelta(days=days),
            source=str(held)[:120],
        )
        MeetingTask.objects.create(meeting=held, task=task)
    team = [person for person in people.values() if person.reports_to_id == east.pk]
    weekly = _meeting(east, MeetingKind.REGULAR, "华东专员例会", 4, [east, *team])
    weekly.passed_on = "年底回款要求；新版送货单自下月启用。"
    weekly.progress = "本周拜访二十一次，新增潜在客户两家。"
    weekly.learning = "导轨油与液压油混用的案例。"
    weekly.save()
    coming = Meeting.objects.create(
        kind=MeetingKind.DEVELOPMENT,
        title="大客户开发月度会",
        starts_at=_moment(-5, 14),
        place="二楼会议室",
        agenda="名录进展；竞品降价的应对；下季度主攻方向。",
        convener=manager,
    )
    for person in people.values():
        MeetingAttendance.objects.create(meeting=coming, user=person)


def _meeting(convener: User, kind: str, title: str, days: int, people: object) -> Meeting:
    meeting = Meeting.objects.create(
        kind=kind,
        title=title,
        status=MeetingStatus.HELD,
        starts_at=_moment(days, 14),
        place="二楼会议室",
        convener=convener,
        held_at=_moment(days, 16),
    )
    for person in people:  # type: ignore[attr-defined]
        absent = person.role == Role.SPECIALIST and person.username == "dengsiyuan"
        MeetingAttendance.objects.create(meeting=meeting, user=person, was_there=not absent)
    return meeting
