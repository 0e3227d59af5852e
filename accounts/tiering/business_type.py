"""Agreement and member key accounts (S1 第4条), by the same kind of tests. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from accounts.tiering.bands import Requirement
from accounts.tiering.plain import yes_no
from accounts.tiering.verdict import (
    FAILED,
    NOT_TESTABLE,
    PASSED,
    VOLUME_WORD,
    Check,
    all_pass,
    is_open,
)

AGREEMENT, MEMBER = "agreement", "member"
ORGANISATION, INDIVIDUAL = "organisation", "individual"


@dataclass(frozen=True, slots=True)
class TypeFacts:
    """What the two business types are judged on; None is *not known*."""

    account_kind: str | None = None  # organisation or individual
    is_end_customer: bool | None = None
    long_term_intention: bool | None = None
    vip_agreement_in_force: bool | None = None
    judgements: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class TypeVerdict:
    """The tests of both types; `none` is a proper answer, with the failed condition named (Q17)."""

    checks: tuple[Check, ...]

    @property
    def passing(self) -> tuple[str, ...]:
        return tuple(t for t in (AGREEMENT, MEMBER) if all_pass(self.of(t)))

    @property
    def possible(self) -> tuple[str, ...]:
        return tuple(t for t in (AGREEMENT, MEMBER) if is_open(self.of(t)))

    @property
    def missing(self) -> tuple[str, ...]:
        open_checks = (check for business_type in self.possible for check in self.of(business_type))
        return tuple(dict.fromkeys(c.kind for c in open_checks if c.result == NOT_TESTABLE))

    @property
    def is_settled(self) -> bool:
        return len(self.passing) == 1 and not self.possible

    def of(self, business_type: str) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.tier == business_type)

    def to_json(self) -> dict[str, Any]:
        return {"checks": [check.to_json() for check in self.checks]}

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> Self:
        return cls(tuple(Check.from_json(check) for check in json["checks"]))


# "较大" and "较高" ask for at least that much: the stronger word counts as well.
MEMBER_REQUIREMENTS = (
    Requirement(VOLUME_WORD, ("large", "fairly_large")),
    Requirement("purchase_frequency", ("high", "fairly_high")),
    Requirement("loyalty", ("loyal",)),
)


def judge_type(facts: TypeFacts) -> TypeVerdict:
    """Test the facts against both business types (S1 第4条)."""
    agreement: dict[str, tuple[str | None, str]] = {
        "account_kind": (facts.account_kind, ORGANISATION),
        "is_end_customer": (yes_no(facts.is_end_customer), "yes"),
        "long_term_intention": (yes_no(facts.long_term_intention), "yes"),
        "vip_agreement_in_force": (yes_no(facts.vip_agreement_in_force), "yes"),
    }
    checks = [
        _type_check(AGREEMENT, kind, value, (wanted,))
        for kind, (value, wanted) in agreement.items()
    ]
    checks.append(_type_check(MEMBER, "account_kind", facts.account_kind, (INDIVIDUAL,)))
    checks.extend(
        _type_check(MEMBER, r.kind, facts.judgements.get(r.kind), r.accepted)
        for r in MEMBER_REQUIREMENTS
    )
    return TypeVerdict(tuple(checks))


def _type_check(
    business_type: str, kind: str, value: str | None, accepted: tuple[str, ...]
) -> Check:
    result = (PASSED if value in accepted else FAILED) if value else NOT_TESTABLE
    article = "S1-A4-1" if business_type == AGREEMENT else "S1-A4-2"
    return Check(business_type, kind, result, article, value=value or None, accepted=accepted)
