from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms.merge import DismissForm, MergeForm
from accounts.identify import possible_duplicates
from accounts.merge_plan import plan
from accounts.models import Account, AccountMerge, DuplicatePair
from accounts.models.duplicate import merge_blocker, pair_blocker
from accounts.workflow import duplicates as duplicates_workflow
from accounts.workflow import merge as merge_workflow
from config.pagination import page_of
from staff.transitions import TransitionDenied
from staff.types import StaffRequest


@require_GET
def duplicate_check(request: StaffRequest) -> HttpResponse:
    """A fragment for the customer form: what may be the same customer, while someone types."""
    asked = request.GET
    exclude = asked.get("exclude", "")
    findings = possible_duplicates(
        request.user,
        name=asked.get("name", "")[:200],
        credit_code=asked.get("credit_code", "")[:40],
        phone=asked.get("phone", "")[:40],
        exclude=int(exclude) if exclude.isdecimal() and len(exclude) < 19 else None,
    )
    return render(request, "accounts/_possible_duplicates.html", {"findings": findings})


@require_GET
def duplicate_list(request: StaffRequest) -> HttpResponse:
    pairs = DuplicatePair.objects.visible_to(request.user)
    is_settled = request.GET.get("state") == "settled"
    rows = pairs.dismissed() if is_settled else pairs.open()
    context = {
        "page": page_of(request, rows.for_list().order_by("-found_on", "-pk")),
        "is_settled": is_settled,
        "merge_blocker": merge_blocker(request.user),
        "merges": AccountMerge.objects.visible_to(request.user).select_related(
            "kept", "absorbed", "merged_by"
        )[:5],
    }
    return render(request, "accounts/duplicate_list.html", context)


@require_http_methods(["GET", "POST"])
def duplicate_dismiss(request: StaffRequest, pk: int) -> HttpResponse:
    pair = get_object_or_404(DuplicatePair.objects.visible_to(request.user).for_list(), pk=pk)
    form = DismissForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            duplicates_workflow.dismiss(
                pair, actor=request.user, reason=form.cleaned_data["reason"]
            )
        except TransitionDenied as denied:
            messages.error(request, str(denied))
        else:
            messages.success(request, gettext("Noted: these are two customers."))
        return redirect("accounts:duplicates")
    context = {"form": form, "pair": pair, "blocker": pair.dismiss_blocker(request.user)}
    return render(request, "accounts/duplicate_dismiss.html", context)


@require_POST
def duplicate_reopen(request: StaffRequest, pk: int) -> HttpResponse:
    pair = get_object_or_404(DuplicatePair.objects.visible_to(request.user), pk=pk)
    try:
        duplicates_workflow.reopen(pair, actor=request.user)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    else:
        messages.success(request, gettext("The pair is on the list again."))
    return redirect("accounts:duplicates")


@require_GET
def merge_choose(request: StaffRequest, pk: int) -> HttpResponse:
    """The other customer: one that is alike, or one that is searched for."""
    seen = Account.objects.visible_to(request.user)
    account = get_object_or_404(seen, pk=pk)
    term = request.GET.get("term", "").strip()
    hits = seen.search(term).exclude(pk=pk).select_related("owner", "region")[:20] if term else []
    findings = possible_duplicates(
        request.user,
        name=account.name,
        credit_code=account.credit_code,
        phone=account.phone,
        exclude=pk,
    )
    context = {
        "account": account,
        "term": term,
        "hits": hits,
        "matches": [] if term else findings.inside,
        "blocker": merge_blocker(request.user),
    }
    return render(request, "accounts/merge_choose.html", context)


@require_http_methods(["GET", "POST"])
def merge_preview(request: StaffRequest, kept_pk: int, absorbed_pk: int) -> HttpResponse:
    seen = Account.objects.visible_to(request.user).select_related("owner", "region", "parent")
    kept, absorbed = get_object_or_404(seen, pk=kept_pk), get_object_or_404(seen, pk=absorbed_pk)
    blocker = pair_blocker(kept, absorbed, request.user)
    made = plan(kept, absorbed)
    form = MergeForm(request.POST if request.method == "POST" else None, plan=made)
    if form.is_valid():
        try:
            record = merge_workflow.merge(
                kept,
                absorbed,
                actor=request.user,
                choices=form.choices,
                reason=form.cleaned_data["reason"],
                versions=form.versions,
            )
        except TransitionDenied as denied:
            messages.error(request, str(denied))
            return redirect(request.path if not blocker else reverse("accounts:duplicates"))
        messages.success(request, gettext("The two are one customer now."))
        return redirect(record)
    context = {"form": form, "plan": made, "blocker": blocker}
    return render(request, "accounts/merge_preview.html", context)


@require_GET
def merge_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """What one merge did, with the button that undoes it or why that is not possible."""
    merges = AccountMerge.objects.visible_to(request.user)
    record = get_object_or_404(
        merges.select_related("kept", "absorbed", "merged_by", "undone_by"), pk=pk
    )
    blocker = record.undo_blocker(request.user)
    context = {
        "record": record,
        "lines": merge_workflow.describe(record),
        "blocker": blocker,
        "obstacles": [] if blocker else merge_workflow.undo_obstacles(record),
    }
    return render(request, "accounts/merge_detail.html", context)


@require_POST
def merge_undo(request: StaffRequest, pk: int) -> HttpResponse:
    record = get_object_or_404(AccountMerge.objects.visible_to(request.user), pk=pk)
    try:
        merge_workflow.undo(record, actor=request.user)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    else:
        messages.success(request, gettext("They are two customers again."))
    return redirect(record)
