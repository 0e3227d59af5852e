"""The tier policy: versions, bands as a picture, drafts, simulation, activation (S1 第3条)."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import simulation, tiering_text
from accounts.band_picture import draw
from accounts.forms.tier_policy import ActivateForm, DraftForm, PolicyForm, band_forms
from accounts.models import Account, JudgedPer, TierPolicy
from accounts.models.tier_policy import draft_policy_blocker
from accounts.tier_facts import rows, tiered
from accounts.tiering import lint
from accounts.workflow import tier_policy as workflow
from staff.models import Provenance, User
from staff.patience import takes_its_time
from staff.transitions import TransitionDenied
from staff.types import StaffRequest

PAGE = 50


@require_GET
def policy_list(request: StaffRequest) -> HttpResponse:
    policies = TierPolicy.objects.visible_to(request.user).select_related("author", "activated_by")
    current = TierPolicy.objects.in_force()
    context = {
        "policies": policies,
        "current": current,
        **_bands(current),
        "draft_form": DraftForm(initial={"name": current.name}),
        "draft_blocker": draft_policy_blocker(request.user),
    }
    return render(request, "accounts/policy_list.html", context)


@require_GET
def policy_detail(request: StaffRequest, pk: int) -> HttpResponse:
    policy = _policy(request, pk)
    context = {
        "policy": policy,
        **_bands(policy),
        "draft_form": DraftForm(initial={"name": policy.name}),
        "draft_blocker": draft_policy_blocker(request.user),
        "edit_blocker": policy.edit_blocker(request.user),
        "activate_blocker": policy.activate_blocker(request.user),
    }
    return render(request, "accounts/policy_detail.html", context)


@require_POST
def policy_draft(request: StaffRequest, pk: int) -> HttpResponse:
    """A new version that starts as a copy of this one."""
    policy = _policy(request, pk)
    form = DraftForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Give the new version a name."))
        return redirect(policy)
    try:
        draft = workflow.draft(policy, actor=request.user, name=form.cleaned_data["name"])
    except TransitionDenied as denied:
        messages.error(request, str(denied))
        return redirect(policy)
    return redirect("accounts:policy_edit", draft.pk)


@require_http_methods(["GET", "POST"])
def policy_edit(request: StaffRequest, pk: int) -> HttpResponse:
    policy = _policy(request, pk)
    sent = request.POST if request.method == "POST" else None
    form, bands = PolicyForm(sent, instance=policy), band_forms(policy, sent)
    blocker = policy.edit_blocker(request.user)
    is_valid = all([form.is_valid(), *(band.is_valid() for band in bands)])
    if is_valid and not blocker:
        try:
            changed = [band.save(commit=False) for band in bands]
            seen = form.cleaned_data["seen"]
            workflow.edit(form.save(commit=False), changed, actor=request.user, seen=seen)
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, gettext("Draft saved."))
            return redirect(policy)
    context = {"policy": policy, "form": form, "bands": bands, "blocker": blocker}
    has_errors = form.errors or any(band.errors for band in bands)
    status = 403 if blocker and sent else 422 if has_errors else 200
    return render(request, "accounts/policy_form.html", context, status=status)


@require_GET
@takes_its_time
def policy_simulate(request: StaffRequest, pk: int) -> HttpResponse:
    """Who would move if this version were in force instead of today's."""
    policy, current = _policy(request, pk), TierPolicy.objects.in_force()
    found = _simulate(request.user, current, policy)
    owner = request.GET.get("owner", "")
    moves = [m for m in found.moves if owner in ("", str(m.row.owner_id or "none"))]
    page = Paginator(moves, PAGE).get_page(request.GET.get("page"))
    accounts = Account.objects.visible_to(request.user).select_related("owner")
    names = accounts.in_bulk([move.row.pk for move in page])
    context = {
        "policy": policy,
        "current": current,
        "found": found,
        "stands": simulation.STANDS,
        "matrix": _matrix(found),
        "owners": _owners(request.user, found),
        "owner": owner,
        "page": page,
        "moves": [(names[m.row.pk], m, _why(m)) for m in page if m.row.pk in names],
    }
    return render(request, "accounts/policy_simulate.html", context)


@require_http_methods(["GET", "POST"])
@takes_its_time
def policy_activate(request: StaffRequest, pk: int) -> HttpResponse:
    policy = _policy(request, pk)
    form = ActivateForm(request.POST if request.method == "POST" else None)
    blocker = policy.activate_blocker(request.user)
    if not blocker and form.is_valid():
        try:
            workflow.activate(policy, actor=request.user, **form.cleaned_data)
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, gettext("Activated. Tiers change only when people decide."))
            return redirect(policy)
    context = {"policy": policy, "form": form, "blocker": blocker, **_bands(policy)}
    status = 403 if blocker and request.method == "POST" else 422 if form.errors else 200
    return render(request, "accounts/policy_activate.html", context, status=status)


def _policy(request: StaffRequest, pk: int) -> TierPolicy:
    visible = TierPolicy.objects.visible_to(request.user).prefetch_related("bands")
    return get_object_or_404(visible.select_related("based_on", "author", "activated_by"), pk=pk)


def _bands(policy: TierPolicy) -> dict[str, object]:
    """What the picture and the table of bands need."""
    rules = policy.rules()
    found = lint(rules)
    marks = {band.tier: Provenance(band.provenance) for band in policy.bands.all()}
    return {
        "picture": draw(rules),
        "bands": [(text, marks[text.tier]) for text in tiering_text.band_texts(rules)],
        "holes": [tiering_text.hole_text(hole) for hole in found.holes],
        "overlaps": [tiering_text.overlap_text(overlap) for overlap in found.overlaps],
        "options": tiering_text.option_texts(policy),
    }


def _simulate(user: User, current: TierPolicy, policy: TierPolicy) -> simulation.Simulation:
    before, after = current.rules(), policy.rules()
    kinds = simulation.Pair(before, after).kinds
    accounts = tiered(Account.objects.visible_to(user))
    amounts: dict[int, Decimal | None] | None = None
    if policy.judged_per != current.judged_per:
        amounts = {row.pk: row.amount for row in rows(accounts, (), policy.judged_per)}
    found = rows(accounts, kinds, JudgedPer(current.judged_per))
    return simulation.simulate(found, before, after, amounts)


def _matrix(found: simulation.Simulation) -> list[tuple[str, list[tuple[int, bool]], int]]:
    """Rows of the table: where from, how many to each place (and whether they stay), the sum."""
    table = []
    for start in simulation.STANDS:
        counts = [(found.matrix[start, end], start == end) for end in simulation.STANDS]
        if total := sum(count for count, _stays in counts):
            table.append((start, counts, total))
    return table


def _owners(user: User, found: simulation.Simulation) -> list[tuple[str, str, int]]:
    """Key, name and number of movers of each owner, most first."""
    people = User.objects.visible_to(user).in_bulk([pk for pk in found.owners if pk])
    nobody, other = gettext("Nobody"), gettext("Someone else")
    return [
        (str(pk or "none"), str(people.get(pk, other)) if pk else nobody, count)
        for pk, count in found.owners.most_common()
    ]


def _why(move: simulation.Move) -> list[str]:
    """The changed tests of the tiers between which the customer moves."""
    tiers = {*move.before.passing, *move.after.passing} or {why.tier for why in move.why}
    return [
        tiering_text.why_text(why, move.row.amount)
        for why in move.why
        if why.tier in tiers and not why.follows_the_figure
    ]
