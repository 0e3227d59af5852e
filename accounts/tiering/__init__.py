"""What the rule book says about a customer's tier and type (S1 第3–4条), as pure functions.

Nothing here reads the database or decides: `judge` lists every test with its input, threshold and
article, and a person decides. What nobody knows is never taken for zero or for "no": a test whose
input is missing is *not testable*, and a tier that hangs on it is *possible*. Verdicts hold codes
and numbers only, so that a verdict frozen years ago still reads in the reader's language.
"""

from accounts.tiering.bands import TIERS, Axis, Band, Hole, Overlap, Requirement, Span
from accounts.tiering.business_type import (
    AGREEMENT,
    INDIVIDUAL,
    MEMBER,
    ORGANISATION,
    TypeFacts,
    TypeVerdict,
    judge_type,
)
from accounts.tiering.facts import Facts, Source, Volume
from accounts.tiering.judging import BulkJudge, Outcome, judge
from accounts.tiering.policy import RULE_BOOK, Policy, lint
from accounts.tiering.verdict import (
    ANNUAL_VOLUME,
    BY_FIGURE,
    FAILED,
    NOT_TESTABLE,
    PASSED,
    STRONGER,
    Check,
    Distance,
    Drop,
    Verdict,
)

__all__ = [
    "AGREEMENT",
    "ANNUAL_VOLUME",
    "BY_FIGURE",
    "FAILED",
    "INDIVIDUAL",
    "MEMBER",
    "NOT_TESTABLE",
    "ORGANISATION",
    "PASSED",
    "RULE_BOOK",
    "STRONGER",
    "TIERS",
    "Axis",
    "Band",
    "BulkJudge",
    "Check",
    "Distance",
    "Drop",
    "Facts",
    "Hole",
    "Outcome",
    "Overlap",
    "Policy",
    "Requirement",
    "Source",
    "Span",
    "TypeFacts",
    "TypeVerdict",
    "Verdict",
    "Volume",
    "judge",
    "judge_type",
    "lint",
]
