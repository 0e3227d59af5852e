"""The register of complaints: day, customer, words, class, how it was handled, the verdict.

A complaint comes in as far as its row tells: with the words alone it is received; with a class,
findings, a reply and a verdict it is closed. Nothing is invented: what a later state needs and the
row does not tell is asked for, and no clock of ours runs over what was answered long ago.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.ledger import cells, registers
from accounts.ledger.columns import (
    Column,
    Kind,
    choice_column,
    money_column,
    parser_of,
    text_column,
)
from accounts.ledger.export import CHUNK
from accounts.ledger.registers import (
    MORNING,
    Problem,
    Register,
    colleague_column,
    day_column,
    paragraph_column,
    person_column,
    problem,
)
from accounts.ledger.returning import Here, Identity, day_text
from accounts.ledger.run import Run
from accounts.models import Account, StagedRow
from complaints.duties.complaint import OURS
from complaints.models import (
    Cause,
    Complaint,
    ComplaintChannel,
    ComplaintStatus,
    ComplaintStep,
    Grade,
    StepVerb,
    Verdict,
)
from complaints.numbering import COMPLAINTS, numbers
from complaints.workflow import complaint as workflow
from staff.duties import DUTIES, synchronise
from staff.models import User
from staff.transitions import TransitionDenied

CHANNELS = {"电话": "phone", "来电话": "phone", "来访": "in_person", "上门": "in_person",
            "信函": "other", "邮件": "other", "微信": "other"}  # fmt: skip
GRADES = {"一般": "general", "重大": "major", "危机": "crisis", "危机事件": "crisis"}
CAUSES = {"怀疑": "doubt", "对结果怀疑": "doubt", "质量": "doubt", "态度": "attitude",
          "服务态度": "attitude", "其它": "other"}  # fmt: skip
VERDICTS = {"不满": "dissatisfied", "未表态": "not_given", "未回复": "not_given"}


def yes_no_column(name: str, label: Any, *aliases: str) -> Column:
    choices = (("true", _("Yes")), ("false", _("No")))
    return Column(name, label, parser_of(cells.yes_no), aliases=aliases, choices=choices)


COLUMNS: tuple[Column, ...] = (
    day_column("date", _("Complained on"), "日期", "投诉日期", "投诉时间", "受理日期", "时间",
               "date", required=True, empty="", example="2026-01-31"),
    *registers.CUSTOMER,
    text_column("complainant", _("who complains"), 50, "投诉人", "联系人", "客户联系人"),
    text_column("phone", _("phone"), 40, "电话", "联系电话", "投诉电话"),
    choice_column("channel", _("how they told us"), ComplaintChannel.choices, "投诉方式", "方式",
                  "渠道", "来源", words=CHANNELS),
    person_column(_("received by"), "受理人", "接待人", "登记人", "接线人"),
    paragraph_column("content", _("in the customer's words"), "投诉内容", "内容", "投诉事项",
                     "问题描述", "content", required=True, width=48,
                     example="报告数据和我们自测差太多"),
    paragraph_column("asks_for", _("what they ask for"), "客户要求", "客户诉求", "要求", width=32),
    text_column("sample_number", _("sample or report number"), 60, "样品编号", "报告编号"),
    choice_column("cause", _("cause"), Cause.choices, "投诉原因", "原因类别", words=CAUSES),
    choice_column("grade", pgettext_lazy("complaint", "class"), Grade.choices, "投诉类别",
                  "投诉等级", "投诉分类", "类别", words=GRADES),
    yes_no_column("has_serious_error", _("serious error in a result"), "结果严重错误"),
    yes_no_column("has_large_loss", _("fairly large loss through a result (money or reputation)"),
                  "较大损失"),
    money_column("loss_amount", _("loss claimed"), "索赔金额", "经济损失", "损失金额"),
    colleague_column("handler", _("handled by"), "处理人", "经办人", "责任人"),
    paragraph_column("findings", _("findings"), "调查结果", "调查情况", "原因分析", width=32),
    paragraph_column("measures", _("how it is handled"), "处理情况", "处理措施", "处理结果",
                     "处理意见", width=32),
    paragraph_column("root_cause", _("root cause"), "根本原因", width=32),
    paragraph_column("corrective_action", _("corrective and preventive action"), "纠正措施",
                     "预防措施", "纠正预防措施", width=32),
    paragraph_column("reply", _("reply to the customer"), "答复内容", "回复内容", "答复", "回复",
                     width=32),
    day_column("replied_on", _("Replied on"), "答复日期", "回复日期", "答复时间", "回复时间"),
    choice_column("verdict", _("the customer's verdict"), Verdict.choices, "客户评价", "客户意见",
                  "客户满意度", "是否满意", "满意度", words=VERDICTS),
    text_column("close_reason", _("why it is closed all the same"), 300, "不满意结案原因"),
    day_column("closed_on", _("Closed on"), "结案日期", "办结日期", "关闭日期", "完成日期"),
)  # fmt: skip
NUMBER, STATE = _("Number of the complaint"), _("State of the complaint")
HANDLING = ("findings", "measures", "reply", "replied_on", "verdict", "closed_on")
REPLIED = ("reply", "verdict", "closed_on")


def row_rule(run: Run) -> Callable[[Sequence[str | None]], list[Problem]]:
    """What has been done needs what comes before it: a class, how it was handled, the reply."""
    has_been = registers.day_rule(run, "date", "replied_on", "closed_on")

    def rule(values: Sequence[str | None]) -> list[Problem]:
        said = registers.said_of(run, values)
        problems = has_been(values)
        needed = {
            "grade": any(said.get(name) for name in HANDLING),
            "measures": any(said.get(name) for name in REPLIED),
            "reply": bool(said.get("verdict") or said.get("closed_on")),
            "replied_on": bool(said.get("reply")),
            "has_large_loss": said.get("grade") == Grade.CRISIS
            and "true" not in (said.get("has_serious_error"), said.get("has_large_loss")),
        }
        asked = (name for name, is_needed in needed.items() if is_needed)
        missing = (name for name in asked if name == "has_large_loss" or not said.get(name))
        return [*problems, *(problem(name, "missing") for name in missing)]

    return rule


def identity(row: Register) -> Identity:
    """The same words of the same day and customer are the same complaint."""
    words = row.said.get("content", "")
    return (row.account_id or 0, row.day, words if row.account_id else f"{row.customer}\n{words}")


CHANGEABLE = frozenset(
    {"complainant", "phone", "channel", "asks_for", "sample_number", "cause", "loss_amount"}
)  # what `workflow.edit` takes; the rest is done and answered for on the complaint's own page


def known(run: Run, accounts: Iterable[int]) -> dict[Identity, Here]:
    """The complaints that are here; nothing is told of one that the person may not see."""
    rows = Complaint.objects.counting().select_related("account", "handler", "received_by")
    rows = rows.filter(Q(account__in=list(accounts)) | Q(account=None)).order_by("pk")
    seen = set(Complaint.objects.visible_to(run.actor).values_list("pk", flat=True))
    found = {}
    for case in rows.iterator(CHUNK):
        is_open = case.pk in seen and not case.edit_blocker(run.actor)
        said = said_here(case) if case.pk in seen else {}
        words = case.content if case.account_id else f"{case.unit}\n{case.content}"
        key = (case.account_id or 0, timezone.localdate(case.received_at), words)
        found[key] = Here(case.pk, said, CHANGEABLE if is_open else frozenset())
    return found


def said_here(case: Complaint) -> dict[str, str]:
    """A complaint as a row of a register would tell it."""
    return {
        **{name: getattr(case, name) for name in (*PLAIN, "findings") if name != "content"},
        "channel": case.channel,
        "reply": case.reply if case.replied_at else "",
        "person": str(case.received_by_id),
        "handler": str(case.handler_id or ""),
        "has_serious_error": "true" if case.has_serious_error else "",
        "has_large_loss": "true" if case.has_large_loss else "",
        "loss_amount": "" if case.loss_amount is None else str(case.loss_amount),
        "replied_on": day_text(case.replied_at),
        "closed_on": day_text(case.closed_at),
    }


def compare(run: Run) -> None:
    registers.stage(run, identity, known, is_customer_needed=False)


def apply(run: Run) -> Mapping[str, int]:
    """Each new row becomes a complaint, with one line of chronology that says where it is from."""
    run.progress.at("writing")
    written = registers.to_write(run, identity, known)
    people = registers.people_of(written, "person", "handler")
    drawn: dict[int, Iterator[str]] = {}
    complaints, steps = [], []
    for row, account in written:
        series = drawn.setdefault(row.day.year, numbers(Complaint, COMPLAINTS, row.day.year))
        complaint = _complaint(run, row, account, people)
        complaint.number = next(series)
        complaints.append(complaint)
        steps.append(_step(run, row, complaint))
    Complaint.objects.bulk_create(complaints, batch_size=CHUNK)
    ComplaintStep.objects.bulk_create(steps, batch_size=CHUNK)
    updated = sum(_correct(run, *change) for change in registers.to_change(run, identity, known))
    for code in OURS:
        synchronise(DUTIES[code])
    return {"created": len(complaints), "updated": updated}


def _correct(run: Run, row: StagedRow, here: Here, said: Mapping[str, str]) -> bool:
    """By the same step as on the complaint's page, with its line of the chronology.

    What somebody changed since it was compared goes back to the preview.
    """
    case = Complaint.objects.select_for_update(of=("self",)).get(pk=here.pk)
    if said_here(case) != here.said:
        registers.moved_meanwhile(row)
        return False
    values: dict[str, Any] = dict(said)
    if "loss_amount" in values:
        values["loss_amount"] = Decimal(said["loss_amount"]) if said["loss_amount"] else None
    if values.get("channel") == ComplaintChannel.OTHER:
        values["channel_words"] = _as_told()
    try:
        workflow.edit(case, actor=run.actor, values=values)
    except TransitionDenied:
        registers.moved_meanwhile(row)
        return False
    return True


PLAIN = (
    *("complainant", "phone", "content", "asks_for", "sample_number", "cause", "grade"),
    *("measures", "root_cause", "corrective_action", "reply", "verdict", "close_reason"),
)


def _complaint(
    run: Run, row: Register, account: Account | None, people: Mapping[int, User]
) -> Complaint:
    said = row.said
    taker = registers.author_of(run, row, people)
    handler = people.get(int(said.get("handler", 0)), taker)
    complaint = Complaint(
        account=account,
        unit="" if account else row.customer,
        channel=said.get("channel", ComplaintChannel.PHONE),
        received_at=row.at,
        received_by=taker,
        has_serious_error=said.get("has_serious_error") == "true",
        has_large_loss=said.get("has_large_loss") == "true",
        loss_amount=Decimal(said["loss_amount"]) if said.get("loss_amount") else None,
        **{name: said.get(name, "") for name in PLAIN},
    )
    if complaint.channel == ComplaintChannel.OTHER:
        complaint.channel_words = _as_told()
    _go_as_far_as_told(complaint, row, handler, run.actor)
    return complaint


def _as_told() -> str:
    """In the place of what a register does not tell apart."""
    return gettext("as the register says")


def _go_as_far_as_told(complaint: Complaint, row: Register, handler: User, importer: User) -> None:
    replied_at = _morning_of(row.said.get("replied_on")) or row.at
    if complaint.grade:
        complaint.status = ComplaintStatus.CLASSIFIED
        complaint.grade_reason = _as_told()
        complaint.classified_at, complaint.classified_by = row.at, handler
    if complaint.is_crisis:
        complaint.crisis_at, complaint.crisis_by = row.at, handler
    if complaint.measures:
        complaint.status = ComplaintStatus.HANDLED
        complaint.findings = row.said.get("findings") or _as_told()
        complaint.handler, complaint.investigated_at = handler, row.at
        complaint.handled_at = replied_at
    if complaint.reply:
        complaint.status = ComplaintStatus.REPLIED
        complaint.replied_at, complaint.replied_by = replied_at, handler
        complaint.acknowledged_at = replied_at
    if complaint.verdict or row.said.get("closed_on"):
        _close(complaint, _morning_of(row.said.get("closed_on")) or replied_at, handler, importer)


def _close(complaint: Complaint, at: dt.datetime, handler: User, importer: User) -> None:
    """Without satisfaction it needs a second person: whoever brings the register in, or later."""
    complaint.verdict = complaint.verdict or Verdict.NOT_GIVEN
    complaint.status = ComplaintStatus.CLOSED
    if complaint.verdict != Verdict.SATISFIED:
        complaint.close_reason = complaint.close_reason or _as_told()
        complaint.close_asked_at, complaint.close_asked_by = at, handler
        if importer == handler:
            complaint.status = ComplaintStatus.TO_APPROVE
            return
    complaint.closed_at, complaint.closed_by = at, importer


def _morning_of(day: str | None) -> dt.datetime | None:
    if not day:
        return None
    return timezone.make_aware(dt.datetime.combine(dt.date.fromisoformat(day), MORNING))


def _step(run: Run, row: Register, complaint: Complaint) -> ComplaintStep:
    """Who brought it in from which register, with the columns that nobody knows."""
    origin = gettext("From the register %s.") % run.ledger_import.name
    kept = [f"{header}: {text}" for header, text in row.extra.items()]
    return ComplaintStep(
        complaint=complaint,
        verb=StepVerb.RECEIVED,
        actor=run.actor,
        to_status=complaint.status,
        note="\n".join([origin, *kept]),
        happened_at=row.at,
    )


def take_back(run: Run) -> list[dict[str, Any]]:
    made = registers.made_by(run, Complaint).values("pgh_obj_id")
    used = ("additions", "files", "pauses", "links_forward", "links_back")
    kept = registers.void_untouched(run, Complaint.objects.filter(pk__in=made), used)
    kept += _taken_back(run, made)
    for code in OURS:
        synchronise(DUTIES[code])
    return kept


def _taken_back(run: Run, made: Any) -> list[dict[str, Any]]:
    """Complaints that the import corrected say again what they said; those changed since stay."""
    kept = []
    own = registers.told_of(run, Complaint).exclude(pgh_obj_id__in=made)
    touched = Complaint.objects.filter(pk__in=own.values("pgh_obj_id")).select_related("account")
    for case in touched.order_by("pk").select_for_update(of=("self",)):
        first = own.filter(pgh_obj_id=case.pk).order_by("pgh_id").first()
        before = case.events.filter(pgh_id__lt=first.pgh_id).order_by("-pgh_id").first()
        values = {name: getattr(before, name) for name in (*CHANGEABLE, "channel_words")}
        if why := registers.changed_since(run, case, ()):
            kept.append({"account": case.account_id, "name": str(case), "why": why})
        else:
            workflow.edit(case, actor=run.actor, values=values)
    return kept


KIND = Kind(
    name="complaints",
    label=_("Register of complaints"),
    hint=_("One row per complaint: day, customer, their words, how it was handled, the verdict."),
    keeps=_("kept in the chronology"),
    columns=COLUMNS,
    compare=compare,
    apply=apply,
    undo=take_back,
    row_rule=row_rule,
    needs=(("date",), ("content",)),
    informing=(NUMBER, STATE),
)
