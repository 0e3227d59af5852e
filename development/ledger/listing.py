"""Comparing a list of prospects with what is here, putting it on its plan, and taking it off."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from accounts.ledger import cells, sales, undo
from accounts.ledger.customers.compare import find_similar, log_identifications
from accounts.ledger.run import INCOMING, Run, rows
from accounts.models import Account, RowVerdict, StagedRow, Standing
from accounts.workflow import account as accounts
from development.models import DevelopmentPlan, Prospect, ProspectStep, Source, Stage
from development.workflow import prospect as workflow
from staff.duties import synchronise_all
from staff.models import User
from staff.pinyin import full_pinyin
from staff.transitions import TransitionDenied

Problem = dict[str, Any]
CHUNK = 2_000
WORDS = ("situation", "needs", "competitors", "volume_basis", "source_note")
OF_CUSTOMER = ("phone", "industry", "city")


def said_of(run: Run, values: list[str | None]) -> dict[str, str]:
    pairs = zip((column.name for column in run.fields), values, strict=True)
    return {name: value for name, value in pairs if value and value != cells.CLEAR}


def plan_of(run: Run, *, lock: bool = False) -> DevelopmentPlan | None:
    """The plan the file is for, if its person may add to its list."""
    seen = DevelopmentPlan.objects.visible_to(run.actor)
    plan = seen.filter(pk=run.options.get("plan") or 0).first()
    if plan is not None and lock:
        plan = DevelopmentPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    return None if plan is None or plan.list_blocker(run.actor) else plan


# --- Preview ----------------------------------------------------------------------------------


def compare(run: Run) -> None:
    """Say of each row whether it goes onto the list, stands there already, or why it cannot."""
    run.options["unknown_customers"] = "create"
    sales.find_customers(run)
    plan = plan_of(run)
    code, name = run.incoming("customer_code"), run.incoming("customer_name")
    columns = ", ".join(f"i.c{place}" for place in range(1, len(run.fields) + 1))
    found = rows(
        f"""SELECT i.number, i.problems, i.extra, ARRAY[{columns}], c.account_id,
            coalesce({name}, c.name, {code}, ''), coalesce(nullif(c.problem, 'twin'), '')
        FROM {INCOMING} i LEFT JOIN ledger_customers c
            ON c.key = coalesce('c' || {code}, 'n' || {name})
        ORDER BY i.number"""  # noqa: S608 - names of our own columns
    )
    known = Account.objects.in_bulk({row[4] for row in found if row[4]})
    listed = listed_on(plan)
    first: dict[Any, int] = {}
    staged = []
    for number, problems, extra, values, account_id, title, problem in found:
        row = StagedRow(
            ledger_import_id=run.pk,
            number=number,
            title=title[:200],
            account_id=None if problem == "outside" else account_id,
            cells=values,
            extra=_loaded(extra),
            pinyin=full_pinyin(title)[:600],
        )
        said = said_of(run, values)
        account = known.get(account_id)
        wrong = _loaded(problems) or _problems(said, plan, account, problem)
        key = account_id or said.get("customer_code") or said.get("customer_name")
        if not wrong and key in first:
            wrong = [_problem("repeated", title, row=first[key])]
        first.setdefault(key, number)
        row.problems = wrong or None
        row.verdict = RowVerdict.NEW
        if wrong:
            row.verdict = RowVerdict.REFUSED
        elif account_id in listed:
            row.verdict = RowVerdict.SAME
        staged.append(row)
    StagedRow.objects.bulk_create(staged, batch_size=CHUNK)
    log_identifications(run)
    find_similar(run)


def listed_on(plan: DevelopmentPlan | None) -> set[int]:
    return set(Prospect.objects.filter(plan=plan).values_list("account", flat=True))


def _problems(
    said: Mapping[str, str], plan: DevelopmentPlan | None, account: Account | None, problem: str
) -> list[Problem]:
    title = said.get("customer_name") or said.get("customer_code", "")
    if plan is None:
        return [_problem("no_list", title)]
    if not title:
        return [_problem("no_customer", "")]
    if problem:
        return [_problem(problem, title)]
    if account is None and not said.get("customer_name"):
        return [_problem("create_first", title)]
    if account is not None and account.standing != Standing.PROSPECT:
        return [_problem("not_a_prospect", title, standing=account.standing)]
    return []


def _problem(code: str, read: str, **details: Any) -> Problem:
    return {"code": code, "field": "customer_name", "read": read, **details}


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


# --- Apply ------------------------------------------------------------------------------------


def apply(run: Run) -> Mapping[str, int]:
    """Put the new rows on the list; what moved since the preview goes back to it."""
    run.progress.at("writing")
    plan = plan_of(run, lock=True)
    if plan is None:
        raise TransitionDenied(gettext("Nothing can be added to this plan's list any more."))
    new = list(StagedRow.objects.filter(ledger_import=run.pk, verdict=RowVerdict.NEW))
    known = (
        Account.objects.filter(merged_into=None, voided_at=None)
        .select_for_update(of=("self",))
        .in_bulk({row.account_id for row in new if row.account_id})
    )
    people = User.objects.in_bulk(
        {int(said["owner"]) for row in new if "owner" in (said := said_of(run, row.cells or []))}
    )
    listed, written, moved = listed_on(plan), [], []
    for row in new:
        said = said_of(run, row.cells or [])
        account = known.get(row.account_id or 0)
        is_gone = row.account_id and (account is None or account.standing != Standing.PROSPECT)
        if is_gone or row.account_id in listed:
            moved.append(row.pk)
            continue
        try:
            account = account or _written_down(run, said, people)
        except TransitionDenied:  # somebody was faster
            moved.append(row.pk)
            continue
        written.append(_put(plan, run, account, said, row.extra or {}))
    StagedRow.objects.filter(pk__in=moved).update(verdict=RowVerdict.MOVED)
    synchronise_all(accounts=[row.account_id for row in written])
    return {"created": len(written), "updated": 0}


def _written_down(run: Run, said: Mapping[str, str], people: Mapping[int, User]) -> Account:
    """A customer whom nobody knew: a prospect of whom the row names, else of the importer."""
    account = Account(
        name=said["customer_name"],
        code=said.get("customer_code", ""),
        standing=Standing.PROSPECT,
        region_id=int(said["region"]) if "region" in said else run.actor.region_id,
        **{name: said[name] for name in OF_CUSTOMER if name in said},
    )
    owner = people.get(int(said.get("owner", 0)))
    return accounts.keep_new(account, actor=run.actor, owner=owner)


def _put(
    plan: DevelopmentPlan,
    run: Run,
    account: Account,
    said: Mapping[str, str],
    extra: Mapping[str, str],
) -> Prospect:
    """On the list with its background material; columns nobody knows stand below the situation."""
    row = Prospect(
        plan=plan,
        account=account,
        source=said.get("source", Source.LEDGER),
        added_by=run.actor,
        **{name: said[name] for name in WORDS if name in said},
    )
    if "expected_volume" in said:
        row.expected_volume = Decimal(said["expected_volume"])
        row.volume_basis = row.volume_basis or run.ledger_import.name[:200]
    lines = [row.situation, *(f"{header}: {text}" for header, text in extra.items())]
    is_analysed = bool(row.situation)
    row.situation = "\n".join(filter(None, lines))
    row.save()
    if row.expected_volume is not None:
        workflow.expect(row, actor=run.actor)
    ProspectStep.objects.create(prospect=row, to_stage=Stage.LISTED, actor=run.actor)
    if is_analysed:
        workflow.move(row, Stage.ANALYSED, actor=run.actor)
    return row


# --- Undo -------------------------------------------------------------------------------------


def take_back(run: Run) -> list[dict[str, Any]]:
    """Take the rows off the list, and the customers they brought; not what was worked on since."""
    events: Any = Prospect._meta.get_field("events").related_model
    ours = {"pgh_context__ledger_import": run.pk}
    made = events.objects.filter(pgh_label="insert", **ours).values("pgh_obj_id")
    kept, gone = [], []
    for row in Prospect.objects.filter(pk__in=made).select_related("account"):
        every = row.events
        if every.count() > every.filter(**ours).count():
            kept.append({"account": row.account_id, "name": row.account.name, "why": "changed"})
        else:
            gone.append(row.pk)
    ProspectStep.objects.filter(prospect__in=gone).delete()
    Prospect.objects.filter(pk__in=gone).delete()
    named = {line["account"] for line in kept}
    kept += [line for line in undo.take_back(run) if line["account"] not in named]
    return kept
