"""Agreements of the demo company's key accounts: in force, running out, run out, in preparation."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random

from accounts.agreement_number import NUMBER, next_number
from accounts.models import (
    Account,
    Agreement,
    AgreementKind,
    AgreementObligation,
    AgreementStatus,
    BusinessType,
    Capacity,
    Side,
    Standing,
)
from staff import company, policy

YEAR = 365
# Days until the term is over, one key account after the other; None: still in preparation.
ENDS_IN: tuple[int | None, ...] = (
    300, 280, 250, 220, 200, 180, 160, 150, 140, 130, 120, 110, 100, 85, 70, 55, 40, 25, 12, -9,
    None, None,
)  # fmt: skip
TERMS = "月结三十天，价格随基础油行情每季度核定一次；年用量达到约定数量的，年末返利百分之二。"
OWED = ("按季度上门检测在用油品", "提供下季度用油计划", "新品到货先送小样试用")


def add_agreements(dice: Random, today: dt.date) -> None:
    """One each for agreement key accounts that have none, a sales agreement for every fourth."""
    accounts = Account.objects.filter(
        standing=Standing.KEY, business_type=BusinessType.AGREEMENT, owner__isnull=False
    ).filter(agreements=None)
    values = policy.in_force()
    ours = company.name(values)
    for place, account in enumerate(accounts.order_by("pk")[: len(ENDS_IN)]):
        kind = AgreementKind.SALES if place % 4 == 3 else AgreementKind.VIP
        agreement = draft(account, dice, kind, ours)
        ends_in = ENDS_IN[place]
        if ends_in is not None:
            agreement.ends_on = today + dt.timedelta(days=ends_in)
            agreement.starts_on = agreement.ends_on - dt.timedelta(days=YEAR - 1)
            agreement.signed_on = agreement.starts_on - dt.timedelta(days=dice.randrange(3, 15))
            agreement.status = AgreementStatus.SIGNED
        agreement.number = next_number(kind, agreement.signed_on or today, values[NUMBER])
        agreement.save()
        if agreement.is_signed and place % 3 == 0:
            add_obligations(agreement, dice, today)


def draft(account: Account, dice: Random, kind: AgreementKind, ours: str) -> Agreement:
    """What both papers say before anybody signs."""
    return Agreement(
        account=account,
        kind=kind,
        title="工业润滑油年度供应",
        our_party=ours,
        their_party=account.name,
        our_signer=account.owner,
        our_capacity=Capacity.APPOINTED,
        our_proof="公司授权书",
        their_signer=dice.choice(("陶总", "邵厂长", "孟总", "鲁总")),
        their_capacity=Capacity.LEGAL_REPRESENTATIVE,
        amount=Decimal(dice.randrange(18, 90) * 10_000),
        terms=TERMS,
        drawn_up_by=account.owner,
    )


def add_obligations(agreement: Agreement, dice: Random, today: dt.date) -> None:
    for text, side in ((OWED[0], Side.OURS), (OWED[1], Side.THEIRS), (OWED[2], Side.OURS)):
        AgreementObligation.objects.create(
            agreement=agreement,
            text=text,
            side=side,
            due_on=today + dt.timedelta(days=dice.randrange(-3, 45)),
        )
