from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.forms.assignment import AssignmentForm
from accounts.forms.fields import ReasonForm
from accounts.models import Account
from accounts.views.small_form import small_form
from accounts.workflow import assignment as workflow
from staff.types import StaffRequest


@require_http_methods(["GET", "POST"])
def owner_change(request: StaffRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.editable_by(request.user), pk=pk)
    sent = request.POST if request.method == "POST" else None
    form = AssignmentForm(sent, user=request.user, account=account)
    return small_form(
        request,
        account,
        form,
        lambda: workflow.change_owner(
            account,
            actor=request.user,
            owner=form.cleaned_data["user"],
            reason=form.cleaned_data["reason"],
        ),
        title=gettext("Change owner"),
        done=gettext("Owner changed."),
        blocker=account.superior_blocker(request.user),
        hint=gettext("The history stays with whoever wrote it."),
    )


@require_http_methods(["GET", "POST"])
def second_contact_add(request: StaffRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.editable_by(request.user), pk=pk)
    sent = request.POST if request.method == "POST" else None
    form = AssignmentForm(sent, user=request.user, account=account)
    return small_form(
        request,
        account,
        form,
        lambda: workflow.add_second(account, actor=request.user, **form.cleaned_data),
        title=gettext("Add a second contact"),
        done=gettext("Second contact added."),
        blocker=account.superior_blocker(request.user),
        hint=gettext("S1 第13条: important new customers have at least two of us to talk to."),
    )


@require_http_methods(["GET", "POST"])
def assignment_end(request: StaffRequest, pk: int, assignment_pk: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.editable_by(request.user), pk=pk)
    rows = account.assignments.select_related("user", "account")
    assignment = get_object_or_404(rows, pk=assignment_pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return small_form(
        request,
        account,
        form,
        lambda: workflow.end(assignment, actor=request.user, reason=form.cleaned_data["reason"]),
        title=gettext("%(name)s no longer looks after this customer") % {"name": assignment.user},
        done=gettext("Ended as of today."),
        blocker=assignment.end_blocker(request.user),
    )
