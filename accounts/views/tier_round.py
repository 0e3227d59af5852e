"""The yearly review round: list, fill in, sign (S1 第3条, Q15)."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import tier_worklist
from accounts.forms.tiering import NoteForm, RoundForm, RoundLineForm
from accounts.models import Account, TierRound
from accounts.workflow import tier_round as workflow
from staff.patience import takes_its_time
from staff.transitions import TransitionDenied
from staff.types import StaffRequest

PAGE = 25


@require_http_methods(["GET", "POST"])
@takes_its_time
def round_list(request: StaffRequest) -> HttpResponse:
    """Rounds so far, and the form that opens the next one."""
    today = timezone.localdate()
    initial = {
        "name": gettext("Review %(year)d") % {"year": today.year},
        "effective_on": today,
    }
    form = RoundForm(request.POST if request.method == "POST" else None, initial=initial)
    blocker = workflow.open_blocker(request.user)
    if not blocker and form.is_valid():
        try:
            round_ = workflow.open_round(actor=request.user, **form.cleaned_data)
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            return redirect(round_)
    filled = Count("lines", filter=Q(lines__is_filled=True))
    rounds = TierRound.objects.visible_to(request.user).select_related("opened_by", "closed_by")
    context = {
        "rounds": rounds.annotate(line_count=Count("lines"), filled_count=filled),
        "form": form,
        "blocker": blocker,
    }
    status = 403 if blocker and request.method == "POST" else 422 if form.errors else 200
    return render(request, "accounts/round_list.html", context, status=status)


@require_GET
@takes_its_time
def round_detail(request: StaffRequest, pk: int) -> HttpResponse:
    round_ = _round(request, pk)
    lines = round_.lines.all()
    which = request.GET.get("which", "")
    shown = {
        "open": lines.filter(is_filled=False),
        "changed": lines.filter(is_filled=True).changed(),
    }.get(which, lines)
    page = Paginator(shown.order_by("is_filled", "pk"), PAGE).get_page(request.GET.get("page"))
    accounts = Account.objects.visible_to(request.user)
    texts = {
        line.account.pk: line
        for line in tier_worklist.explained(accounts, [line.account_id for line in page])
    }
    context = {
        "round": round_,
        "which": which,
        "page": page,
        "lines": [(line, texts.get(line.account_id)) for line in page],
        "open_count": lines.filter(is_filled=False).count(),
        "changed_count": lines.filter(is_filled=True).changed().count(),
        "line_count": lines.count(),
        "passing_count": lines.filter(is_filled=False, passing__len=1).count(),
        "counts": _counts(round_),
        "line_form": RoundLineForm(),
        "blocker": round_.edit_blocker(request.user),
    }
    return render(request, "accounts/round_detail.html", context)


@require_POST
def round_fill(request: StaffRequest, pk: int, line_pk: int) -> HttpResponse:
    round_ = _round(request, pk)
    line = get_object_or_404(round_.lines.all(), pk=line_pk)
    form = RoundLineForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Choose a tier for this line."))
        return _back(request, round_)
    return _act(
        request,
        round_,
        lambda: workflow.fill(line, actor=request.user, **form.cleaned_data),
        gettext("Filled in: %(name)s.") % {"name": line.account},
    )


@require_POST
@takes_its_time
def round_keep(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep today's tier on every line that is still open, for one reason."""
    round_ = _round(request, pk)
    note = _note(request)
    return _act(
        request,
        round_,
        lambda: workflow.keep_rest(round_, actor=request.user, reason=note),
        gettext("All other lines keep their tier."),
    )


@require_POST
@takes_its_time
def round_take(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the one tier that passes, wherever others are merely not ruled out."""
    round_ = _round(request, pk)
    note = _note(request)
    return _act(
        request,
        round_,
        lambda: workflow.take_passing(round_, actor=request.user, reason=note),
        gettext("Filled in where exactly one tier passes."),
    )


@require_POST
@takes_its_time
def round_sign(request: StaffRequest, pk: int) -> HttpResponse:
    round_ = _round(request, pk)
    try:
        signed = workflow.sign(round_, actor=request.user)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
        return _back(request, round_)
    if signed.moved:
        text = gettext(
            "Not signed: what is known about %(count)d customers has changed since. Look at them."
        )
        messages.warning(request, text % {"count": signed.moved})
    else:
        text = gettext("Signed: %(count)d tiers decided.") % {"count": signed.decided}
        if signed.left_out:
            text += " " + gettext("%(count)d customers are no longer on your list.") % {
                "count": signed.left_out
            }
        messages.success(request, text)
    return redirect(round_)


@require_POST
def round_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    round_ = _round(request, pk)
    note = _note(request)
    return _act(
        request,
        round_,
        lambda: workflow.cancel(round_, actor=request.user, note=note),
        gettext("Round cancelled; nothing was decided."),
    )


def _round(request: StaffRequest, pk: int) -> TierRound:
    round_: TierRound = get_object_or_404(TierRound.objects.visible_to(request.user), pk=pk)
    return round_


def _note(request: StaffRequest) -> str:
    form = NoteForm(request.POST)
    return form.cleaned_data["note"] if form.is_valid() else ""


def _act(
    request: StaffRequest, round_: TierRound, act: Callable[[], object], done: str
) -> HttpResponse:
    try:
        act()
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    else:
        messages.success(request, done)
    return _back(request, round_)


def _back(request: StaffRequest, round_: TierRound) -> HttpResponse:
    """Back to the same page of the list."""
    query = request.GET.urlencode()
    return redirect(f"{round_.get_absolute_url()}?{query}" if query else round_.get_absolute_url())


def _counts(round_: TierRound) -> list[tuple[str, int, int]]:
    """Tier, how many had it before, how many will have it."""
    before = dict(round_.lines.order_by().values_list("tier_before").annotate(n=Count("pk")))
    filled = round_.lines.filter(is_filled=True).order_by()
    after = dict(filled.values_list("tier").annotate(n=Count("pk")))
    return [
        (tier, before.get(tier, 0), after.get(tier, 0)) for tier in tier_worklist.TIERS_AND_NONE
    ]
