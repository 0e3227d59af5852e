"""The register of telephone return visits: day, customer, caller, the answers by topic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.ledger import registers
from accounts.ledger.columns import Column, Kind, choice_column
from accounts.ledger.export import CHUNK, Head, Row
from accounts.ledger.people import owner_text
from accounts.ledger.registers import (
    Register,
    day_column,
    paragraph_column,
    person_column,
)
from accounts.ledger.returning import Here, Identity
from accounts.ledger.run import Run
from accounts.models import Account, Channel, Interaction
from staff.duties import synchronise
from staff.models import User
from visits.duties.return_visit import RETURN_VISITS
from visits.ledger.visits import USED
from visits.models import Answer, QuestionSet, ReturnVisit, Satisfaction, Topic

WORDS = {
    "很满意": "satisfied", "非常满意": "satisfied", "好": "satisfied", "√": "satisfied",
    "不满": "dissatisfied", "差": "dissatisfied", "×": "dissatisfied",
    "未答": "unanswered", "未回答": "unanswered", "/": "unanswered",
}  # fmt: skip


def verdict_column(topic: Topic, label: Any, *aliases: str) -> Column:
    return choice_column(topic.value, label, Satisfaction.choices, *aliases, words=WORDS)


COLUMNS: tuple[Column, ...] = (
    day_column("date", _("Called on"), "日期", "回访日期", "回访时间", "时间", "date",
               required=True, empty="", example="2026-01-31"),
    *registers.CUSTOMER,
    person_column(_("Called by"), "回访人", "回访员", "经办人", "caller"),
    verdict_column(Topic.ACCURACY, Topic.ACCURACY.label, "准确性", "检测准确性", "质量"),
    paragraph_column("accuracy_words", _("Accuracy: words"), "准确性说明", "质量说明"),
    verdict_column(Topic.TIMELINESS, Topic.TIMELINESS.label, "及时性", "检测及时性", "交期"),
    paragraph_column("timeliness_words", _("Timeliness: words"), "及时性说明", "交期说明"),
    verdict_column(Topic.ATTITUDE, Topic.ATTITUDE.label, "服务态度", "态度"),
    paragraph_column("attitude_words", _("Attitude: words"), "服务态度说明", "态度说明"),
    verdict_column(Topic.OTHER, Topic.OTHER.label, "其他", "其它不满意"),
    paragraph_column("other_words", _("Other dissatisfaction: words"), "其他不满意的地方",
                     "不满意的地方"),
    paragraph_column("opinion_words", _("Opinions and suggestions"), "意见和建议", "意见", "建议",
                     "客户意见", "意见建议", width=40),
    paragraph_column("summary", _("What was said"), "回访内容", "回访记录", "回访情况", "内容",
                     "备注", width=48),
)  # fmt: skip


def identity(row: Register) -> Identity:
    """One return visit a day and customer."""
    return (row.account_id or 0, row.day, "")


def known(run: Run, accounts: Iterable[int]) -> dict[Identity, Here]:
    """The return visits that are here; what a customer answered stays as it was."""
    found = ReturnVisit.objects.counting().filter(account__in=list(accounts))
    found = found.select_related("interaction").prefetch_related("answers__question")
    here = {}
    for call in found.order_by("pk").iterator(CHUNK):
        said = {"person": str(call.interaction.author_id)}
        for answer in call.answers.all():
            said.setdefault(answer.question.topic, answer.satisfaction)
            said.setdefault(f"{answer.question.topic}_words", answer.text)
        day = timezone.localdate(call.interaction.happened_at)
        here[call.account_id, day, ""] = Here(call.pk, said)
    return here


def compare(run: Run) -> None:
    registers.stage(run, identity, known)


def apply(run: Run) -> Mapping[str, int]:
    """Each new row becomes a call that reached the customer.

    The answers stand under the questions in force, by topic. An old dissatisfied answer counts in
    the figures and opens nothing: what was complained about then was settled then.
    """
    run.progress.at("writing")
    written = registers.to_write(run, identity, known)
    people = registers.people_of(written)
    asked = _sets()
    calls, answers = [], []
    for row, account in written:
        questions = asked.get(account.kind) or asked[""]
        call = _call(run, row, account, questions, registers.author_of(run, row, people))
        calls.append(call)
        answers += [_answer(call, question, row) for question in questions.questions.all()]
    talks = Interaction.objects.bulk_create([c.interaction for c in calls], batch_size=CHUNK)
    ReturnVisit.objects.bulk_create(calls, batch_size=CHUNK)
    Answer.objects.bulk_create(answers, batch_size=CHUNK)
    registers.follow_contacts(talks)
    synchronise(RETURN_VISITS)
    return {"created": len(calls), "updated": 0}


def _sets() -> dict[str, QuestionSet]:
    rows = QuestionSet.objects.filter(retired_at=None).for_list()
    return {row.account_kind: row for row in rows}


def _call(
    run: Run, row: Register, account: Account, questions: QuestionSet, author: User
) -> ReturnVisit:
    talk = Interaction(
        account=account,
        author=author,
        happened_at=row.at,
        channel=Channel.PHONE,
        purpose=gettext("Telephone return visit"),
        summary=row.words("summary") or _in_short(row),
    )
    return ReturnVisit(
        account=account,
        interaction=talk,
        question_set=questions,
        is_dissatisfied=any(row.said.get(topic) == "dissatisfied" for topic in Topic.values),
    )


def _in_short(row: Register) -> str:
    """The answers as the words of the contact record, where the register has no others."""
    lines = []
    for topic in Topic:
        verdict, words = row.said.get(topic.value, ""), row.said.get(f"{topic.value}_words", "")
        if verdict or words:
            label = str(Satisfaction(verdict).label) if verdict else ""
            lines.append(f"{topic.label}: {label} {words}".strip())
    return "\n".join(lines) or gettext("The customer answered none of the questions.")


def _answer(call: ReturnVisit, question: Any, row: Register) -> Answer:
    return Answer(
        return_visit=call,
        question=question,
        satisfaction=row.said.get(question.topic, Satisfaction.NOT_ANSWERED),
        text=row.said.get(f"{question.topic}_words", ""),
    )


def take_back(run: Run) -> list[dict[str, Any]]:
    kept = registers.take_back(run, ReturnVisit, USED)
    synchronise(RETURN_VISITS)
    return kept


KIND = Kind(
    name="return_visits",
    label=_("Register of return visits"),
    hint=_("One row per call that reached the customer: day, customer, caller, the answers."),
    keeps=_("kept below what was said"),
    columns=COLUMNS,
    compare=compare,
    apply=apply,
    undo=take_back,
    row_rule=registers.row_rule,
    needs=registers.NEEDS,
)


# --- Handed out again -------------------------------------------------------------------------


def rows_of(accounts: Any, user: User) -> Any:
    made = ReturnVisit.objects.visible_to(user).counting()
    return made.filter(account__in=accounts.order_by().values("pk"))


def sheet(accounts: Any, user: User) -> tuple[list[Head], Iterator[Row]]:
    found = rows_of(accounts, user).select_related("account", "interaction__author")
    found = found.prefetch_related("answers__question").order_by("interaction__happened_at", "pk")
    return registers.heads(COLUMNS), (_row(call) for call in found.iterator(CHUNK))


def _row(call: Any) -> Row:
    record = call.interaction
    given: dict[str, Any] = {}
    for answer in call.answers.all():
        given.setdefault(answer.question.topic, answer)
    row: list[Any] = [
        timezone.localdate(record.happened_at),
        call.account.code,
        call.account.name,
        owner_text(record.author.name, record.author.employee_number),
    ]
    for topic in (Topic.ACCURACY, Topic.TIMELINESS, Topic.ATTITUDE, Topic.OTHER):
        answer = given.get(topic.value)
        row += [answer.get_satisfaction_display() if answer else "", answer.text if answer else ""]
    opinion = given.get(Topic.OPINION.value)
    return [*row, opinion.text if opinion else "", record.summary]
