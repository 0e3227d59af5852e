"""What a customer's page shows about its agreements and the type that follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext

from accounts.models import (
    Account,
    Agreement,
    AgreementKind,
    AgreementStatus,
    BusinessType,
    Standing,
)
from accounts.tier_facts import agreements_of, type_facts_of
from accounts.tiering import TypeVerdict, judge_type
from accounts.tiering_text import TypeText, explain_type
from accounts.workflow.business_type import decide_type_blocker
from staff.models import User


@dataclass(frozen=True)
class AgreementCard:
    """The context `card` of `accounts/_agreements.html`; no query for one read `for_detail`."""

    account: Account
    user: User

    @cached_property
    def agreements(self) -> list[Agreement]:
        """The latest first, those not concluded last."""
        rows = agreements_of(self.account)
        return sorted(rows, key=lambda row: row.status == AgreementStatus.DROPPED)

    @cached_property
    def verdict(self) -> TypeVerdict:
        return judge_type(type_facts_of(self.account))

    @cached_property
    def text(self) -> TypeText:
        return explain_type(self.verdict)

    @property
    def is_key(self) -> bool:
        return self.account.standing == Standing.KEY

    @property
    def awaits_signature(self) -> bool:
        """`AccountQuerySet.awaiting_signature` for the one customer (S1 第8条)."""
        since = self.account.recognised_on
        if not self.is_key or since is None or self.account.business_type == BusinessType.MEMBER:
            return False
        return not any(
            row.is_in_force or (row.signed_on and row.signed_on >= since) for row in self.agreements
        )

    @property
    def type_blocker(self) -> str:
        return decide_type_blocker(self.account, self.user)

    @property
    def add_blocker(self) -> str:
        return self.account.edit_blocker(self.user)

    @property
    def conflict(self) -> str:
        """What the verdict says against the type on the file; "" when they are at one."""
        chosen = self.account.business_type
        if not self.is_key:
            return ""
        if chosen != BusinessType.NONE and chosen not in (
            *self.verdict.passing,
            *self.verdict.possible,
        ):
            return self._lost()
        if self.verdict.is_settled and chosen != self.verdict.passing[0]:
            return gettext("The type on the file is “%(type)s”: decide it anew.") % {
                "type": self.account.get_business_type_display()
            }
        return ""

    def _lost(self) -> str:
        """The type's conditions are not met; where a VIP agreement is over, which one."""
        vip = [row for row in self.agreements if row.kind == AgreementKind.VIP and row.is_signed]
        over = next((row for row in vip if row.over_since), None)
        is_agreement = self.account.business_type == BusinessType.AGREEMENT
        if not is_agreement or over is None or any(row.is_in_force for row in vip):
            return gettext("The type on the file does not meet its own conditions.")
        words = {"number": over.number, "day": f"{over.over_since:%Y-%m-%d}"}
        return (
            gettext("The VIP agreement %(number)s is over since %(day)s: the type no longer holds.")
            % words
        )
