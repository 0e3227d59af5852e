"""Calls and feedback as sheets: handed out, not brought in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, pgettext

from accounts.ledger.export import CHUNK, Head, Row
from accounts.models import Account, Feedback
from complaints.models import CallRecord
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
        ", ".join(passed),
        feedback.answer,
        feedback.stage,
        timezone.localtime(feedback.told_at) if feedback.told_at else None,
    ]
