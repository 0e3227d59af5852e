"""The calls that the demo company took: answered, worked out, called back, still waiting."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from django.utils import timezone

from accounts.models import Account, Channel, Direction, Interaction, Standing
from complaints.models import (
    CallBackAttempt,
    CallKind,
    CallRecord,
    CallStatus,
    DepartmentQuestion,
    NotReached,
    Situation,
)
from staff import calendar
from staff.models import Department, User

# Kind, what the caller asked, what they were told.
ASKED = (
    (
        CallKind.ENQUIRY,
        "HM46 能不能用在注塑机上？",
        "可以，注塑机液压系统推荐 HM46，换油周期 4000 小时。",
    ),
    (CallKind.ENQUIRY, "桶装油最少起订多少？", "200 升桶一桶起订，三天内送到。"),
    (
        CallKind.LOOK_UP,
        "上周寄来的油样检测结果出来了吗？",
        "黏度 45.8，水分和酸值合格，可以继续使用。",
    ),
    (CallKind.ENQUIRY, "切削液浓度配多少合适？", "车削按 5%，磨削按 3%，每周测一次。"),
    (CallKind.LOOK_UP, "发票开了没有？", "昨天已开出，电子发票发到采购邮箱。"),
    (CallKind.ENQUIRY, "导热油多久要换？", "每半年取样，残炭超过 1.5% 再换。"),
)
HARD = (
    (
        "空压机油乳化发白，还能不能继续用？",
        "质量部",
        "乳化发白的空压机油怎样判断能否继续使用？",
        "水分超过 0.1% 须换油，并检查冷却器。",
    ),
    (
        "二期设备想用生物降解油，有没有合适的牌号？",
        "技术部",
        "有没有生物降解液压油可以替代 HM46？",
        "HETG 46 可以替代，起订两吨，交期三周。",
    ),
    ("年底能不能把送货改到夜间？", "仓储物流部", "夜间 22 点以后能否安排送货？", ""),
    ("旧油桶能不能回收抵扣？", "财务部", "旧桶回收按什么价抵扣？", ""),
)
EASY = (41, 37, 33, 30, 26, 23, 20, 17, 13, 10, 8, 6, 3, 1, 0)
AGO = (12, 5, 2, 1)  # when the hard ones came
Hard = tuple[str, str, str, str]
DEPARTMENTS: dict[str, tuple[str, ...]] = {
    "技术部": (),
    "质量部": ("shenlihua",),
    "仓储物流部": (),
    "财务部": (),
}
CALLERS = ("王工", "李主任", "赵采购", "孙师傅", "周经理")


def add_calls(dice: Random, today: dt.date) -> None:
    """Two dozen calls of the last weeks, and the departments that help to answer."""
    people = {person.username: person for person in User.objects.all()}
    departments = _departments(people)
    accounts = list(
        Account.objects.filter(standing=Standing.KEY)
        .exclude(owner=None)
        .select_related("owner")
        .order_by("pk")[:40]
    )
    calls = _Calls(dice, today, people["hejing"], accounts)
    easy: list[tuple[int, Hard | None]] = [(days_ago, None) for days_ago in EASY]
    for days_ago, hard in sorted([*easy, *zip(AGO, HARD, strict=True)], key=lambda one: -one[0]):
        if hard is None:
            calls.answered(days_ago)
            continue
        question, name, asked, answer = hard
        call = calls.waiting(question, days_ago)
        calls.ask(call, departments[name], asked, answer, is_over=days_ago > 4)
    calls.stranger()


def _departments(people: dict[str, User]) -> dict[str, Department]:
    found = {}
    for name, usernames in DEPARTMENTS.items():
        found[name], _is_new = Department.objects.get_or_create(name=name)
        found[name].people.set(people[username] for username in usernames)
    return found


class _Calls:
    """Writes calls, numbered by the day they came."""

    def __init__(self, dice: Random, today: dt.date, taker: User, accounts: list[Account]) -> None:
        self.dice, self.today, self.taker, self.accounts = dice, today, taker, accounts
        self.count: dict[int, int] = {}

    def answered(self, days_ago: int) -> None:
        kind, question, answer = self.dice.choice(ASKED)
        call = self._call(days_ago, question, kind=kind, status=CallStatus.ANSWERED, answer=answer)
        call.answered_at, call.answered_by = call.received_at, call.taken_by
        if kind == CallKind.LOOK_UP:
            call.told_to = call.caller
        self._keep(call)

    def waiting(self, question: str, days_ago: int) -> CallRecord:
        call = self._call(days_ago, question, status=CallStatus.OPEN)
        call.responsible = call.account.owner if call.account and call.account.owner else self.taker
        call.why_not_answered = "需要相关部门研究"
        call.situations = [Situation.BEYOND]
        if days_ago == 1:
            call.call_back_by = timezone.now() + dt.timedelta(hours=20)
        return self._keep(call)

    def ask(
        self, call: CallRecord, department: Department, text: str, answer: str, *, is_over: bool
    ) -> None:
        """A question to a department, and when all is over the call-back."""
        asked_at = call.received_at + dt.timedelta(minutes=25)
        question = DepartmentQuestion(
            call=call, department=department, text=text, asked_by=call.taken_by, asked_at=asked_at
        )
        if answer:
            question.answer, question.answerer = answer, f"{department}值班工程师"
            question.answered_at = asked_at + dt.timedelta(hours=3)
        question.save()
        call.status = CallStatus.WITH_DEPARTMENTS
        if is_over:
            CallBackAttempt.objects.create(
                call=call, made_by=call.responsible, outcome=NotReached.NO_ANSWER
            )
            call.status, call.answer = CallStatus.REPLIED, answer
            call.answered_at = call.received_at + dt.timedelta(hours=26)
            call.answered_by = call.responsible
        call.save()

    def stranger(self) -> None:
        """Somebody whom nobody knows yet, in dialect."""
        call = self._call(0, "听同行说起你们，想了解导轨油的价格。", status=CallStatus.OPEN)
        call.account, call.unit, call.phone = None, "昆山巴城精密模具厂", "15400008801"
        call.situations, call.dialect = [Situation.DIALECT], "wu"
        call.why_not_answered = "对方说方言，请能听懂的同事回电"
        self._keep(call)

    def _call(self, days_ago: int, question: str, **values: Any) -> CallRecord:
        account = self.dice.choice(self.accounts)
        moment = self._moment(days_ago)
        self.count[moment.year] = self.count.get(moment.year, 0) + 1
        return CallRecord(
            number=f"LD-{moment.year}-{self.count[moment.year]:04}",
            account=account,
            caller=self.dice.choice(CALLERS),
            unit=account.short_name or account.name,
            phone=account.phone or "15400008800",
            question=question,
            received_at=moment,
            taken_by=self.taker,
            responsible=self.taker,
            **values,
        )

    def _keep(self, call: CallRecord) -> CallRecord:
        if call.account:
            call.interaction = Interaction.objects.create(
                account=call.account,
                author=call.taken_by,
                happened_at=call.received_at,
                channel=Channel.PHONE,
                direction=Direction.IN,
                purpose=str(call.get_kind_display()),
                summary="\n".join(filter(None, [call.question, call.answer])),
            )
        call.save()
        return call

    def _moment(self, days_ago: int) -> dt.datetime:
        """In working hours of that day, or of the business day before it; never to come."""
        day = self.today - dt.timedelta(days=days_ago)
        while not calendar.is_business_day(day):
            day -= dt.timedelta(days=1)
        clock = dt.time(self.dice.randrange(9, 17), self.dice.randrange(0, 60, 5))
        moment = timezone.make_aware(dt.datetime.combine(day, clock))
        return min(moment, timezone.now() - dt.timedelta(minutes=self.dice.randrange(5, 50)))
