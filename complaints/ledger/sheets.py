"""Complaints as a register that comes in again, calls and feedback as sheets that do not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, pgettext

from accounts.ledger import registers
from accounts.ledger.export import CHUNK, Head, Row
from accounts.ledger.people import owner_text
from accounts.models import Account, Feedback
from complaints.ledger.complaints import COLUMNS, NUMBER, STATE
from complaints.models import CallRecord, Complaint
from staff.models import User

MOMENT = "yyyy-mm-dd hh:mm"


def of_accounts(found: Any, accounts: Any, user: User) -> Any:
    """Those of these customers; with all customers that `user` sees, also those of nobody known.

    The service centre sees no customer file and yet every call and complaint: it gets them all.
    """
    chosen = accounts.order_by().values("pk")
    if Account.objects.visible_to(user).exclude(pk__in=chosen).exists():
        return found.filter(account__in=chosen)
    return found


def complaints_of(accounts: Any, user: User) -> Any:
    return of_accounts(Complaint.objects.visible_to(user).counting(), accounts, user)


def complaint_sheet(accounts: Any, user: User) -> tuple[list[Head], Iterator[Row]]:
    found = complaints_of(accounts, user).select_related("account", "received_by", "handler")
    found = found.order_by("received_at", "pk")
    heads = [*registers.heads(COLUMNS), Head(str(NUMBER), 16), Head(str(STATE), 16)]
    return heads, (_complaint(complaint) for complaint in found.iterator(CHUNK))


def _complaint(case: Complaint) -> Row:
    def day(moment: dt.datetime | None) -> dt.date | None:
        return timezone.localdate(moment) if moment else None

    def person(user: User | None) -> str:
        return owner_text(user.name, user.employee_number) if user else ""

    def yes(is_so: bool) -> str:
        return gettext("Yes") if is_so else ""

    account = case.account
    return [
        day(case.received_at),
        account.code if account else "",
        account.name if account else case.unit,
        case.complainant,
        case.phone,
        case.get_channel_display(),
        person(case.received_by),
        case.content,
        case.asks_for,
        case.sample_number,
        case.get_cause_display(),
        case.get_grade_display(),
        yes(case.has_serious_error),
        yes(case.has_large_loss),
        case.loss_amount,
        person(case.handler),
        case.findings,
        case.measures,
        case.root_cause,
        case.corrective_action,
        case.reply if case.replied_at else "",  # an earlier one stands in the chronology
        day(case.replied_at),
        case.get_verdict_display(),
        case.close_reason,
        day(case.closed_at),
        case.number,
        case.get_status_display(),
    ]


def calls_of(accounts: Any, user: User) -> Any:
    calls = CallRecord.objects.visible_to(user).filter(voided_at=None)
    return of_accounts(calls, accounts, user)


def call_sheet(accounts: Any, user: User) -> tuple[list[Head], Iterator[Row]]:
    heads = [
        Head(gettext("Number")),
        Head(gettext("Called at"), 18, MOMENT),
        Head(gettext("Customer"), 32),
        Head(pgettext("telephone", "Caller")),
        Head(gettext("Phone left")),
        Head(pgettext("telephone", "Kind")),
        Head(pgettext("telephone", "Question"), 40),
        Head(gettext("State")),
        Head(gettext("What the caller was told"), 40),
        Head(gettext("answered at"), 18, MOMENT),
        Head(gettext("Taken by")),
        Head(gettext("who calls back")),
    ]
    people = ("account", "taken_by", "responsible")
    found = calls_of(accounts, user).select_related(*people).order_by("received_at", "pk")
    return heads, (_call(call) for call in found.iterator(CHUNK))


def _call(call: CallRecord) -> Row:
    return [
        call.number,
        timezone.localtime(call.received_at),
        call.account.name if call.account else call.unit,
        call.caller,
        call.phone,
        call.get_kind_display(),
        call.question,
        call.get_status_display(),
        call.answer,
        timezone.localtime(call.answered_at) if call.answered_at else None,
        call.taken_by.name,
        call.responsible.name,
    ]


def feedback_of(accounts: Any, user: User) -> Any:
    said = Feedback.objects.visible_to(user)
    return said.filter(account__in=accounts.order_by().values("pk"))


def feedback_sheet(accounts: Any, user: User) -> tuple[list[Head], Iterator[Row]]:
    heads = [
        Head(gettext("Raised"), 14, "yyyy-mm-dd"),
        Head(gettext("Customer"), 32),
        Head(pgettext("telephone", "Kind")),
        Head(gettext("What the customer said"), 48),
        Head(gettext("raised by")),
        Head(gettext("Passed on to"), 20),
        Head(gettext("Answer"), 40),
        Head(gettext("State")),
        Head(gettext("customer told at"), 18, MOMENT),
    ]
    found = feedback_of(accounts, user).for_list().order_by("raised_at", "pk")
    return heads, (_said(feedback) for feedback in found.iterator(CHUNK))


def _said(feedback: Feedback) -> Row:
    passed = [str(whom) for whom in (feedback.department, feedback.passed_to) if whom]
    return [
        timezone.localdate(feedback.raised_at),
        feedback.account.name,
        feedback.get_kind_display(),
        feedback.text,
        feedback.raised_by.name,
        gettext(", ").join(passed),
        feedback.answer,
        feedback.stage,
        timezone.localtime(feedback.told_at) if feedback.told_at else None,
    ]
