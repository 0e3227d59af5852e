"""Surveys of the demo company's prospects, and applications for recognition in every state."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from django.utils import timezone

from accounts.models import Account, Standing
from accounts.workflow.business_type import recognise
from development.models import (
    Deputy,
    DocumentKind,
    Origin,
    Principle,
    RecognitionApplication,
    RecognitionLine,
    RecognitionStatus,
    RecognitionStep,
    Survey,
    SurveyColleague,
    SurveyDocument,
    SurveyKind,
    SurveyPrinciple,
    SurveyStatus,
)
from development.recognition_number import next_number
from development.recognition_policy import levels_for
from development.workflow.recognition import freeze_case
from staff import calendar, policy
from staff.models import User

HEADS = ("邵厂长", "孟总", "杜经理", "鲁总", "方厂长", "范总")
SITUATIONS = (
    "三条生产线满负荷，设备以液压和齿轮传动为主，年用油四十吨上下",
    "新厂房去年投产，两班倒，润滑由设备科统一管理",
    "主营精密零件，出口订单稳定，现用两个牌子的油品",
)
VIEWS = (
    "认可我们的技术服务，希望换油周期再延长",
    "价格可以谈，最看重到货及时",
    "同行推荐来的，印象不错",
)
FINDINGS = (
    "现场整洁，油品分区存放，换油记录齐全；两台大型压机漏油，客户愿意先试用",
    "设备较新，维护制度完善；仓库余量约两周，补货靠电话",
    "产线满负荷，设备科长全程陪同，答应提供历年用油台账",
)
EVIDENCE = {
    Principle.INTEGRITY: "近三年无拖欠，企业信用报告良好",
    Principle.COOPERATION: "负责人亲自接待，资料给得齐",
    Principle.CONFIDENTIALITY: "已签保密承诺书",
    Principle.COST: "有成本核算制度，吨油成本可追溯",
}
GOODS = (("抗磨液压油 46#", 180), ("工业齿轮油 220#", 90), ("导轨油 68#", 40))
# How far each prospect has come, one after the other.
STORIES = (
    "open", "open", "judged", "field", "draft", "supervisor", "supervisor", "manager", "manager",
    "sent_back", "refused", "unknown",
)  # fmt: skip
APPROVED = 3  # customers that have grown and were recognised lately (Q28)


@dataclass
class Case:
    """One customer under survey, and how long ago it began."""

    account: Account
    owner: User
    dice: Random
    days_ago: int

    @property
    def supervisor(self) -> User:
        return self.owner.reports_to or self.owner

    @property
    def manager(self) -> User:
        return self.supervisor.reports_to or self.supervisor

    def moment(self, days_ago: int) -> dt.datetime:
        """In working hours of that day, or of the business day before it."""
        day = timezone.localdate() - dt.timedelta(days=max(days_ago, 1))
        while not calendar.is_business_day(day):
            day -= dt.timedelta(days=1)
        clock = dt.time(self.dice.randrange(9, 17), self.dice.randrange(0, 60, 5))
        return timezone.make_aware(dt.datetime.combine(day, clock))


def add_recognition(dice: Random, today: dt.date) -> None:
    """Twelve prospects on their way, three recognised and unsigned, one deputy to come."""
    owned = Account.objects.exclude(owner=None).select_related("owner__reports_to__reports_to")
    prospects = owned.filter(standing=Standing.PROSPECT).order_by("pk")
    for number, account in enumerate(prospects[: len(STORIES)]):
        assert account.owner is not None  # noqa: S101 - asked for above
        tell(Case(account, account.owner, dice, 21 + number), STORIES[number])
    grown = owned.filter(standing=Standing.UNCLASSIFIED, annual_volume__gte=200_000)
    for number, account in enumerate(grown.order_by("pk")[:APPROVED]):
        assert account.owner is not None  # noqa: S101 - asked for above
        tell(Case(account, account.owner, dice, 45 + 6 * number), "approved")
    manager = User.objects.get(username="linguodong")
    Deputy.objects.create(
        absent=User.objects.get(username="liangzhiming"),
        deputy=User.objects.get(username="shenlihua"),
        starts_on=today + dt.timedelta(days=10),
        ends_on=today + dt.timedelta(days=17),
        reason="年休假",
        named_by=manager,
    )


def tell(case: Case, story: str) -> None:
    general = add_general(case, is_judged=story != "open", is_known=story != "unknown")
    if story in ("open", "judged"):
        return
    field = add_field(case, general, is_judged=story != "field")
    if field.status == SurveyStatus.JUDGED:
        add_application(case, story)


def add_general(case: Case, *, is_judged: bool, is_known: bool) -> Survey:
    dice, begun = case.dice, case.moment(case.days_ago)
    survey = Survey(
        account=case.account,
        kind=SurveyKind.GENERAL,
        lead=case.owner,
        created_by=case.owner,
        started_on=begun.date(),
        head_name=dice.choice(HEADS),
        head_position="总经理",
        talked_on=begun.date(),
        situation=dice.choice(SITUATIONS),
        direction="以质量稳定为先，供应商控制在两家",
        view_of_us=dice.choice(VIEWS),
    )
    if is_judged:
        judge(survey, case, case.days_ago - 4, "经营稳健，符合四项选择原则，可安排实地调查")
    survey.save()
    for kind, year in ((DocumentKind.PROFILE, None), (DocumentKind.ACCOUNTS, begun.year - 1)):
        is_here = is_judged or kind == DocumentKind.PROFILE
        SurveyDocument.objects.create(
            survey=survey,
            kind=kind,
            year=year if is_here else None,
            received_on=begun.date() if is_here else None,
        )
    for principle in Principle:
        verdict = "met" if is_judged else ""
        if principle == Principle.COST and not is_known:
            verdict = "unknown"
        SurveyPrinciple.objects.create(
            survey=survey,
            principle=principle,
            verdict=verdict,
            evidence=EVIDENCE[principle] if verdict == "met" else "",
        )
    return survey


def add_field(case: Case, general: Survey, *, is_judged: bool) -> Survey:
    held = case.moment(case.days_ago - 7)
    survey = Survey(
        account=case.account,
        kind=SurveyKind.FIELD,
        lead=case.owner,
        created_by=case.owner,
        based_on=general,
        started_on=case.moment(case.days_ago - 5).date(),
        held_on=held.date() if is_judged else None,
        place=case.account.address,
        others=f"{general.head_name}、设备科长" if is_judged else "",
        findings=case.dice.choice(FINDINGS) if is_judged else "",
        why_without="经理当日在外地开会，事后听取了汇报" if is_judged else "",
    )
    if is_judged:
        judge(survey, case, case.days_ago - 8, "与一般调查一致，建议申请认定")
    survey.save()
    for person in {case.owner, case.supervisor} if is_judged else ():
        SurveyColleague.objects.create(survey=survey, user=person)
    return survey


def judge(survey: Survey, case: Case, days_ago: int, words: str) -> None:
    survey.status, survey.suitability = SurveyStatus.JUDGED, "suitable"
    survey.judgement, survey.judged_by = words, case.owner
    survey.judged_at = case.moment(days_ago)


def add_application(case: Case, story: str) -> None:
    """An application, taken as far as the story goes, each step on its day."""
    begun = case.days_ago - 9
    is_new = case.account.standing == Standing.PROSPECT
    application = RecognitionApplication.objects.create(
        account=case.account,
        number=next_number(case.moment(begun).date()),
        origin=Origin.NEW if is_new else Origin.EXISTING,
        applicant=case.owner,
        reasons="用量稳定且逐年上升，付款及时，愿意签年度协议",
        trading_policy="按年度框架供货，月结三十天；每季度上门做一次油品检测",
    )
    for item, amount in GOODS[: case.dice.randrange(2, 4)]:
        RecognitionLine.objects.create(
            application=application,
            item=item,
            quantity=amount,
            unit="桶",
            amount=Decimal(amount * case.dice.randrange(900, 1400)),
        )
    opened = case.moment(begun)
    RecognitionApplication.objects.filter(pk=application.pk).update(created_at=opened)
    application.created_at = opened
    _step(application, case.owner, "started", opened)
    if story == "draft":
        return
    _submit(case, application, begun - 1)
    if story in ("supervisor", "unknown"):
        return
    if story == "sent_back":
        note = "请补充近两年的用油台账，并说明现有供应商情况"
        _step(application, case.supervisor, "sent_back", case.moment(begun - 3), note)
        application.status, application.post = RecognitionStatus.SENT_BACK, ""
        application.save()
        return
    at = case.moment(begun - 3)
    _step(application, case.supervisor, "approved", at, "情况属实，同意上报")
    application.level, application.post, application.waiting_since = 1, application.levels[1], at
    application.save()
    if story == "manager":
        return
    _end(case, application, story, case.moment(begun - 5))


def _submit(case: Case, application: RecognitionApplication, days_ago: int) -> None:
    # A weekend puts both on one Friday: then half an hour later.
    at = max(case.moment(days_ago), application.created_at + dt.timedelta(minutes=30))
    application.levels = levels_for(case.owner, policy.in_force())
    application.round, application.level = 1, 0
    freeze_case(application)
    application.status, application.post = RecognitionStatus.SUBMITTED, application.levels[0]
    application.waiting_since = application.submitted_at = at
    application.save()
    _step(application, case.owner, "submitted", at)


def _end(case: Case, application: RecognitionApplication, story: str, at: dt.datetime) -> None:
    is_approved = story == "approved"
    note = "同意认定" if is_approved else "付款条件与公司要求差距较大，暂不认定"
    _step(application, case.manager, story, at, note)
    application.status = RecognitionStatus(story)
    application.post = ""
    application.decided_by, application.decided_at = case.manager, at
    application.save()
    if is_approved:
        reason = f"经认定申请{application.number}认定"
        day = timezone.localdate(at)
        recognise.__wrapped__(  # type: ignore[attr-defined]
            case.account, actor=case.manager, reason=reason, recognised_on=day
        )


def _step(
    application: RecognitionApplication, actor: User, verb: str, at: dt.datetime, note: str = ""
) -> None:
    RecognitionStep.objects.create(
        application=application,
        actor=actor,
        verb=verb,
        level=application.level,
        round=application.round,
        note=note,
        at=at,
    )
