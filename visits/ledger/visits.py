"""The register of visits: day, customer, who went, what for, what was said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.ledger import registers
from accounts.ledger.columns import Column, Kind, text_column
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
from accounts.models import Channel, ContactPerson, Interaction
from staff.duties import synchronise
from staff.models import User
from visits.duties.visit import RECORD
from visits.models import Visit, VisitContact, VisitStatus

COLUMNS: tuple[Column, ...] = (
    day_column("date", _("Visited on"), "日期", "拜访日期", "走访日期", "拜访时间", "时间", "date",
               required=True, empty="", example="2026-01-31"),
    *registers.CUSTOMER,
    person_column(_("Who went"), "拜访人", "走访人", "业务员", "客户经理", "负责人", "visitor"),
    text_column("purpose", _("Purpose"), 100, "拜访目的", "事由", "目的", "主题", "purpose",
                example="季度走访"),
    paragraph_column("summary", _("What they told us"), "拜访内容", "拜访情况", "内容", "记录",
                     "客户反馈", "沟通内容", "拜访记录", "summary", required=True, width=48,
                     example="油温正常，下季度用量持平"),
    paragraph_column("told", _("What we told them"), "我方告知", "介绍内容", "told", width=32),
    text_column("place", _("Place"), 200, "地点", "拜访地点", "地址", "place", width=24),
    text_column("contact", _("Met with"), 200, "拜访对象", "接待人", "联系人", "对方人员",
                "客户人员", "contact"),
    text_column("next_step", _("Next step"), 200, "下一步", "后续计划", "跟进事项", "后续",
                "next step", width=24),
    day_column("next_step_on", _("Next step due on"), "跟进日期", "下次拜访日期", "完成日期",
               "due"),
)  # fmt: skip


def text_of(row: Register) -> str:
    """What was said, and a next step or a day that stands alone: a record needs both."""
    step, step_on = row.said.get("next_step", ""), row.said.get("next_step_on", "")
    alone = "" if step and step_on else step or step_on
    return "\n".join(part for part in (row.words("summary"), alone) if part)


def identity(row: Register) -> Identity:
    return (row.account_id or 0, row.day, text_of(row))


def known(run: Run, accounts: Iterable[int]) -> dict[Identity, Here]:
    """The visits that are here, by what a register tells them apart by; a record stays as it is."""
    found = Visit.objects.filter(
        account__in=list(accounts), status=VisitStatus.DONE, interaction__voided_at=None
    ).select_related("interaction")
    here = {}
    for visit in found.prefetch_related("contact_people").order_by("pk").iterator(CHUNK):
        record = visit.interaction
        day = timezone.localdate(record.happened_at)
        said = {
            "person": str(visit.visitor_id),
            "purpose": record.purpose,
            "told": visit.told,
            "place": visit.place,
            "contact": met_with(visit),
        }
        here[visit.account_id, day, record.summary] = Here(visit.pk, said)
    return here


def compare(run: Run) -> None:
    registers.stage(run, identity, known)


def apply(run: Run) -> Mapping[str, int]:
    """Each new row becomes a visit that was made, with its contact record."""
    run.progress.at("writing")
    written = registers.to_write(run, identity, known)
    people = registers.people_of(written)
    contacts = _contacts({account.pk for _row, account in written})
    talks, visits, met = list[Interaction](), list[Visit](), list[VisitContact]()
    for row, account in written:
        author = registers.author_of(run, row, people)
        name = row.said.get("contact", "")
        contact = contacts.get((account.pk, name))
        step, step_on = row.said.get("next_step", ""), row.said.get("next_step_on")
        talk = Interaction(
            account=account,
            author=author,
            contact_person=contact,
            happened_at=row.at,
            channel=Channel.VISIT,
            purpose=row.said.get("purpose") or gettext("Regular visit"),
            summary=text_of(row),
            next_step=step if step_on else "",
            next_step_on=step_on if step else None,
            # what an old register planned is past: it is no open step of today
            next_step_done_at=timezone.now() if step and step_on else None,
        )
        visit = Visit(
            account=account, visitor=author, created_by=run.actor, interaction=talk,
            status=VisitStatus.DONE, planned_at=row.at, purpose=talk.purpose,
            place=row.said.get("place", ""), told=row.said.get("told", ""),
            others="" if contact else name,
        )  # fmt: skip
        talks.append(talk)
        visits.append(visit)
        if contact:
            met.append(VisitContact(visit=visit, contact_person=contact))
    Interaction.objects.bulk_create(talks, batch_size=CHUNK)
    Visit.objects.bulk_create(visits, batch_size=CHUNK)
    VisitContact.objects.bulk_create(met, batch_size=CHUNK)
    registers.follow_contacts(talks)
    return {"created": len(visits), "updated": 0}


def _contacts(accounts: set[int]) -> dict[tuple[int, str], ContactPerson]:
    found = ContactPerson.objects.filter(account__in=accounts).order_by("-pk")
    return {(person.account_id, person.name): person for person in found}


def take_back(run: Run) -> list[dict[str, Any]]:
    kept = registers.take_back(run, Visit, USED)
    synchronise(RECORD)
    return kept


# what hangs on a contact record that was worked on since
USED = ("corrections", "feedback", "attachments", "reports")
KIND = Kind(
    name="visits",
    label=_("Register of visits"),
    hint=_("One row per visit that was made: day, customer, who went, what was said."),
    keeps=_("kept below what was said"),
    columns=COLUMNS,
    compare=compare,
    apply=apply,
    undo=take_back,
    row_rule=registers.row_rule,
    needs=(*registers.NEEDS, ("summary",)),
)


# --- Handed out again -------------------------------------------------------------------------


def rows_of(accounts: Any, user: User) -> Any:
    """The visits that were made to these customers, as far as `user` sees them."""
    made = Visit.objects.visible_to(user).filter(status=VisitStatus.DONE)
    return made.filter(account__in=accounts.order_by().values("pk"), interaction__voided_at=None)


def sheet(accounts: Any, user: User) -> tuple[list[Head], Iterator[Row]]:
    found = rows_of(accounts, user).select_related("account", "visitor", "interaction")
    found = found.prefetch_related("contact_people").order_by("planned_at", "pk")
    return registers.heads(COLUMNS), (_row(visit) for visit in found.iterator(CHUNK))


def met_with(visit: Any) -> str:
    met = [person.name for person in visit.contact_people.all()]
    return ", ".join([*met, visit.others] if visit.others else met)


def _row(visit: Any) -> Row:
    record, visitor = visit.interaction, visit.visitor
    return [
        timezone.localdate(record.happened_at),
        visit.account.code,
        visit.account.name,
        owner_text(visitor.name, visitor.employee_number),
        record.purpose,
        record.summary,
        visit.told,
        visit.place,
        met_with(visit),
        record.next_step,
        record.next_step_on,
    ]
