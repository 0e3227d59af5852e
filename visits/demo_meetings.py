"""Whom the demo company's people went to see, and who came to see them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random
from typing import Any

from django.utils import timezone

from accounts.demo.copying import copy, give_keys
from accounts.models import Account, Channel, Direction, Interaction, Standing
from staff import calendar
from staff.models import Role, User
from visits.models import (
    CateringRequest,
    CateringStatus,
    Importance,
    Level,
    Reception,
    ReceptionItem,
    ReceptionStatus,
    ReceptionVisitor,
    Visit,
    VisitContact,
    VisitStatus,
)
from visits.policies import PREPARATIONS

DAYS_BACK, COMING, FORGOTTEN = 66, 26, 11  # every eleventh is forgotten
REASONS = (
    ("季度走访", "设备部反映液压油温正常，下季度用量与本季持平。", "介绍了新的小包装规格。"),
    ("技术交流", "空压机换油周期偏短，希望延长到四千小时。", "建议先取油样化验再定。"),
    ("催收货款", "财务说本月底前付清上月两张发票。", "把对账单当面交给了财务。"),
    ("新品推介", "愿意在二号车间试用长效齿轮油。", "讲了长效齿轮油的试用条件。"),
    ("处理反馈", "渗油的两桶已换下，对处理速度满意。", "说明了密封件的改进。"),
)
HOURS = (dt.time(9, 30), dt.time(11), dt.time(14), dt.time(15, 45))


def business_day(day: dt.date, step: int) -> dt.date:
    """The nearest business day from there, backwards or forwards."""
    while not calendar.is_business_day(day):
        day += dt.timedelta(days=step)
    return day


def moment(day: dt.date, clock: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, clock))


def add_visits(dice: Random, today: dt.date) -> None:
    """Visits of the last months with their records, some forgotten, and those of the next weeks."""
    accounts = list(
        Account.objects.filter(standing__in=[Standing.KEY, Standing.UNCLASSIFIED])
        .exclude(owner=None)
        .order_by("pk")
        .select_related("owner")
    )
    visits: list[Visit] = []
    for number in range(DAYS_BACK):
        day = business_day(today - dt.timedelta(days=1 + number), -1)
        visits.append(_visit(dice, dice.choice(accounts), day, went=number % FORGOTTEN != 2))
    for number in range(COMING):
        day = business_day(today + dt.timedelta(days=number * 2 // 3), 1)
        visits.append(_visit(dice, dice.choice(accounts), day, went=False))
    visits += _this_week(Random(7), accounts, today)  # noqa: S311 - the same each time
    talks = [visit.interaction for visit in visits if visit.interaction]
    give_keys(talks)
    copy(talks)  # keeps the day each was written
    Visit.objects.bulk_create(visits)
    people = {visit.account_id: visit.account.contact_people.first() for visit in visits}
    VisitContact.objects.bulk_create(
        VisitContact(visit=visit, contact_person=person)
        for visit in visits
        if (person := people[visit.account_id])
    )


def _this_week(dice: Random, accounts: list[Account], today: dt.date) -> list[Visit]:
    """Two visits a day of every specialist: each calendar, and today, has something in it."""
    own: dict[int, list[Account]] = {}
    for account in accounts:
        if account.owner and account.owner.role == Role.SPECIALIST:
            own.setdefault(account.owner.pk, []).append(account)
    monday = today - dt.timedelta(days=today.weekday())
    week = [monday + dt.timedelta(days=number) for number in range(7)]
    days = [day for day in week if day == today or calendar.is_business_day(day)]
    return [
        _visit(dice, dice.choice(theirs), day, went=day < today, clock=clock)
        for theirs in own.values()
        for day in days
        for clock in sorted(dice.sample(HOURS, 2))
    ]


def _visit(
    dice: Random, account: Account, day: dt.date, *, went: bool, clock: dt.time | None = None
) -> Visit:
    purpose, heard, told = dice.choice(REASONS)
    at = moment(day, clock or dice.choice(HOURS))
    visit = Visit(
        account=account,
        visitor=account.owner,
        created_by=account.owner,
        planned_at=at,
        purpose=purpose,
        place=account.address,
    )
    if went:
        visit.status, visit.told = VisitStatus.DONE, told
        visit.arrived_at = at - dt.timedelta(minutes=dice.randrange(10))
        visit.interaction = _talk(account, at, Channel.VISIT, Direction.OUT, purpose, heard)
    return visit


def _talk(
    account: Account, at: dt.datetime, channel: str, direction: str, purpose: str, text: str
) -> Interaction:
    return Interaction(
        account=account,
        author=account.owner,
        happened_at=at,
        created_at=at + dt.timedelta(hours=3),
        channel=channel,
        direction=direction,
        purpose=purpose,
        summary=text,
    )


VISITORS = (
    (("邵文斌", "总经理", Importance.LEADER), ("姚敏", "采购部长", Importance.MANAGER)),
    (("金志诚", "设备部长", Importance.MANAGER), ("陶勇", "工程师", Importance.STAFF)),
    (("汤晓梅", "采购主管", Importance.MANAGER),),
)
# Days from today, state, purpose, catering (yuan; None: none asked for) and its state.
COMERS = (
    (1, ReceptionStatus.PLANNED, "参观灌装车间和化验室", "880", CateringStatus.SUBMITTED),
    (4, ReceptionStatus.PLANNED, "洽谈下年度框架协议", "1500", CateringStatus.APPROVED),
    (9, ReceptionStatus.PLANNED, "技术培训", None, None),
    (-1, ReceptionStatus.PLANNED, "验厂", "600", CateringStatus.REFUSED),
    (-3, ReceptionStatus.DONE, "交流油液监测方案", "450", CateringStatus.APPROVED),
    (-20, ReceptionStatus.DONE, "签署年度协议", "1200", CateringStatus.APPROVED),
    (-45, ReceptionStatus.DONE, "参观考察", None, None),
    (-8, ReceptionStatus.CANCELLED, "质量回访", None, None),
)


def add_receptions(dice: Random, today: dt.date) -> None:
    """Visitors in every state: to come, to record, to thank, thanked, called off."""
    accounts = list(
        Account.objects.filter(standing=Standing.KEY, owner__role=Role.SPECIALIST)
        .order_by("pk")
        .select_related("owner__reports_to")
    )
    for number, (days, status, purpose, amount, state) in enumerate(COMERS):
        account = accounts[(number * 7) % len(accounts)]
        day = business_day(today + dt.timedelta(days=days), 1 if days > 0 else -1)
        reception = _reception(account, moment(day, dt.time(10)), status, purpose)
        _prepare(reception, dice)
        if amount and state:
            _cater(reception, Decimal(amount), state, is_spent=days < -10)


def _reception(account: Account, at: dt.datetime, status: str, purpose: str) -> Reception:
    owner: Any = account.owner
    level = Level.VIP if account.tier in ("A1", "A2") else Level.ORDINARY
    reception = Reception(
        account=account,
        host=owner.reports_to if level == Level.VIP and owner.reports_to else owner,
        created_by=owner,
        planned_at=at,
        minutes=180,
        purpose=purpose,
        place="贵宾会议室" if level == Level.VIP else "二楼会议室",
        level=level,
        level_reason=f"等级 {account.tier}" if account.tier else "例行来访",
        schedule="10:00 大堂迎接\n10:15 会议室座谈\n11:00 参观车间和化验室\n12:00 午餐",
    )
    if status == ReceptionStatus.CANCELLED:
        reception.status, reception.cancel_reason = status, "客户临时出差，改期另约"
    if status == ReceptionStatus.DONE:
        said = "座谈后参观了化验室，客户认可检测能力，提出月度油样送检。"
        talk = _talk(account, at, Channel.MEETING, Direction.IN, purpose, said)
        give_keys([talk])
        copy([talk])
        reception.status, reception.interaction = status, talk
        reception.done_on = timezone.localdate(at)
        if at < timezone.now() - dt.timedelta(days=10):
            reception.thanked_at, reception.thanked_by = at + dt.timedelta(days=1), owner
            reception.thanks = "次日电话致谢，并发去合影"
    reception.save()
    return reception


def _prepare(reception: Reception, dice: Random) -> None:
    owner = reception.created_by
    for name, position, importance in VISITORS[reception.pk % len(VISITORS)]:
        ReceptionVisitor.objects.create(
            reception=reception,
            name=name,
            position=position,
            unit=reception.account.name,
            importance=importance,
        )
    if reception.host != owner:
        reception.colleagues.add(owner)
    is_over = reception.planned_at < timezone.now()
    for text in PREPARATIONS[reception.level].initial:
        is_done = is_over or dice.random() < 0.4
        ReceptionItem.objects.create(
            reception=reception,
            text=text,
            done_at=min(timezone.now(), reception.planned_at) if is_done else None,
            done_by=owner if is_done else None,
        )


def _cater(reception: Reception, amount: Decimal, state: str, *, is_spent: bool) -> None:
    asked_by: User = reception.created_by
    asked = CateringRequest(
        reception=reception, amount=amount, reason="午餐，含陪同人员", requested_by=asked_by,
        status=state,
    )  # fmt: skip
    if state != CateringStatus.SUBMITTED:
        asked.decided_by, asked.decided_at = asked_by.reports_to, timezone.now()
        asked.decision_note = "按标准从简" if state == CateringStatus.REFUSED else ""
    if is_spent:
        asked.actual_cost, asked.actual_note = amount - 86, "有发票"
    asked.save()
    day_before = min(reception.planned_at, timezone.now()) - dt.timedelta(days=1)
    decided = None if asked.decided_at is None else day_before + dt.timedelta(hours=4)
    CateringRequest.objects.filter(pk=asked.pk).update(requested_at=day_before, decided_at=decided)
