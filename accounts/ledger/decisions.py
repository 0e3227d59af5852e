"""Tier decisions of earlier years: whose tier was what, from which day on, and why (S1 第3条).

A manager carries them over: each row becomes a decision of origin *carried over* with the file's
name, listed for review. The same customer, day and tier is the same decision, so that the export
of decisions comes in again unchanged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ledger import customers, registers
from accounts.ledger.columns import Column, Kind, text_column
from accounts.ledger.export import CHUNK, Head, Row, head_of
from accounts.ledger.registers import Problem, Register, day_column, problem
from accounts.ledger.returning import Here, Identity
from accounts.ledger.run import Run
from accounts.models import Account, Standing, TierDecision
from accounts.querysets.account import AccountQuerySet
from accounts.workflow import tiering
from accounts.workflow.tiering import Choice
from staff.models import User

TIER = customers.KIND.by_name["tier"]
COLUMNS: tuple[Column, ...] = (
    *registers.CUSTOMER,
    Column(TIER.name, TIER.label, TIER.make_parser, aliases=TIER.aliases, choices=TIER.choices),
    day_column("date", _("Effective from"), "生效日期", "定级日期", "评定日期", "日期",
               required=True, empty="", example="2026-01-31"),
    text_column("reason", _("Reason"), 500, "理由", "定级理由", "评定依据", width=40),
)  # fmt: skip
# What the export tells besides, and an import leaves out.
INFORMING = (
    _("Tier before"),
    _("Decided at"),
    _("Decided by"),
    _("How"),
    _("Carried over from"),
)


def row_rule(run: Run) -> Callable[[Sequence[str | None]], list[Problem]]:
    """A row names a customer, a day that has been, and a tier; no tier needs its reason."""
    common = registers.row_rule(run)

    def rule(values: Sequence[str | None]) -> list[Problem]:
        said, problems = registers.said_of(run, values), common(values)
        if not said.get("tier") and not said.get("reason"):
            problems.append(problem("tier", "missing"))
        return problems

    return rule


def identity(row: Register) -> Identity:
    return (row.account_id, row.day, row.said.get("tier", ""))


def known(run: Run, accounts: Iterable[int]) -> dict[Identity, Here]:
    """The decisions that are here, corrected ones among them; none is ever rewritten."""
    rows = TierDecision.objects.filter(account__in=list(accounts)).order_by()
    found = rows.values_list("pk", "account", "effective_on", "tier")
    return {(account, day, tier): Here(pk, {}) for pk, account, day, tier in found}


def compare(run: Run) -> None:
    """A prospect has no tier; whoever was a customer once keeps the history of then."""
    prospects = set(Account.objects.filter(standing=Standing.PROSPECT).values_list("pk", flat=True))

    def judge(row: Register) -> list[Problem]:
        if row.account_id in prospects and row.said.get("tier"):
            return [problem("tier", "prospect_tier", read=row.said["tier"])]
        return []

    registers.stage(run, identity, known, judge=judge)


def apply(run: Run) -> Mapping[str, int]:
    """Carry the new rows over in the order of their days, so that each finds the one before it."""
    run.progress.at("writing")
    written = sorted(
        registers.to_write(run, identity, known), key=lambda pair: (pair[0].day, pair[0].number)
    )
    for day, choices in _together(row for row, _account in written):
        tiering.carry_over(
            choices,
            actor=run.actor,
            effective_on=day,
            file_name=run.ledger_import.name,
            dated=timezone.localdate(),
        )
    return {"created": len(written), "updated": 0}


def _together(rows: Iterable[Register]) -> Iterator[tuple[dt.date, dict[int, Choice]]]:
    """Rows of one day at once; a customer's second one of that day comes after its first."""
    day, choices = None, dict[int, Choice]()
    for row in rows:
        account = row.account_id or 0
        if choices and day and (row.day != day or account in choices):
            yield day, choices
            choices = {}
        day = row.day
        choices[account] = Choice(row.said.get("tier", ""), row.words("reason")[:500])
    if choices and day:
        yield day, choices


# --- Out again --------------------------------------------------------------------------------


def rows_of(accounts: AccountQuerySet, user: User) -> QuerySet[TierDecision]:
    visible = TierDecision.objects.visible_to(user)
    return visible.filter(account__in=accounts.order_by().values("pk"))


def sheet(accounts: AccountQuerySet, user: User) -> tuple[list[Head], Iterable[Row]]:
    found = rows_of(accounts, user).select_related("account", "decided_by")
    rows = (
        [
            decision.account.code,
            decision.account.name,
            decision.tier,
            decision.effective_on,
            decision.reason,
            decision.previous_tier,
            decision.decided_at,
            decision.decided_by.name,
            decision.get_origin_display(),
            decision.carried_from,
        ]
        for decision in found.order_by("account_id", "-effective_on", "-pk").iterator(CHUNK)
    )
    formats: dict[int, Any] = {1: {"number_format": "yyyy-mm-dd hh:mm", "width": 18}}
    informing = [
        Head(str(label), **formats.get(place, {})) for place, label in enumerate(INFORMING)
    ]
    return [*(head_of(column) for column in COLUMNS), *informing], rows


KIND = Kind(
    name="decisions",
    label=_("Tier decisions"),
    hint=_("One row per decision of earlier years: customer, tier, from which day on, why."),
    keeps=_("written into the reason"),
    columns=COLUMNS,
    compare=compare,
    apply=apply,
    undo=customers.take_back,
    needs=registers.NEEDS,
    informing=INFORMING,
    row_rule=row_rule,
    blocker=tiering.carry_over_blocker,
)
