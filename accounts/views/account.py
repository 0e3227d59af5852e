from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import history
from accounts.concurrency import StaleForm
from accounts.customer_file import CustomerFile
from accounts.forms.account import AccountForm, NewAccountForm, StandingForm
from accounts.forms.fields import ReasonForm
from accounts.models import Account
from accounts.views.small_form import small_form
from accounts.workflow import account as workflow
from staff.transitions import TransitionDenied
from staff.types import StaffRequest

CHANGES_PER_PAGE = 40


@require_GET
def account_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """The customer file; a merged customer leads to the one it was merged into."""
    visible = Account.objects.visible_to(request.user)
    account = visible.for_detail().filter(pk=pk).first()
    if account is None:
        return _ended(request, pk)
    context = {"file": CustomerFile(account, request.user), "account": account}
    return render(request, "accounts/account_detail.html", context)


def _ended(request: StaffRequest, pk: int) -> HttpResponse:
    """Where a merged customer went, a notice for a voided one, 404 for what one never saw."""
    account = get_object_or_404(Account.objects.visible_ever_to(request.user), pk=pk)
    if account.merged_into_id:
        kept = Account.objects.visible_to(request.user)
        while account.merged_into is not None:
            account = account.merged_into
        if not kept.filter(pk=account.pk).exists():
            raise Http404
        return redirect(account, permanent=False)
    blocker = account.restore_blocker(request.user)
    context = {"account": account, "restore_blocker": blocker}
    return render(request, "accounts/account_voided.html", context)


@require_http_methods(["GET", "POST"])
def account_create(request: StaffRequest) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    form = NewAccountForm(sent, user=request.user)
    blocker = Account.creation_blocker(request.user)
    if not blocker and form.is_valid() and not form.has_unseen_duplicates():
        form.instance.standing = form.cleaned_data["standing"]
        try:
            account = workflow.create(
                form.instance, actor=request.user, owner=form.cleaned_data.get("owner")
            )
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, gettext("Customer added."))
            return redirect(account)
    context = {"form": form, "blocker": blocker, "account": None}
    status = 422 if form.errors else 200
    return render(request, "accounts/account_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def account_edit(request: StaffRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.editable_by(request.user), pk=pk)
    sent = request.POST if request.method == "POST" else None
    form = AccountForm(sent, instance=account, user=request.user)
    if form.is_valid():
        try:
            account = workflow.edit(
                account,
                actor=request.user,
                values=form.values(),
                version=form.cleaned_data["version"] or 0,
            )
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        except StaleForm as stale:
            form.show_moved(stale)
        else:
            messages.success(request, gettext("Customer saved."))
            return redirect(account)
    context = {"form": form, "blocker": "", "account": account}
    status = 409 if form.moved else 422 if form.errors else 200
    return render(request, "accounts/account_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def account_standing(request: StaffRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.editable_by(request.user), pk=pk)
    sent = request.POST if request.method == "POST" else None
    form = StandingForm(sent, account=account, user=request.user)
    return small_form(
        request,
        account,
        form,
        lambda: workflow.change_standing(account, actor=request.user, **form.cleaned_data),
        title=gettext("Change standing"),
        done=gettext("Standing changed."),
        blocker=account.superior_blocker(request.user),
        hint=gettext(
            "A customer becomes a key account by an application for recognition (S1 第7条), "
            "not here; a manager may carry over who was recognised before."
        ),
    )


@require_http_methods(["GET", "POST"])
def account_void(request: StaffRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.editable_by(request.user), pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return small_form(
        request,
        account,
        form,
        lambda: workflow.void(account, actor=request.user, reason=form.cleaned_data["reason"]),
        title=gettext("Void this customer"),
        done=gettext("Customer voided."),
        blocker=account.void_blocker(request.user),
        submit=gettext("Void"),
        hint=gettext(
            "It leaves every list and search. Its records are kept, and it can be restored."
        ),
    )


@require_POST
def account_restore(request: StaffRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.visible_ever_to(request.user), pk=pk)
    try:
        workflow.restore(account, actor=request.user)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    else:
        messages.success(request, gettext("Customer restored."))
    return redirect(account)


@require_GET
def account_history(request: StaffRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.visible_to(request.user), pk=pk)
    number = request.GET.get("page", "")
    page = max(1, int(number)) if number.isdecimal() and len(number) < 6 else 1
    start = (page - 1) * CHANGES_PER_PAGE
    changes = history.changes(account, start=start, count=CHANGES_PER_PAGE + 1)
    context = {
        "account": account,
        "changes": changes[:CHANGES_PER_PAGE],
        "page_number": page,
        "has_next": len(changes) > CHANGES_PER_PAGE,
    }
    return render(request, "accounts/account_history.html", context)
