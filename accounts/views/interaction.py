from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.customer_file import CustomerFile
from accounts.forms.fields import ReasonForm
from accounts.forms.interaction import CorrectionForm, InteractionForm
from accounts.models import Account, Interaction
from accounts.views.small_form import small_form
from accounts.workflow import interaction as workflow
from staff.transitions import TransitionDenied
from staff.types import StaffRequest

FOUND_AT_MOST = 20


def _record(request: StaffRequest, pk: int, record_pk: int) -> tuple[Account, Interaction]:
    account = get_object_or_404(Account.objects.editable_by(request.user), pk=pk)
    records = account.interactions.select_related("author")
    return account, get_object_or_404(records, pk=record_pk)


@require_http_methods(["GET", "POST"])
def interaction_create(request: StaffRequest, pk: int) -> HttpResponse:
    """A page of its own, or the part of the customer file that htmx swaps."""
    account = get_object_or_404(Account.objects.editable_by(request.user).for_detail(), pk=pk)
    form = InteractionForm(request.POST if request.method == "POST" else None, account=account)
    if getattr(request, "htmx", False) and request.method == "POST":
        return _added_in_place(request, account, form)
    return small_form(
        request,
        account,
        form,
        lambda: workflow.add(form.instance, actor=request.user),
        title=gettext("New contact record"),
        done=gettext("Contact record added."),
        next_url=f"{account.get_absolute_url()}#timeline",
    )


def _added_in_place(request: StaffRequest, account: Account, form: InteractionForm) -> HttpResponse:
    is_added = False
    if form.is_valid():
        try:
            workflow.add(form.instance, actor=request.user)
            is_added = True
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
    file = CustomerFile(account, request.user)
    context = {
        "account": account,
        "file": file,
        "record_form": file.record_form if is_added else form,
        "is_added": is_added,
        "is_swapped": True,
    }
    return render(request, "accounts/_interactions_swapped.html", context)


@require_GET
def interaction_choose(request: StaffRequest) -> HttpResponse:
    """From anywhere: find the customer first, then write the record."""
    term = request.GET.get("customer", "").strip()
    visible = Account.objects.visible_to(request.user)
    hits = list(visible.search(term)[:FOUND_AT_MOST]) if term else []
    if len(hits) == 1:
        return redirect("accounts:interaction_create", hits[0].pk)
    recent = visible.filter(interactions__author=request.user).distinct()
    context = {"hits": hits, "term": term, "recent": [] if term else recent[:FOUND_AT_MOST]}
    return render(request, "accounts/interaction_choose.html", context)


@require_GET
def interaction_list(request: StaffRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.visible_to(request.user), pk=pk)
    records = account.interactions.for_timeline()
    page = Paginator(records, 30).get_page(request.GET.get("page"))
    editable = {record.pk for record in page.object_list if not record.edit_blocker(request.user)}
    return render(
        request,
        "accounts/interaction_list.html",
        {"account": account, "page": page, "timeline": page.object_list, "editable": editable},
    )


@require_http_methods(["GET", "POST"])
def interaction_edit(request: StaffRequest, pk: int, record_pk: int) -> HttpResponse:
    account, record = _record(request, pk, record_pk)
    sent = request.POST if request.method == "POST" else None
    blocker = record.edit_blocker(request.user)
    form = InteractionForm(sent, instance=record, account=account)
    return small_form(
        request,
        account,
        form,
        lambda: workflow.edit(record, actor=request.user, values=form.cleaned_data),
        title=gettext("Contact record"),
        done=gettext("Contact record saved."),
        blocker=blocker,
        next_url=f"{account.get_absolute_url()}#timeline",
    )


@require_http_methods(["GET", "POST"])
def interaction_correct(request: StaffRequest, pk: int, record_pk: int) -> HttpResponse:
    account, record = _record(request, pk, record_pk)
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    return small_form(
        request,
        account,
        form,
        lambda: workflow.correct(record, actor=request.user, text=form.cleaned_data["text"]),
        title=gettext("Correct a contact record"),
        done=gettext("Correction added."),
        blocker=record.correction_blocker(request.user),
        hint=record.summary,
        next_url=f"{account.get_absolute_url()}#timeline",
    )


@require_http_methods(["GET", "POST"])
def interaction_void(request: StaffRequest, pk: int, record_pk: int) -> HttpResponse:
    account, record = _record(request, pk, record_pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return small_form(
        request,
        account,
        form,
        lambda: workflow.void(record, actor=request.user, reason=form.cleaned_data["reason"]),
        title=gettext("Void a contact record"),
        done=gettext("Contact record voided."),
        blocker=record.void_blocker(request.user),
        submit=gettext("Void"),
        hint=record.summary,
        next_url=f"{account.get_absolute_url()}#timeline",
    )


@require_POST
def interaction_step_done(request: StaffRequest, pk: int, record_pk: int) -> HttpResponse:
    account, record = _record(request, pk, record_pk)
    try:
        workflow.finish_next_step(record, actor=request.user)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    else:
        messages.success(request, gettext("Done: %(step)s") % {"step": record.next_step})
    return redirect(f"{account.get_absolute_url()}#open")
