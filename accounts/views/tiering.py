"""One customer's tier: its verdict, decisions, proposals (S1 第3条)."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms.tiering import TierForm
from accounts.models import Account, TierDecision, TierProposal
from accounts.tier_panel import TierPanel
from accounts.tiering_text import headline
from accounts.workflow import tiering as workflow
from staff.transitions import TransitionDenied
from staff.types import StaffRequest


@require_GET
def tier_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Every test of the verdict, the decisions so far, the type."""
    account = _account(request, pk)
    decisions = account.tier_decisions.select_related("decided_by", "policy", "corrected_by")
    context = {
        "account": account,
        "verdict": TierPanel(account, request.user),
        "decisions": [_for_history(decision, request) for decision in decisions],
        "proposals": account.tier_proposals.answered().select_related("proposed_by", "decided_by"),
    }
    return render(request, "accounts/tier_detail.html", context)


@require_http_methods(["GET", "POST"])
def tier_decide(request: StaffRequest, pk: int) -> HttpResponse:
    account = _account(request, pk)
    panel = TierPanel(account, request.user)
    form = TierForm(request.POST or None, case=panel.case)
    texts = {"title": gettext("Decide the tier"), "submit": gettext("Decide")}

    def act() -> None:
        workflow.decide(account, actor=request.user, **form.cleaned_data)

    return _tier_page(request, panel, form, act, panel.decide_blocker, texts)


@require_http_methods(["GET", "POST"])
def tier_propose(request: StaffRequest, pk: int) -> HttpResponse:
    account = _account(request, pk)
    panel = TierPanel(account, request.user)
    form = TierForm(request.POST or None, case=panel.case, is_reason_needed=True)
    texts = {
        "title": gettext("Propose a tier"),
        "submit": gettext("Propose"),
        "hint": gettext("A supervisor or the manager decides; you will see the answer here."),
    }

    def act() -> None:
        proposed = {k: v for k, v in form.cleaned_data.items() if k != "seen"}
        workflow.propose(account, actor=request.user, **proposed)

    return _tier_page(request, panel, form, act, panel.propose_blocker, texts)


@require_http_methods(["GET", "POST"])
def tier_correct(request: StaffRequest, pk: int, decision_pk: int) -> HttpResponse:
    account = _account(request, pk)
    decision = get_object_or_404(account.tier_decisions.all(), pk=decision_pk)
    panel = TierPanel(account, request.user)
    initial = {"tier": decision.tier or "none", "effective_on": decision.effective_on}
    form = TierForm(request.POST or None, case=panel.case, is_reason_needed=True, initial=initial)
    texts = {
        "title": gettext("Correct a decision"),
        "submit": gettext("Record the correction"),
        "hint": gettext("The wrong decision stays readable; the correction takes its place."),
    }

    def act() -> None:
        corrected = {k: v for k, v in form.cleaned_data.items() if k != "seen"}
        workflow.correct(decision, actor=request.user, **corrected)

    blocker = panel.edit_blocker or decision.correct_blocker(request.user)
    return _tier_page(request, panel, form, act, blocker, texts)


@require_POST
def proposal_accept(request: StaffRequest, pk: int) -> HttpResponse:
    proposal = _proposal(request, pk)
    return _answer(
        request,
        proposal,
        lambda: workflow.accept(proposal, actor=request.user),
        gettext("Proposal accepted; the tier is decided."),
    )


@require_POST
def proposal_refuse(request: StaffRequest, pk: int) -> HttpResponse:
    proposal = _proposal(request, pk)
    answer = request.POST.get("answer", "").strip()[:500]
    return _answer(
        request,
        proposal,
        lambda: workflow.refuse(proposal, actor=request.user, answer=answer),
        gettext("Proposal refused."),
    )


@require_POST
def proposal_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    proposal = _proposal(request, pk)
    return _answer(
        request,
        proposal,
        lambda: workflow.withdraw(proposal, actor=request.user),
        gettext("Proposal withdrawn."),
    )


def _account(request: StaffRequest, pk: int) -> Account:
    visible = Account.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("annual_volume_fact", "owner"), pk=pk)


def _proposal(request: StaffRequest, pk: int) -> TierProposal:
    visible = TierProposal.objects.visible_to(request.user).select_related("account")
    proposal: TierProposal = get_object_or_404(visible, pk=pk)
    return proposal


def _for_history(decision: TierDecision, request: StaffRequest) -> dict[str, object]:
    """A decision as the page lists it, with what the rules said at the time."""
    names = ("pk", "tier", "previous_tier", "effective_on", "decided_at", "decided_by", "reason")
    more = ("policy", "carried_from", "carried_on", "get_origin_display")
    return {
        **{name: getattr(decision, name) for name in (*names, *more)},
        "headline": headline(decision.judged_verdict),
        "is_corrected": hasattr(decision, "corrected_by"),
        "can_correct": not decision.correct_blocker(request.user),
    }


def _tier_page(
    request: StaffRequest,
    panel: TierPanel,
    form: TierForm,
    act: Callable[[], object],
    blocker: str,
    texts: dict[str, str],
) -> HttpResponse:
    """The form beside the verdict; acts when it is sent and valid."""
    if not blocker and form.is_valid():
        try:
            act()
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, gettext("Saved."))
            return redirect("accounts:tier", panel.account.pk)
    context = {
        "account": panel.account,
        "verdict": panel,
        "form": form,
        "blocker": blocker,
        "hint": "",
        **texts,
    }
    status = 403 if blocker and request.method == "POST" else 422 if form.errors else 200
    return render(request, "accounts/tier_form.html", context, status=status)


def _answer(
    request: StaffRequest, proposal: TierProposal, act: Callable[[], object], done: str
) -> HttpResponse:
    try:
        act()
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    else:
        messages.success(request, done)
    return redirect("accounts:tier", proposal.account_id)
