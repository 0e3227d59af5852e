"""What customers of the demo company complained of, and the feedback of two months."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from django.utils import timezone

from accounts.models import Account, Standing
from complaints import gathering
from complaints.models import (
    Complaint,
    ComplaintAddition,
    ComplaintPause,
    ComplaintStatus,
    ComplaintStep,
    MonthlyFeedback,
    MonthlyLine,
    MonthlyRecipient,
    MonthlyStatus,
    StepVerb,
)
from complaints.policies import recipients
from complaints.workflow.complaint_clock import set_clocks
from staff import calendar, policy
from staff.models import User

S = ComplaintStatus
FLOW = [S.RECEIVED, S.ACKNOWLEDGED, S.CLASSIFIED, S.INVESTIGATING, S.HANDLED, S.REPLIED]


@dataclass(frozen=True)
class Plot:
    """How one complaint goes: what is said, how grave it is, what is found and answered."""

    content: str
    asks_for: str
    cause: str
    grade: str
    reason: str
    findings: str
    measures: str
    root_cause: str
    action: str
    reply: str


VISCOSITY = Plot(
    "你们出的油品检测报告写着运动粘度46.2，我们送第三方做出来是41.8，差这么多，让我们怎么敢用？",
    "重新取样检测，并书面说明差异原因",
    "doubt",
    "general",
    "对检测结果有怀疑，未造成损失",
    "留样复测46.0，第三方样品取自循环系统末端，混入了冲洗油",
    "三方在场重新取样，共同送检",
    "取样点和取样方法双方理解不一致",
    "报告后附取样方法说明，送检前由销售与设备部确认取样点",
    "三方复测结果46.1，与我方报告一致，已当面说明并提供取样方法",
)
MANNERS = Plot(
    "打电话问报告什么时候出来，接电话的人说“不知道，等着”，就把电话挂了，这叫什么服务态度。",
    "要一个说法，以后有人接电话",
    "attitude",
    "general",
    "对人员服务态度不满",
    "当班人员正处理两路来电，未按接听规范答复",
    "当班人员致电道歉，部门重学接听规范",
    "午间只有一人值班",
    "午间改为两人值班，查询类来电当日回复",
    "已由当班人员和主管分别致电道歉，报告当日发送",
)
WATER = Plot(
    "这批抗磨液压油的检测报告水分合格，装到注塑机上三天就乳化，换油停机一天半，你们的报告到底准不准！",
    "赔偿换油和停机损失，书面说明",
    "doubt",
    "crisis",
    "报告水分数据与留样复测不符，客户停机一天半，非常不满意",
    "留样复测水分超标，报告录入时取错了批次数据",
    "更换全部油品，补偿停机损失，撤回并重发检测报告",
    "报告录入无二人复核",
    "检测报告实行双人复核，批次号扫码录入",
    "总经理带队上门道歉，重发报告，赔偿方案客户已确认",
)
DELAY = Plot(
    "说好月初送检，十天出报告，现在二十天了还没有，我们年检等着用。",
    "马上出报告",
    "other",
    "not_covered",
    "对检测进度不满，第七条未涵盖",
    "样品外委检测，外委单位设备检修",
    "改送另一家有资质单位加急检测",
    "外委单位停检信息未及时传达",
    "外委进度每周核对，超期主动告知客户",
    "加急报告已送达，并说明外委检修情况",
)
METAL = Plot(
    "齿轮油监测报告说铁含量偏高让我们停机检修，拆开来齿面好好的，白停了两天，领导很不高兴。",
    "说明报告依据，减免本次检测费",
    "doubt",
    "major",
    "结果与拆检不符，客户停机两天，未构成危机事件",
    "铁含量数值无误，判断标准沿用了旧机型",
    "减免检测费，派工程师驻厂一周跟踪",
    "评判标准未随设备更新",
    "建立客户设备清单，评判标准按机型维护",
    "已书面说明判断依据，减免费用，工程师驻厂跟踪",
)


def add_complaints(dice: Random, today: dt.date) -> None:
    """One in each state, a crisis, a repeat, and the closed ones of the last months."""
    accounts = list(
        Account.objects.filter(standing=Standing.KEY)
        .exclude(owner=None)
        .order_by("pk")
        .select_related("owner__reports_to")[:60]
    )
    dice.shuffle(accounts)
    centre = User.objects.filter(is_service_centre=True).order_by("pk").first()
    plots = [VISCOSITY, MANNERS, DELAY, METAL, VISCOSITY, MANNERS]
    asked: list[tuple[Account, Plot, int, str, str]] = []
    for place, days in enumerate((170, 151, 133, 118, 104, 92, 81, 74, 66, 58, 47, 39, 33)):
        verdict = "dissatisfied" if place in (3, 8) else "satisfied"
        verdict = "not_given" if place == 10 else verdict
        asked.append((accounts[place], plots[place % len(plots)], days, S.CLOSED, verdict))
    asked += [
        (accounts[15], DELAY, 12, S.HANDLED, ""),
        (accounts[16], VISCOSITY, 8, S.INVESTIGATING, ""),
        (accounts[6], VISCOSITY, 7, S.TO_APPROVE, "dissatisfied"),
        (accounts[14], MANNERS, 6, S.REPLIED, ""),
        (accounts[17], WATER, 2, S.INVESTIGATING, ""),
        (accounts[18], METAL, 1, S.CLASSIFIED, ""),
        (accounts[19], MANNERS, 1, S.ACKNOWLEDGED, ""),
        (accounts[20], VISCOSITY, 1, S.RECEIVED, ""),
    ]
    values, serials = policy.in_force(), dict[int, int]()
    for account, plot, days, state, verdict in asked:
        moment = _moment(today - dt.timedelta(days=days), dice)
        serials[moment.year] = serials.get(moment.year, 0) + 1
        number = f"TS-{moment.year}-{serials[moment.year]:04}"
        taken_by = centre if centre and dice.random() < 0.6 else account.owner
        pace = dice.uniform(0.5, 1.6) if state == S.CLOSED else 0.9
        case = _case(account, plot, moment, state, taken_by, number, pace)
        if verdict:
            _judge(case, verdict, state, pace)
        _run_clocks(case, values)
        case.save()
        _tell(case, plot)
        if plot is WATER:
            _crisis(case)
        elif days == 8:
            _wait(case, values)


def _run_clocks(case: Complaint, values: policy.Values) -> None:
    """By when each step was due, as it was known before it was taken."""
    done = case.acknowledged_at, case.replied_at
    case.acknowledged_at = case.replied_at = None
    set_clocks(case, values)
    case.acknowledged_at, case.replied_at = done


def _moment(day: dt.date, dice: Random) -> dt.datetime:
    """In working hours of that day, or of the business day before it."""
    while not calendar.is_business_day(day):
        day -= dt.timedelta(days=1)
    clock = dt.time(dice.randrange(9, 11), dice.randrange(0, 60, 5))
    return timezone.make_aware(dt.datetime.combine(day, clock))


def _case(
    account: Account,
    plot: Plot,
    moment: dt.datetime,
    state: str,
    taken_by: User | None,
    number: str,
    pace: float,
) -> Complaint:
    owner = account.owner or taken_by
    person = account.contact_people.filter(left_on=None).order_by("pk").first()
    reached = FLOW.index(state) if state in FLOW else len(FLOW)  # type: ignore[arg-type]
    after = {
        step: moment + dt.timedelta(minutes=int(60 * hours * pace)) for step, hours in HOURS.items()
    }
    case = Complaint(
        number=number,
        account=account,
        complainant=person.name if person else "",
        phone=(person.mobile or person.phone) if person else "",
        channel="phone" if plot is not METAL else "in_person",
        received_at=moment,
        received_by=taken_by,
        content=plot.content,
        asks_for=plot.asks_for,
        cause=plot.cause if reached >= FLOW.index(S.CLASSIFIED) else "",
        status=state,
    )
    if plot is WATER:
        case.loss_amount, case.loss_reputation = 86000, "客户的客户要求说明"
    if reached >= 1:
        case.acknowledged_at = after[S.ACKNOWLEDGED]
    if reached >= 2:
        case.grade, case.grade_reason = plot.grade, plot.reason
        case.classified_at, case.classified_by = after[S.CLASSIFIED], taken_by
        case.is_very_dissatisfied = plot.grade in ("crisis", "major")
        if plot.grade == "crisis":
            case.has_serious_error = case.has_large_loss = True
            case.crisis_at, case.crisis_by = case.classified_at, taken_by
    if reached >= 3:
        case.handler, case.investigated_at = owner, after[S.INVESTIGATING]
        case.is_person_sent = plot.grade in ("crisis", "major")
    if reached >= 4:
        case.findings, case.measures = plot.findings, plot.measures
        case.root_cause, case.corrective_action = plot.root_cause, plot.action
        case.handled_at = after[S.HANDLED]
    if reached >= 5:
        case.reply, case.reply_way = plot.reply, "电话"
        case.replied_at, case.replied_by = after[S.REPLIED], owner
    return case


HOURS = {
    S.RECEIVED: 0,
    S.ACKNOWLEDGED: 1,
    S.CLASSIFIED: 2,
    S.INVESTIGATING: 3,
    S.HANDLED: 52,
    S.REPLIED: 74,
    S.TO_APPROVE: 96,
    S.CLOSED: 120,
}


def _judge(case: Complaint, verdict: str, state: str, pace: float) -> None:
    """The customer's verdict, and the second person it takes without satisfaction."""
    case.verdict = verdict
    if verdict != "satisfied":
        case.verdict_words = "说了等于没说" if verdict == "dissatisfied" else ""
        case.close_reason = (
            "客户要求的赔偿没有依据，已三次沟通" if verdict == "dissatisfied" else "三次联系未接"
        )
        case.close_asked_by = case.handler
        case.close_asked_at = case.received_at + dt.timedelta(hours=HOURS[S.TO_APPROVE] * pace)
    if state == S.CLOSED:
        superior = case.handler.reports_to if case.handler else None
        case.closed_by = case.handler if verdict == "satisfied" else superior
        case.closed_at = case.received_at + dt.timedelta(hours=HOURS[S.CLOSED] * pace)


def _tell(case: Complaint, plot: Plot) -> None:
    """The chronology that the workflow would have written."""
    told = [
        (StepVerb.RECEIVED, case.received_by, case.received_at, ""),
        (StepVerb.ACKNOWLEDGED, case.received_by, case.acknowledged_at, ""),
        (StepVerb.CLASSIFIED, case.classified_by, case.classified_at, plot.reason),
        (StepVerb.INVESTIGATED, case.classified_by, case.investigated_at, str(case.handler or "")),
        (StepVerb.HANDLED, case.handler, case.handled_at, plot.measures),
        (StepVerb.REPLIED, case.replied_by, case.replied_at, plot.reply),
        (StepVerb.CLOSE_ASKED, case.close_asked_by, case.close_asked_at, case.close_reason),
        (StepVerb.CLOSED, case.closed_by, case.closed_at, ""),
    ]
    ComplaintStep.objects.bulk_create(
        ComplaintStep(
            complaint=case, verb=verb, actor=actor, to_status=case.status, note=note,
            happened_at=moment,
        )
        for verb, actor, moment, note in told
        if moment and actor
    )  # fmt: skip


def _crisis(case: Complaint) -> None:
    """What went on since, and what the customer added."""
    notes = (
        (5, "客户设备部通知全厂停用本批油品，要求当天到现场"),
        (8, "工程师到现场取样，三台注塑机油样均乳化"),
        (26, "留样复测水分超标，确认报告批次数据取错"),
    )
    for hours, text in notes:
        ComplaintStep.objects.create(
            complaint=case,
            verb=StepVerb.NOTED,
            actor=case.handler or case.received_by,
            to_status=case.status,
            note=text,
            happened_at=case.received_at + dt.timedelta(hours=hours),
        )
    ComplaintAddition.objects.create(
        complaint=case,
        text="客户补充：下游客户也来问了，要求我们出书面说明。",
        written_by=case.handler or case.received_by,
        written_at=case.received_at + dt.timedelta(hours=9),
    )


def _wait(case: Complaint, values: policy.Values) -> None:
    """One that waits for the customer's sample: its clock stands still."""
    ComplaintPause.objects.create(
        complaint=case,
        reason="等客户寄回在用油样",
        started_at=case.received_at + dt.timedelta(hours=28),
        started_by=case.handler or case.received_by,
    )
    set_clocks(case, values)
    case.save(update_fields=["reply_due_at"])


SUMMARIES = (
    "客户对检测报告的疑问集中在取样方法，建议报告附取样说明；接听态度投诉已整改。",
    "检测进度咨询增多，建议外委项目主动告知进度；小包装需求继续跟进。",
)


def add_monthly_feedback(dice: Random, today: dt.date) -> None:
    """Sent for the two months before the last; the last one is still to be written."""
    writer = User.objects.filter(is_service_centre=True).order_by("pk").first()
    if writer is None:
        return
    this_month = today.replace(day=1)
    for back, summary in zip((3, 2), SUMMARIES, strict=True):
        month = calendar.add_months(this_month, -back)
        day = calendar.add_business_days(calendar.add_months(month, 1), 3)
        sent_at = timezone.make_aware(dt.datetime.combine(day, dt.time(16, 20)))
        report = MonthlyFeedback.objects.create(month=month, summary=summary, drawn_up_by=writer)
        report.drawn_up_at = sent_at - dt.timedelta(hours=2)
        lines = gathering.lines_of(month)
        for place, line in enumerate(lines):
            line.report, line.position = report, place
        MonthlyLine.objects.bulk_create(lines)
        report.status, report.sent_by, report.sent_at = MonthlyStatus.SENT, writer, sent_at
        report.save()
        MonthlyRecipient.objects.bulk_create(
            MonthlyRecipient(
                report=report,
                user=person,
                read_at=sent_at + dt.timedelta(hours=dice.randrange(1, 40))
                if dice.random() < 0.7
                else None,
            )
            for person in recipients(policy.in_force())
        )
