"""Lists over many customers: settled verdicts, open cases, proposals, tiers on a day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts import tier_worklist
from accounts.forms.tiering import NO_TIER, AcceptForm, AsOfForm, SettledFilterForm
from accounts.models import Account, TierDecision, TierProposal
from accounts.models.tiering import decide_tier_blocker
from accounts.querysets.account import AccountQuerySet
from accounts.tier_facts import tiered, tiers_as_of
from accounts.tiering_text import kind_label, tier_label
from accounts.workflow import tiering as workflow
from staff.patience import takes_its_time
from staff.transitions import TransitionDenied
from staff.types import StaffRequest

PAGE = 50


@require_GET
@takes_its_time
def tiers(request: StaffRequest) -> HttpResponse:
    """Where every customer of one's scope stands: decided tiers, and what waits for a person."""
    accounts = Account.objects.visible_to(request.user)
    survey = tier_worklist.survey(accounts)
    carried = TierDecision.objects.visible_to(request.user).current().carried_over()
    context = {
        "survey": survey,
        "decided": [(tier, survey.decided[tier]) for tier in tier_worklist.TIERS_AND_NONE],
        "missing": [(kind_label(k), n) for k, n in survey.missing.most_common()],
        "carried_count": carried.count(),
        "proposal_count": TierProposal.objects.visible_to(request.user).waiting().count(),
    }
    return render(request, "accounts/tier_desk.html", context)


@require_GET
@takes_its_time
def tier_review(request: StaffRequest) -> HttpResponse:
    """Customers whose verdict does not settle itself, or whose decided tier no longer passes."""
    state = request.GET.get("state", "")
    if state not in tier_worklist.STATES:
        state = "differs"
    accounts = Account.objects.visible_to(request.user)
    found = tier_worklist.in_state(accounts, state)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "state": state,
        "states": tier_worklist.state_labels(),
        "page": page,
        "lines": tier_worklist.explained(accounts, list(page)),
    }
    return render(request, "accounts/tier_review.html", context)


@require_http_methods(["GET", "POST"])
@takes_its_time
def tier_settled(request: StaffRequest) -> HttpResponse:
    """Preview and accept every settled verdict of a filter at once."""
    return _acceptance(request, is_carried_over=False)


@require_http_methods(["GET", "POST"])
@takes_its_time
def tier_carried_over(request: StaffRequest) -> HttpResponse:
    """Tiers that came from an old ledger; those the rules settle alike can be accepted at once."""
    return _acceptance(request, is_carried_over=True)


def _acceptance(request: StaffRequest, *, is_carried_over: bool) -> HttpResponse:
    narrowed = SettledFilterForm(request.GET, user=request.user)
    accounts, tier = _narrow(request, narrowed, is_carried_over)
    found = workflow.settled(accounts, tier=tier, carried_over=is_carried_over)
    form = AcceptForm(request.POST if request.method == "POST" else None, initial=_signature(found))
    blocker = decide_tier_blocker(request.user)
    if not blocker and form.is_valid():
        options = {**form.cleaned_data, "tier": tier, "carried_over": is_carried_over}
        try:
            count = workflow.accept_settled(accounts, actor=request.user, **options)
        except TransitionDenied as denied:
            messages.error(request, str(denied))
        else:
            messages.success(request, gettext("%(count)d tiers decided.") % {"count": count})
        return redirect(request.get_full_path())
    page = Paginator(list(found.tiers), PAGE).get_page(request.GET.get("page"))
    context = {
        "is_carried_over": is_carried_over,
        "narrowed": narrowed,
        "found": found,
        "counts": sorted(Counter(found.tiers.values()).items()),
        "page": page,
        "lines": tier_worklist.settled_lines(accounts, found, list(page)),
        "form": form,
        "blocker": blocker,
        **(_carried(request) if is_carried_over else {}),
    }
    status = 403 if blocker and request.method == "POST" else 422 if form.errors else 200
    return render(request, "accounts/tier_settled.html", context, status=status)


def _narrow(
    request: StaffRequest, form: SettledFilterForm, is_carried_over: bool
) -> tuple[AccountQuerySet, str]:
    accounts = Account.objects.visible_to(request.user)
    if is_carried_over:
        carried = TierDecision.objects.visible_to(request.user).current().carried_over()
        accounts = accounts.filter(pk__in=carried.values("account"))
    if not form.is_valid():  # an address typed by hand
        return accounts.none(), ""
    if owner := form.cleaned_data["owner"]:
        accounts = accounts.filter(owner=owner)
    return accounts, form.cleaned_data["tier"]


def _signature(found: workflow.Settled) -> dict[str, Any]:
    return {"effective_on": timezone.localdate(), "seen": found.token}


def _carried(request: StaffRequest) -> dict[str, Any]:
    """The carried-over decisions that the rules do not confirm by themselves."""
    decisions = TierDecision.objects.visible_to(request.user).current().carried_over()
    page = Paginator(decisions.for_list(), PAGE).get_page(request.GET.get("all"))
    accounts = Account.objects.visible_to(request.user)
    explained = tier_worklist.explained(accounts, [d.account_id for d in page])
    return {
        "carried": page,
        "carried_lines": list(zip(page, explained, strict=True)),
    }


@require_GET
def tier_proposals(request: StaffRequest) -> HttpResponse:
    """Proposals waiting in one's scope, oldest first, each with its verdict."""
    waiting = TierProposal.objects.visible_to(request.user).waiting().for_list()
    page = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    accounts = Account.objects.visible_to(request.user)
    explained = tier_worklist.explained(accounts, [proposal.account_id for proposal in page])
    lines = [
        {
            "proposal": proposal,
            "line": line,
            "blocker": proposal.decide_blocker(request.user),
            "can_withdraw": not proposal.withdraw_blocker(request.user),
        }
        for proposal, line in zip(page, explained, strict=True)
    ]
    return render(request, "accounts/tier_proposals.html", {"page": page, "lines": lines})


@require_GET
@takes_its_time
def tier_as_of(request: StaffRequest) -> HttpResponse:
    """Who was in which tier on a day: as was known then, and as is known now."""
    form = AsOfForm(request.GET or None, initial={"day": timezone.localdate()})
    is_asked = form.is_valid()
    day: dt.date = form.cleaned_data["day"] if is_asked else timezone.localdate()
    tier: str = form.cleaned_data["tier"] if is_asked else ""
    accounts = tiered(Account.objects.visible_to(request.user))
    then = tiers_as_of(accounts, day, _end_of(day))
    now = tiers_as_of(accounts, day)
    shown = [pk for pk in now if _is_asked(tier, then[pk], now[pk])]
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    names = accounts.select_related("owner").in_bulk(list(page))
    context = {
        "form": form,
        "day": day,
        "counts": [
            (tier_label(t), t, Counter(then.values())[t], Counter(now.values())[t])
            for t in tier_worklist.TIERS_AND_NONE
        ],
        "page": page,
        "lines": [(names[pk], then[pk], now[pk]) for pk in page],
        "changed_count": sum(then[pk] != now[pk] for pk in now),
    }
    return render(request, "accounts/tier_as_of.html", context)


def _is_asked(tier: str, then: str, now: str) -> bool:
    """Whether a customer is on the list: of that tier then or now; without one, of any tier."""
    if not tier:
        return bool(then or now)
    return ("" if tier == NO_TIER else tier) in (then, now)


def _end_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.max))
