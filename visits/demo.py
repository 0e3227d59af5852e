"""What the demo company's people did when they called and met their customers."""

from __future__ import annotations

import datetime as dt
from random import Random

from django.utils import timezone

from accounts.demo.copying import copy, give_keys
from accounts.models import (
    Account,
    Channel,
    Direction,
    Feedback,
    FeedbackKind,
    Interaction,
    Standing,
)
from staff import calendar
from visits.models import (
    Answer,
    ContactReport,
    Question,
    QuestionSet,
    ReturnVisit,
    Satisfaction,
    Topic,
)

YEAR = 365
LATE, DISSATISFIED, ANSWERED, WORDS = 0.11, 0.03, 0.93, 0.35
SAID = {
    Topic.ACCURACY: ("规格和批次都对", "检验报告与实物一致"),
    Topic.TIMELINESS: ("都按约定日期到货", "上月那批提前到了"),
    Topic.ATTITUDE: ("小伙子很热心", "随叫随到"),
}
COMPLAINED = {
    Topic.ACCURACY: "有一批黏度等级发错，换货用了四天",
    Topic.TIMELINESS: "连续两次晚到，仓库只剩一天的量",
    Topic.ATTITUDE: "打电话催货时说话不耐烦",
}

REPORTED = (
    "客户年底换供应商，请主管一起去见设备部长。",
    "对方要求账期延到90天，想听您的意见。",
    "竞品已送样，两周内会有结果，建议先做油液检测。",
    "二期设备清单已拿到，预计每年增加十万元以上。",
)


def add_return_visits(dice: Random, today: dt.date) -> None:
    """A year of return visits to the key accounts: most in time, one customer in nine late."""
    asked = QuestionSet.objects.get(retired_at=None, account_kind="")
    questions = list(asked.questions.all())
    calls: list[ReturnVisit] = []
    answers: list[Answer] = []
    for account in (
        Account.objects.filter(standing=Standing.KEY)
        .exclude(owner=None)
        .order_by("pk")
        .select_related("owner")
    ):
        known_for = (today - account.created_at.date()).days
        days_ago = dice.randrange(64, 100) if dice.random() < LATE else dice.randrange(1, 56)
        while days_ago < min(known_for, YEAR):
            call = _call(account, asked, _moment(today - dt.timedelta(days=days_ago), dice))
            given = [_answer(call, question, dice) for question in questions]
            call.is_dissatisfied = any(one.feedback for one in given)
            calls.append(call)
            answers += given
            days_ago += dice.randrange(48, 62)
    talks = [call.interaction for call in calls]
    give_keys(talks)
    copy(talks)  # keeps the day each was written
    Feedback.objects.bulk_create(answer.feedback for answer in answers if answer.feedback)
    ReturnVisit.objects.bulk_create(calls)
    Answer.objects.bulk_create(answers)


def _moment(day: dt.date, dice: Random) -> dt.datetime:
    """In working hours of that day, or of the business day before it."""
    while not calendar.is_business_day(day):
        day -= dt.timedelta(days=1)
    clock = dt.time(dice.randrange(9, 17), dice.randrange(0, 60, 5))
    return timezone.make_aware(dt.datetime.combine(day, clock))


def _call(account: Account, asked: QuestionSet, moment: dt.datetime) -> ReturnVisit:
    talk = Interaction(
        account=account,
        author=account.owner,
        happened_at=moment,
        created_at=moment,
        channel=Channel.PHONE,
        direction=Direction.OUT,
        purpose="电话回访",
        summary="按回访提纲逐项询问，答复见回访记录。",
    )
    return ReturnVisit(account=account, interaction=talk, question_set=asked)


def _answer(call: ReturnVisit, question: Question, dice: Random) -> Answer:
    """Mostly satisfied; a dissatisfied one is passed on and, when it is old, answered."""
    answer = Answer(return_visit=call, question=question)
    if question.topic not in SAID:
        return answer
    topic = Topic(question.topic)
    if dice.random() < DISSATISFIED:
        answer.satisfaction, answer.text = Satisfaction.DISSATISFIED, COMPLAINED[topic]
        answer.feedback = _feedback(call.interaction, COMPLAINED[topic])
    elif dice.random() < ANSWERED:
        answer.satisfaction = Satisfaction.SATISFIED
        answer.text = dice.choice(SAID[topic]) if dice.random() < WORDS else ""
    return answer


def _feedback(talk: Interaction, text: str) -> Feedback:
    told_at = talk.happened_at + dt.timedelta(days=3)
    feedback = Feedback(
        account=talk.account,
        interaction=talk,
        kind=FeedbackKind.PROBLEM,
        text=text,
        raised_at=talk.happened_at,
        raised_by_id=talk.author_id,
    )
    if told_at < timezone.now():
        feedback.answer, feedback.answered_by_id = "已查明原因并整改，向客户说明。", talk.author_id
        feedback.answered_at = feedback.told_at = told_at
        feedback.told_by_id = talk.author_id
    return feedback


def add_contact_reports(dice: Random, today: dt.date) -> None:
    """The latest contacts of prospects and key accounts; half of them read."""
    talks = Interaction.objects.filter(
        account__standing__in=["prospect", "key"],
        author__reports_to__isnull=False,
        happened_at__date__gte=today - dt.timedelta(days=40),
    ).exclude(purpose="电话回访")
    reports = []
    for number, talk in enumerate(talks.select_related("author__reports_to")[:24:2]):
        sent_at = talk.happened_at + dt.timedelta(hours=2)
        is_read = number % 2 == 1
        reports.append(
            ContactReport(
                interaction=talk,
                summary=dice.choice(REPORTED),
                sent_by=talk.author,
                sent_to=talk.author.reports_to,
                sent_at=sent_at,
                read_at=sent_at + dt.timedelta(hours=20) if is_read else None,
                remark="知道了，下周一起去。" if is_read and number % 4 == 1 else "",
            )
        )
    copy(reports)
