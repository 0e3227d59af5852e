"""Customers of the demo company who changed hands: long ago, and just now."""

from __future__ import annotations

import datetime as dt
from random import Random

from django.utils import timezone

from accounts.demo.copying import copy
from accounts.models import (
    Account,
    Assignment,
    AssignmentKind,
    Channel,
    HandoverLine,
    HandoverOrigin,
    Interaction,
)
from accounts.workflow import handover
from accounts.workflow.assignment import change_owner
from staff.models import Role, User

JUST_NOW = 4


def add_handovers(dice: Random, today: dt.date) -> None:
    add_past(dice)
    add_recent(dice, today)


def add_past(dice: Random) -> None:
    """Every earlier owner handed over, and the successor's first contact record followed."""
    lines = []
    ended = Assignment.objects.filter(kind=AssignmentKind.OWNER, ended_on__isnull=False)
    for before in ended.select_related("account__owner", "user").order_by("pk"):
        account, successor = before.account, before.account.owner
        assert before.ended_on is not None  # noqa: S101 - asked for above
        talks = Interaction.objects.filter(
            account=account, author=successor, happened_at__date__gte=before.ended_on
        )
        first = talks.order_by("happened_at", "pk").first()
        if successor is None or first is None:
            continue
        told_on = before.ended_on + dt.timedelta(days=dice.randrange(1, 5))
        lines.append(
            HandoverLine(
                account=account,
                predecessor=before.user,
                successor=successor,
                origin=HandoverOrigin.TRANSFER,
                opened_on=before.ended_on,
                opened_by=successor.reports_to or successor,
                told_on=min(told_on, timezone.localdate()),
                told_by=successor,
                told_how=dice.choice((Channel.PHONE, Channel.VISIT, Channel.WECHAT)),
                first_contact=first,
                done_at=first.happened_at,
            )
        )
    copy(lines)


def add_recent(dice: Random, today: dt.date) -> None:
    """A few customers moved between two colleagues this fortnight; one has been told."""
    supervisor = User.objects.get(username="shenlihua")
    team = list(User.objects.filter(reports_to=supervisor, role=Role.SPECIALIST).order_by("pk"))
    owned = Account.objects.filter(owner__in=team, standing="key").order_by("pk")
    for number, account in enumerate(dice.sample(list(owned), JUST_NOW)):
        owner = next(person for person in team if person.pk != account.owner_id)
        change_owner(account, actor=supervisor, owner=owner, reason="负责区域调整")
        line = account.handovers.open().get()
        line.opened_on = today - dt.timedelta(days=2 + 3 * number)
        line.save(update_fields=["opened_on"])
        if number == 1:
            handover.tell(line, actor=owner, told_on=today, told_how=Channel.PHONE)
