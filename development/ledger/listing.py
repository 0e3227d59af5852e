"""Comparing a list of prospects with what is here, putting it on its plan, and taking it off.

A row whose customer stands on the list already adds what is still empty there, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from django.utils.translation import gettext

from accounts.ledger import registers, undo
from accounts.ledger.customers.compare import find_similar, log_identifications
from accounts.ledger.registers import Problem, Register
from accounts.ledger.returning import Here, Identity
from accounts.ledger.run import Run, rows
from accounts.models import Account, RowVerdict, StagedRow, Standing
from accounts.workflow import account as accounts
from development.models import DevelopmentPlan, Prospect, ProspectStep, Source, Stage
from development.workflow import prospect as workflow
from staff.duties import synchronise_all
from staff.models import User
from staff.transitions import TransitionDenied

WORDS = ("situation", "needs", "competitors", "volume_basis", "source_note")
WRITTEN = (*WORDS, "expected_volume")
OF_CUSTOMER = ("phone", "industry", "city")


def plan_of(run: Run, *, lock: bool = False) -> DevelopmentPlan | None:
    """The plan the file is for, if its person may add to its list."""
    seen = DevelopmentPlan.objects.visible_to(run.actor)
    plan = seen.filter(pk=run.options.get("plan") or 0).first()
    if plan is not None and lock:
        plan = DevelopmentPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    return None if plan is None or plan.list_blocker(run.actor) else plan


def identity(row: Register) -> Identity:
    """A customer stands once on a list."""
    return row.account_id or row.said.get("customer_code") or row.said.get("customer_name")


def known(run: Run, accounts: Iterable[int]) -> dict[Identity, Here]:
    """What stands on the list, with the columns that are still empty; a dropped one stays so."""
    listed = Prospect.objects.filter(plan=run.options.get("plan") or 0, account__in=accounts)
    return {row.account_id: _here(row) for row in listed}


def _here(row: Prospect) -> Here:
    empty = [name for name in WRITTEN if getattr(row, name) in ("", None) and not row.is_dropped]
    return Here(row.pk, dict.fromkeys(empty, ""), frozenset(empty))


# --- Preview ----------------------------------------------------------------------------------


def compare(run: Run) -> None:
    """Say of each row whether it goes onto the list, stands there already, or why it cannot."""
    plan = plan_of(run)

    @cache
    def no_prospects() -> dict[int, str]:
        found = rows(
            "SELECT a.id, a.standing FROM ledger_customers c"
            " JOIN accounts_account a ON a.id = c.account_id WHERE a.standing <> 'prospect'"
        )
        return dict(found)

    def judge(row: Register) -> list[Problem]:
        title = row.said.get("customer_name") or row.said.get("customer_code", "")
        if plan is None:
            return [_problem("no_list", title)]
        if not title:
            return [_problem("no_customer", "")]
        if row.account_id is None and not row.said.get("customer_name"):
            return [_problem("create_first", title)]
        if standing := no_prospects().get(row.account_id or 0):
            return [_problem("not_a_prospect", title, standing=standing)]
        return []

    registers.stage(run, identity, known, unknown="create", told_at="customer_name", judge=judge)
    log_identifications(run)
    find_similar(run)


def _problem(code: str, read: str, **details: Any) -> Problem:
    return registers.problem("customer_name", code, read=read, **details)


# --- Apply ------------------------------------------------------------------------------------


def apply(run: Run) -> Mapping[str, int]:
    """Put the new rows on the list and fill what was empty; what moved goes back to the preview."""
    run.progress.at("writing")
    plan = plan_of(run, lock=True)
    if plan is None:
        raise TransitionDenied(gettext("Nothing can be added to this plan's list any more."))
    _hold_customers(run)
    filled = [_fill(run, *change) for change in registers.to_change(run, identity, known)]
    written = registers.to_write(run, identity, known)
    people = registers.people_of(written, "owner")
    added = []
    for row, account in written:
        try:
            account = account or _written_down(run, row.said, people)
        except TransitionDenied:  # somebody was faster
            _moved(run, number=row.number)
            continue
        added.append(_put(plan, run, account, row))
    synchronise_all(accounts=[row.account_id for row in (*filled, *added)])
    return {"created": len(added), "updated": len(filled)}


def _hold_customers(run: Run) -> None:
    """Lock the customers of the rows; one that is no prospect any more goes back to the preview."""
    staged = StagedRow.objects.filter(
        ledger_import=run.pk, verdict__in=(RowVerdict.NEW, RowVerdict.CHANGED)
    )
    customers = Account.objects.filter(pk__in=list(staged.values_list("account", flat=True)))
    held = list(customers.order_by("pk").select_for_update(of=("self",)))
    gone = [row.pk for row in held if row.standing != Standing.PROSPECT]
    _moved(run, account__in=gone)


def _moved(run: Run, **which: Any) -> None:
    staged = StagedRow.objects.filter(ledger_import=run.pk, **which)
    staged.exclude(verdict=RowVerdict.REFUSED).update(verdict=RowVerdict.MOVED)


def _fill(run: Run, row: StagedRow, here: Here, said: Mapping[str, str]) -> Prospect:
    prospect = Prospect.objects.select_for_update(of=("self",)).get(pk=here.pk)
    return workflow.fill(prospect, actor=run.actor, values=_values(run, said, prospect))


def _values(run: Run, said: Mapping[str, str], prospect: Prospect) -> dict[str, Any]:
    """The columns of a prospect that a row tells; a figure rests on the file where nothing else."""
    values: dict[str, Any] = {name: said[name] for name in WORDS if name in said}
    if "expected_volume" in said:
        values["expected_volume"] = Decimal(said["expected_volume"])
        if not prospect.volume_basis:
            values.setdefault("volume_basis", run.ledger_import.name[:200])
    return values


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


def _put(plan: DevelopmentPlan, run: Run, account: Account, row: Register) -> Prospect:
    """On the list with its background material; columns nobody knows stand below the situation."""
    prospect = Prospect(
        plan=plan,
        account=account,
        source=row.said.get("source", Source.LEDGER),
        added_by=run.actor,
    )
    values = _values(run, row.said, prospect)
    is_analysed = bool(values.get("situation"))
    values["situation"] = row.words("situation")
    for name, value in values.items():
        setattr(prospect, name, value)
    prospect.save()
    if prospect.expected_volume is not None:
        workflow.expect(prospect, actor=run.actor)
    ProspectStep.objects.create(prospect=prospect, to_stage=Stage.LISTED, actor=run.actor)
    if is_analysed:
        workflow.move(prospect, Stage.ANALYSED, actor=run.actor)
    return prospect


# --- Undo -------------------------------------------------------------------------------------


def take_back(run: Run) -> list[dict[str, Any]]:
    """Take off the list what came onto it and empty what was filled; not what was worked on since.

    Plan, customers and prospects are held before they are judged: nobody begins to work meanwhile.
    """
    told = registers.told_of(run, Prospect)
    touched = Prospect.objects.filter(pk__in=set(told.values_list("pgh_obj_id", flat=True)))
    plans = DevelopmentPlan.objects.filter(prospects__in=touched).values("pk")
    list(DevelopmentPlan.objects.filter(pk__in=plans).select_for_update(of=("self",)))
    customers = Account.objects.filter(pk__in=touched.values("account")).order_by("pk")
    names = {row.pk: row.name for row in customers.select_for_update(of=("self",))}
    staying: list[dict[str, Any]] = []
    gone: list[Prospect] = []
    back: list[Prospect] = []
    made = set(registers.made_by(run, Prospect).values_list("pgh_obj_id", flat=True))
    for row in touched.select_for_update(of=("self",)):
        if why := registers.changed_since(run, row, ()):
            name = names[row.account_id]
            staying.append({"account": row.account_id, "name": name, "why": why})
        else:
            (gone if row.pk in made else back).append(row)
    steps = registers.made_by(run, ProspectStep).values("pgh_obj_id")
    ProspectStep.objects.filter(pk__in=steps, prospect__in=[*gone, *back]).delete()
    Prospect.objects.filter(pk__in=[row.pk for row in gone]).delete()
    for row in back:
        _emptied(row, told)
    return undo.take_back(run, staying=staying)


def _emptied(row: Any, told: Any) -> None:
    """As the trail says it was before the import filled it."""
    first = told.filter(pgh_obj_id=row.pk).order_by("pgh_id").first()
    before = row.events.filter(pgh_id__lt=first.pgh_id).order_by("-pgh_id").first()
    names = [*WRITTEN, "stage", "stage_since"]
    for name in names:
        setattr(row, name, getattr(before, name))
    row.save(update_fields=names)
