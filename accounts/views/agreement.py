from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.agreement_term import RUNWAY, stage
from accounts.forms.agreement import (
    AgreementFileForm,
    AgreementForm,
    EndForm,
    NoteForm,
    ObligationForm,
    SettleForm,
    SignForm,
    TypeForm,
)
from accounts.forms.fields import ReasonForm
from accounts.models import Account, Agreement, AgreementObligation
from accounts.tier_facts import type_facts_of
from accounts.tiering import judge_type
from accounts.tiering_text import explain_type
from accounts.views.small_form import small_form
from accounts.workflow import agreement as workflow
from accounts.workflow import business_type
from staff import company, policy
from staff.transitions import TransitionDenied
from staff.types import StaffRequest


def found(request: StaffRequest, pk: int, agreement_pk: int) -> Agreement:
    """The agreement of a customer whom the reader sees."""
    rows = Agreement.objects.visible_to(request.user).for_detail()
    agreement: Agreement = get_object_or_404(rows, pk=agreement_pk, account=pk)
    return agreement


def _sent(request: StaffRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _blockers(agreement: Agreement, request: StaffRequest) -> dict[str, str]:
    user = request.user
    return {
        "edit_blocker": agreement.edit_blocker(user),
        "sign_blocker": agreement.sign_blocker(user),
        "drop_blocker": agreement.drop_blocker(user),
        "end_blocker": agreement.end_blocker(user),
        "renew_blocker": agreement.renew_blocker(user),
        "no_renewal_blocker": agreement.no_renewal_blocker(user),
        "work_blocker": agreement.work_blocker(user),
    }


@require_GET
def agreement_detail(request: StaffRequest, pk: int, agreement_pk: int) -> HttpResponse:
    agreement = found(request, pk, agreement_pk)
    runway = policy.in_force()[RUNWAY]
    context = {
        "agreement": agreement,
        "account": agreement.account,
        "stage": stage(agreement.days_left, runway),
        **_blockers(agreement, request),
    }
    return render(request, "accounts/agreement_detail.html", context)


@require_GET
def agreement_print(request: StaffRequest, pk: int, agreement_pk: int) -> HttpResponse:
    """The summary on A4."""
    agreement = found(request, pk, agreement_pk)
    context = {"agreement": agreement, "account": agreement.account, "company": company.name()}
    return render(request, "accounts/agreement_print.html", context)


@require_http_methods(["GET", "POST"])
def agreement_create(request: StaffRequest, pk: int) -> HttpResponse:
    """A new draft; `?renews=` takes over from the agreement that it follows."""
    account = get_object_or_404(Account.objects.editable_by(request.user), pk=pk)
    key = request.GET.get("renews", "")
    renews = None
    if key.isascii() and key.isdecimal() and len(key) < 19:
        renews = get_object_or_404(account.agreements.all(), pk=key)
    form = AgreementForm(_sent(request), account=account, renews=renews)
    if renews:
        renews.account = account
    blocker = renews.renew_blocker(request.user) if renews else account.edit_blocker(request.user)
    if form.is_valid() and not blocker:
        try:
            workflow.draw_up(form.save(commit=False), actor=request.user, renews=renews)
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, gettext("Agreement saved."))
            return redirect(form.instance)
    return _form_page(request, account, form, blocker=blocker, renews=renews)


@require_http_methods(["GET", "POST"])
def agreement_edit(request: StaffRequest, pk: int, agreement_pk: int) -> HttpResponse:
    agreement = found(request, pk, agreement_pk)
    account, blocker = agreement.account, agreement.edit_blocker(request.user)
    form = AgreementForm(_sent(request), instance=agreement, account=account)
    if form.is_valid() and not blocker:
        reason = form.cleaned_data.get("reason", "")
        try:
            workflow.edit(agreement, actor=request.user, values=form.values(), reason=reason)
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, gettext("Agreement saved."))
            return redirect(agreement)
    return _form_page(request, account, form, blocker=blocker)


def _form_page(
    request: StaffRequest,
    account: Account,
    form: AgreementForm,
    *,
    blocker: str,
    renews: Agreement | None = None,
) -> HttpResponse:
    context = {"account": account, "form": form, "blocker": blocker, "renews": renews}
    status = (403 if blocker else 422) if request.method == "POST" else 200
    return render(request, "accounts/agreement_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def agreement_sign(request: StaffRequest, pk: int, agreement_pk: int) -> HttpResponse:
    agreement = found(request, pk, agreement_pk)
    form = SignForm(_sent(request), instance=agreement)
    return small_form(
        request,
        agreement.account,
        form,
        lambda: workflow.sign(
            agreement,
            actor=request.user,
            signed_on=form.cleaned_data["signed_on"],
            values=form.values(),
        ),
        title=gettext("Record the signature"),
        done=gettext("Signed. Add the scan of the signed paper."),
        blocker=agreement.sign_blocker(request.user),
        hint=gettext("Both sides sign: for the customer its legal representative or an appointee."),
        next_url=agreement.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def agreement_drop(request: StaffRequest, pk: int, agreement_pk: int) -> HttpResponse:
    agreement = found(request, pk, agreement_pk)
    form = ReasonForm(_sent(request))
    return small_form(
        request,
        agreement.account,
        form,
        lambda: workflow.drop(agreement, actor=request.user, reason=form.cleaned_data["reason"]),
        title=gettext("Agreement not concluded"),
        done=gettext("Noted. The draft stays readable."),
        blocker=agreement.drop_blocker(request.user),
        next_url=agreement.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def agreement_end(request: StaffRequest, pk: int, agreement_pk: int) -> HttpResponse:
    agreement = found(request, pk, agreement_pk)
    form = EndForm(_sent(request))
    return small_form(
        request,
        agreement.account,
        form,
        lambda: workflow.end(agreement, actor=request.user, **form.cleaned_data),
        title=gettext("End the agreement early"),
        done=gettext("Ended. Look whether the customer's type still holds."),
        blocker=agreement.end_blocker(request.user),
        submit=gettext("End it"),
        hint=gettext("A VIP agreement that ends takes the type of agreement key account with it."),
        next_url=agreement.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def agreement_leave(request: StaffRequest, pk: int, agreement_pk: int) -> HttpResponse:
    agreement = found(request, pk, agreement_pk)
    form = ReasonForm(_sent(request))
    return small_form(
        request,
        agreement.account,
        form,
        lambda: workflow.leave_to_end(
            agreement, actor=request.user, reason=form.cleaned_data["reason"]
        ),
        title=gettext("Do not renew"),
        done=gettext("Noted: it is not renewed."),
        blocker=agreement.no_renewal_blocker(request.user),
        next_url=agreement.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def agreement_file_create(request: StaffRequest, pk: int, agreement_pk: int) -> HttpResponse:
    agreement = found(request, pk, agreement_pk)
    is_sent = request.method == "POST"
    form = AgreementFileForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    return small_form(
        request,
        agreement.account,
        form,
        lambda: workflow.file(
            agreement,
            actor=request.user,
            kind=form.cleaned_data["kind"],
            upload=form.cleaned_data["file"],
            title=form.cleaned_data["title"],
        ),
        title=gettext("Add a paper"),
        done=gettext("File added."),
        blocker=agreement.work_blocker(request.user),
        next_url=agreement.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def obligation_create(request: StaffRequest, pk: int, agreement_pk: int) -> HttpResponse:
    agreement = found(request, pk, agreement_pk)
    form = ObligationForm(_sent(request))
    return small_form(
        request,
        agreement.account,
        form,
        lambda: workflow.oblige(agreement, actor=request.user, obligation=form.instance),
        title=gettext("New obligation"),
        done=gettext("Obligation noted."),
        blocker=agreement.work_blocker(request.user),
        next_url=agreement.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def note_create(request: StaffRequest, pk: int, agreement_pk: int) -> HttpResponse:
    agreement = found(request, pk, agreement_pk)
    first = {"kind": request.GET.get("kind"), "obligation": request.GET.get("obligation")}
    initial = {name: value for name, value in first.items() if value}
    form = NoteForm(_sent(request), agreement=agreement, initial=initial)
    return small_form(
        request,
        agreement.account,
        form,
        lambda: workflow.note(agreement, actor=request.user, note=form.instance),
        title=gettext("How it is kept, or urging"),
        done=gettext("Noted."),
        blocker=agreement.work_blocker(request.user),
        next_url=agreement.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def obligation_settle(request: StaffRequest, pk: int, obligation_pk: int) -> HttpResponse:
    rows = AgreementObligation.objects.visible_to(request.user)
    rows = rows.select_related("agreement__account")
    obligation = get_object_or_404(rows, pk=obligation_pk, agreement__account=pk)
    form: forms.Form = SettleForm(_sent(request))
    return small_form(
        request,
        obligation.agreement.account,
        form,
        lambda: workflow.settle(obligation, actor=request.user, **form.cleaned_data),
        title=gettext("Settle an obligation"),
        done=gettext("Settled."),
        blocker=obligation.settle_blocker(request.user),
        hint=f"{obligation.agreement.number} · {obligation.text}",
        next_url=obligation.agreement.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def type_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """The type of a key account, beside the verdict that explains itself (S1 第4条)."""
    account = get_object_or_404(Account.objects.editable_by(request.user).for_detail(), pk=pk)
    verdict = judge_type(type_facts_of(account))
    settled = verdict.passing[0] if verdict.is_settled else account.business_type
    form = TypeForm(_sent(request), initial={"business_type": settled})
    return small_form(
        request,
        account,
        form,
        lambda: business_type.decide_type(account, actor=request.user, **form.cleaned_data),
        title=gettext("Decide the type"),
        done=gettext("The type is decided."),
        blocker=business_type.decide_type_blocker(account, request.user),
        hint=explain_type(verdict).headline,
        next_url=f"{account.get_absolute_url()}#agreements",
    )
