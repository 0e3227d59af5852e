"""What people judged, confirmed, said and promised."""

from __future__ import annotations

import datetime as dt

from accounts.demo.copying import give_keys
from accounts.demo.story import Customer, Story
from accounts.judgements import JudgementKind as J
from accounts.models import (
    Channel,
    Confirmation,
    Direction,
    Feedback,
    FeedbackKind,
    InformationGroup,
    Interaction,
    Judgement,
    Standing,
)
from staff.models import Department, User

PRODUCTS = (
    "抗磨液压油HM46",
    "齿轮油CKD220",
    "主轴油FD10",
    "导轨油G68",
    "空压机油DAB150",
    "切削液HZ-30",
    "高温链条油",
    "2号锂基脂",
    "导热油L-QB300",
)
EVIDENCE = {
    J.PAYMENT_REPUTATION: (
        "近12个月均按期回款",
        "去年有一次逾期20天，已补齐",
        "账期内付清，承兑为主",
    ),
    J.VOLUME_WORD: ("与同行业客户相比", "按设备台数估算"),
    J.GROWTH_POTENTIAL: ("二期厂房明年投产", "产能已满，暂无扩产计划", "新增三条产线"),
    J.DEVELOPMENT_POTENTIAL: ("有意试用全系列产品", "集团有统采计划"),
    J.PROFIT_CONTRIBUTION: ("以大桶低价品为主", "运费由我方承担"),
    J.PROFIT_RATE: ("专用油品，价格稳定", "高附加值产品占比高"),
    J.PURCHASE_FREQUENCY: ("每月都有订单",),
    J.LOYALTY: ("合作八年，未换过供应商",),
    J.EFFECT_ON_RESULTS: ("带动周边维修店采购",),
}
TALKS = (
    (Channel.PHONE, Direction.OUT, "回访", "{who}说{product}油温正常，本月照常要货。"),
    (Channel.VISIT, Direction.OUT, "拜访", "到现场看了{product}在用设备，取两份油样，{who}陪同。"),
    (Channel.VISIT, Direction.OUT, "技术交流", "与{who}谈换油周期，建议{product}延长到四个月。"),
    (Channel.WECHAT, Direction.IN, "询价", "{who}微信询{product}下季度价格，已发报价单。"),
    (Channel.PHONE, Direction.IN, "催货", "{who}来电催{product}到货，已与仓库确认，后天送到。"),
    (Channel.MEETING, Direction.OUT, "年度合同", "与{who}谈明年框架协议，希望账期延到60天。"),
    (Channel.EMAIL, Direction.OUT, "资料", "给{who}发了{product}的检测报告和安全说明书。"),
    (Channel.PHONE, Direction.OUT, "对账", "与{who}核对上月对账单，差一张发票，已补寄。"),
    (Channel.VISIT, Direction.OUT, "新品推广", "向{who}介绍长寿命{product},同意先试一台设备。"),
    (Channel.WECHAT, Direction.OUT, "通知", "告诉{who}春节前最后一次送货的时间。"),
)  # fmt: skip
FIRST_TALKS = (
    (Channel.PHONE, Direction.OUT, "初次联系", "经同行介绍联系上{who}，目前用其他品牌，愿看样品。"),
    (Channel.VISIT, Direction.OUT, "走访", "看了车间，{who}说{product}用量不小，年底换供应商。"),
    (Channel.OTHER, Direction.IN, "展会", "展会上{who}留了名片，想了解{product}。"),
)  # fmt: skip
STEPS = (
    "寄{product}样品5升",
    "报下季度价格",
    "安排油液检测取样",
    "送合同盖章",
    "核对上季度对账单",
    "约设备部做技术交流",
    "确认二期设备清单",
    "回访试用情况",
)
FEEDBACK = (
    (FeedbackKind.NEED, "希望{product}能有20升小包装。", "可以提供，起订10桶。"),
    (FeedbackKind.NEED, "二期要增加一套集中润滑系统，想请你们出方案。", "技术部下周到现场测绘。"),
    (FeedbackKind.OPINION, "{product}比原来的牌子耐用，就是价格偏高。", "已在年度协议里给阶梯价。"),
    (FeedbackKind.SUGGESTION, "送货单上最好印批次号，方便我们追溯。", "仓库已改单据格式。"),
    (FeedbackKind.SUGGESTION, "建议每季度给车间做一次用油培训。", "列入下季度培训计划。"),
    (FeedbackKind.PROBLEM, "上批{product}有两桶密封圈渗油。", "已换货并通知灌装线检查。"),
    (FeedbackKind.PROBLEM, "交货晚了三天，差点停机。", "调整为安全库存供货，已道歉。"),
    (FeedbackKind.PROBLEM, "切削液有异味，工人有意见。", "取样化验为细菌超标，已上门处理。"),
)
DEPARTMENTS = ("技术部", "仓储物流部", "质量部", "财务部")


def add_talks(story: Story) -> None:
    departments = {name: Department.objects.get_or_create(name=name)[0] for name in DEPARTMENTS}
    for customer in story.customers:
        _judge(story, customer)
        _talk(story, customer, departments)
    for customer in story.customers:
        if customer.is_key:
            _confirm(story, customer)


def _judge(story: Story, customer: Customer) -> None:
    """As the profile says; one in eight questions nobody has answered yet."""
    owner = _owner(story, customer)
    for kind, value in customer.profile.judgements:
        if customer.profile.is_certain or story.chance(0.88):
            story.judgements.append(
                Judgement(
                    account=customer.row,
                    kind=kind,
                    value=value,
                    judged_by=story.superior(owner) if story.chance(0.3) else owner,
                    judged_on=story.workday(story.random.randrange(10, 320)),
                    note=story.random.choice(EVIDENCE[J(kind)]) if story.chance(0.7) else "",
                )
            )


def _confirm(story: Story, customer: Customer) -> None:
    """Most within the month that S4 6.3 suggests, one in six late; those just added not yet."""
    if (story.today - customer.row.created_at.date()).days < 25:
        return
    is_in_time = story.chance(0.83)
    for group in InformationGroup.values:
        is_fresh = is_in_time or story.chance(0.6)
        days = story.random.randrange(2, 20) if is_fresh else 31 + _days(story, 40)
        story.confirmations.append(
            Confirmation(
                account=customer.row,
                group=group,
                confirmed_on=story.workday(days),
                confirmed_by=_owner(story, customer),
            )
        )


def _talk(story: Story, customer: Customer, departments: dict[str, Department]) -> None:
    """Contacts over the years, more of them lately; the last one often leaves a next step."""
    count = {
        Standing.KEY: 6 + _days(story, 9),
        Standing.UNCLASSIFIED: 2 + _days(story, 5),
        Standing.PROSPECT: 1 + _days(story, 3),
    }.get(Standing(customer.row.standing), _days(story, 3))
    age = max(6, (story.today - customer.row.created_at.date()).days)
    span = min(age, 1050)
    days_ago = sorted(1 + int((span - 3) * story.random.random() ** 2) for _ in range(count))
    talks = [_interaction(story, customer, days) for days in reversed(days_ago)]
    for talk in talks[:-1]:
        if story.chance(0.2):
            _promise(story, talk, kept=True)
    if talks and story.chance(0.4):
        _promise(story, talks[-1], kept=False)
    give_keys(talks)
    story.interactions += talks
    for talk in talks:
        if story.chance(0.06):
            _hear(story, customer, talk, departments)


def _interaction(story: Story, customer: Customer, days_ago: int) -> Interaction:
    is_first = customer.row.standing == Standing.PROSPECT
    channel, direction, purpose, text = story.random.choice(FIRST_TALKS if is_first else TALKS)
    contact = story.random.choice(customer.contacts) if customer.contacts else None
    who = f"{contact.name}（{contact.position}）" if contact else "前台"
    happened = story.moment(story.workday(days_ago))
    return Interaction(
        account=customer.row,
        author=_owner(story, customer),
        contact_person=contact,
        happened_at=happened,
        channel=channel,
        direction=direction,
        purpose=purpose,
        summary=text.format(product=story.random.choice(PRODUCTS), who=who),
        created_at=happened + dt.timedelta(minutes=40),
    )


def _promise(story: Story, talk: Interaction, *, kept: bool) -> None:
    """A step that was done, or one that is due within weeks or already late."""
    talk.next_step = story.random.choice(STEPS).format(product=story.random.choice(PRODUCTS))
    if kept:
        talk.next_step_on = talk.happened_at.date() + dt.timedelta(days=5)
        done = min(talk.next_step_on, story.today - dt.timedelta(days=1))
        talk.next_step_done_at = story.moment(done)
    else:
        talk.next_step_on = story.today + dt.timedelta(days=story.random.randrange(-12, 30))


def _hear(
    story: Story, customer: Customer, talk: Interaction, departments: dict[str, Department]
) -> None:
    """Something that must be passed on: still open, answered, or the customer told."""
    kind, text, answer = story.random.choice(FEEDBACK)
    author, superior = talk.author, story.superior(talk.author)
    feedback = Feedback(
        account=customer.row,
        interaction=talk,
        kind=kind,
        text=text.format(product=story.random.choice(PRODUCTS)),
        raised_at=talk.happened_at,
        raised_by=author,
    )
    is_recent = (story.today - talk.happened_at.date()).days < 25
    steps = _days(story, 4) if is_recent else 3
    if steps:
        feedback.passed_to = superior
        feedback.department = departments[story.random.choice(DEPARTMENTS)]
        feedback.passed_at = talk.happened_at + dt.timedelta(hours=3)
    if steps > 1:
        feedback.answer, feedback.answered_by = answer, superior
        feedback.answered_at = talk.happened_at + dt.timedelta(hours=21)
    if steps > 2:
        feedback.told_by = author
        feedback.told_at = talk.happened_at + dt.timedelta(hours=22)
    story.feedback.append(feedback)


def _owner(story: Story, customer: Customer) -> User:
    row = customer.row
    if row.owner:
        return row.owner
    is_east = row.region == story.people["shenlihua"].region
    return story.people["shenlihua" if is_east else "liangzhiming"]


def _days(story: Story, below: int) -> int:
    return story.random.randrange(below)
