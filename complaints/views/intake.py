from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Account
from complaints.forms.call import CallForm
from complaints.forms.whose import LookUpForm
from complaints.models import CallRecord
from complaints.models.call import intake_blocker
from complaints.script import GUIDANCE, MANNERS, script
from complaints.workflow import call as workflow
from staff.models import User
from staff.transitions import TransitionDenied
from staff.types import StaffRequest


@require_http_methods(["GET", "POST"])
def intake(request: StaffRequest) -> HttpResponse:
    """The page of the one at the telephone: `?account=` says whose call it is."""
    if intake_blocker(request.user):
        raise PermissionDenied
    sent = request.POST if request.method == "POST" else None
    form = CallForm(sent, user=request.user, initial=_known(request))
    if "find" in request.POST:
        return _page(request, form, status=200, is_look_up=True)
    if form.is_valid():
        try:
            call = workflow.take(
                form.save(commit=False), actor=request.user, is_answered=form.is_answered
            )
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            return _taken(request, form, call)
    return _page(request, form, status=200 if sent is None else 422)


def _known(request: StaffRequest) -> dict[str, Any]:
    if (pk := request.GET.get("account", "")).isdigit():
        accounts = Account.objects.visible_to(request.user)
        return {"account": get_object_or_404(accounts, pk=pk).pk}
    return {}


def _page(
    request: StaffRequest, form: CallForm, *, status: int, is_look_up: bool = False
) -> HttpResponse:
    if is_look_up:
        form.look_up()
        form = form.as_typed()
    context = {
        "form": form,
        "script": script(),
        "guidance": GUIDANCE,
        "manners": MANNERS,
        "speakers": User.objects.in_house().exclude(dialects=[]).order_by("name_pinyin", "pk"),
    }
    return render(request, "complaints/intake.html", context, status=status)


@require_POST
def whose_call(request: StaffRequest) -> HttpResponse:
    """The customers that may be meant, for the page of a call or complaint being filled in."""
    if intake_blocker(request.user):
        raise PermissionDenied
    form = LookUpForm(request.POST, user=request.user)
    form.look_up()
    return render(request, "complaints/_whose.html", {"form": form})


def _taken(request: StaffRequest, form: CallForm, call: CallRecord) -> HttpResponse:
    """A complaint goes on with its own form; nothing is typed twice."""
    if form.is_complaint:
        messages.success(request, gettext("Call %s kept; now complete the complaint.") % call)
        return redirect(f"{reverse('complaints:complaint_create')}?call={call.pk}")
    if form.is_answered:
        messages.success(request, gettext("Call %s kept.") % call)
    else:
        messages.success(request, gettext("Call %s kept; the caller waits for an answer.") % call)
    return redirect(call)
