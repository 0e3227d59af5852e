"""What a customer's page shows about its tier: verdict, decision, proposal, and who may act."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext

from accounts.models import Account, BusinessType, TierDecision, TierProposal
from accounts.tier_facts import type_facts_of
from accounts.tiering import TypeVerdict, judge_type
from accounts.tiering_text import Explanation, TypeText, explain, explain_type
from accounts.workflow.tiering import Case, decide_blocker, open_case, propose_blocker
from staff.models import User


@dataclass
class TierPanel:
    """The context `verdict` of `accounts/_verdict.html`; read lazily, five queries in all."""

    account: Account
    user: User

    @cached_property
    def case(self) -> Case:
        return open_case(self.account)

    @cached_property
    def text(self) -> Explanation:
        return explain(self.case.verdict)

    @property
    def decision(self) -> TierDecision | None:
        return self.case.latest

    @cached_property
    def proposal(self) -> TierProposal | None:
        waiting = TierProposal.objects.filter(account=self.account).waiting()
        found: TierProposal | None = waiting.select_related("proposed_by").first()
        return found

    @property
    def proposal_blocker(self) -> str:
        return self.proposal.decide_blocker(self.user) if self.proposal else ""

    @property
    def can_withdraw(self) -> bool:
        return self.proposal is not None and not self.proposal.withdraw_blocker(self.user)

    @property
    def decide_blocker(self) -> str:
        return decide_blocker(self.account, self.user)

    @property
    def propose_blocker(self) -> str:
        if self.proposal:
            return gettext("A proposal of %(name)s for this customer is already waiting.") % {
                "name": self.proposal.proposed_by
            }
        return propose_blocker(self.account, self.user)

    @property
    def edit_blocker(self) -> str:
        return self.account.edit_blocker(self.user)

    @property
    def differs(self) -> bool:
        """The decided tier cannot pass under today's facts and policy."""
        verdict = self.case.verdict
        return bool(self.account.tier) and self.account.tier not in (
            *verdict.passing,
            *verdict.possible,
        )

    @cached_property
    def type_verdict(self) -> TypeVerdict:
        return judge_type(type_facts_of(self.account))

    @property
    def business_type(self) -> TypeText:
        return explain_type(self.type_verdict)

    @property
    def type_differs(self) -> bool:
        """The type on the file fails one of its own conditions."""
        chosen, verdict = self.account.business_type, self.type_verdict
        return chosen != BusinessType.NONE and chosen not in (*verdict.passing, *verdict.possible)
