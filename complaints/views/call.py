from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.forms.fields import ReasonForm
from complaints.call_filters import CallFilter
from complaints.forms.call import AssignForm, AttemptForm, CallEditForm, LinkForm, ReplyForm
from complaints.models import CallRecord
from complaints.models.call import intake_blocker
from complaints.views.pages import form_page
from complaints.waiting import wait_of, with_waits
from complaints.workflow import call as workflow
from config.pagination import CappedPaginator
from staff import company
from staff.types import StaffRequest


def found(request: StaffRequest, pk: int) -> CallRecord:
    calls = CallRecord.objects.visible_to(request.user).for_detail()
    return get_object_or_404(calls, pk=pk)


@require_GET
def call_list(request: StaffRequest) -> HttpResponse:
    """Callers who wait, the longest first; and all calls, the latest first."""
    user = request.user
    rows = CallRecord.objects.visible_to(user).for_list()
    waiting = rows.waiting().order_by("received_at", "pk")
    tabs = {
        "waiting": (gettext("Waiting for an answer"), waiting),
        "mine": (gettext("Mine to call back"), waiting.filter(responsible=user)),
        "today": (gettext("Today"), rows.taken_today()),
        "all": (gettext("All"), rows),
    }
    show = request.GET.get("show", "waiting")
    show = show if show in tabs else "waiting"
    filterset = CallFilter(request.GET, tabs[show][1], request=request)
    page = CappedPaginator(filterset.qs, 25).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": with_waits(page.object_list),
        "tabs": [(word, label, word == show) for word, (label, _rows) in tabs.items()],
        "show": show,
        "filterset": filterset,
        "intake_blocker": intake_blocker(user),
    }
    return render(request, "complaints/call_list.html", context)


@require_GET
def call_detail(request: StaffRequest, pk: int) -> HttpResponse:
    call, user = found(request, pk), request.user
    context: dict[str, Any] = {
        "call": call,
        "wait": wait_of(call),
        "is_file_seen": call.is_file_seen_by(user),
        "attempts": call.attempts.select_related("made_by"),
        "questions": call.questions.for_list().with_links(),
        "work_blocker": call.work_blocker(user),
        "edit_blocker": call.edit_blocker(user),
        "link_blocker": call.link_blocker(user),
        "void_blocker": call.void_blocker(user),
        "attempt_form": AttemptForm(),
    }
    return render(request, "complaints/call_detail.html", context)


@require_GET
def call_print(request: StaffRequest, pk: int) -> HttpResponse:
    """客户来电记录单 on A4."""
    call = found(request, pk)
    context = {
        "call": call,
        "wait": wait_of(call),
        "attempts": call.attempts.select_related("made_by"),
        "questions": call.questions.for_list().filter(withdrawn_at=None),
        "company": company.name(),
    }
    return render(request, "complaints/call_print.html", context)


@require_http_methods(["GET", "POST"])
def call_edit(request: StaffRequest, pk: int) -> HttpResponse:
    call = found(request, pk)
    form = CallEditForm(request.POST if request.method == "POST" else None, instance=call)
    blocker = found(request, pk).edit_blocker(request.user)
    return form_page(
        request,
        form,
        lambda: workflow.edit(call, actor=request.user, values=form.values),
        title=gettext("Correct what was noted"),
        done=gettext("Call saved."),
        back=call.get_absolute_url(),
        blocker=blocker,
    )


@require_http_methods(["GET", "POST"])
def call_assign(request: StaffRequest, pk: int) -> HttpResponse:
    call = found(request, pk)
    form = AssignForm(request.POST if request.method == "POST" else None, instance=call)
    return form_page(
        request,
        form,
        lambda: workflow.assign(
            call,
            actor=request.user,
            to=form.cleaned_data["responsible"],
            call_back_by=form.cleaned_data["call_back_by"],
        ),
        title=gettext("Who calls back, and when"),
        done=gettext("Noted. The caller's waiting time goes on."),
        back=call.get_absolute_url(),
        blocker=call.work_blocker(request.user),
    )


@require_http_methods(["GET", "POST"])
def call_attempt(request: StaffRequest, pk: int) -> HttpResponse:
    call = found(request, pk)
    form = AttemptForm(request.POST if request.method == "POST" else None)
    return form_page(
        request,
        form,
        lambda: workflow.attempt(call, actor=request.user, **form.cleaned_data),
        title=gettext("Nobody reached"),
        done=gettext("Attempt noted; the caller still waits."),
        back=call.get_absolute_url(),
        blocker=call.work_blocker(request.user),
    )


@require_http_methods(["GET", "POST"])
def call_reply(request: StaffRequest, pk: int) -> HttpResponse:
    call = found(request, pk)
    blocker = call.work_blocker(request.user)
    form = ReplyForm(request.POST if request.method == "POST" else None, instance=call)
    return form_page(
        request,
        form,
        lambda: workflow.reply(
            call,
            actor=request.user,
            values=form.values,
            called_at=form.cleaned_data["called_at"],
        ),
        title=gettext("Record the call-back"),
        done=gettext("Call-back recorded; the caller has the answer."),
        back=call.get_absolute_url(),
        blocker=blocker,
        hint=call.question,
    )


@require_http_methods(["GET", "POST"])
def call_link(request: StaffRequest, pk: int) -> HttpResponse:
    call = found(request, pk)
    sent = request.POST if request.method == "POST" else None
    form = LinkForm(sent, user=request.user, call=call)
    if sent is None or "find" in sent:
        form.look_up()
    return form_page(
        request,
        form,
        lambda: workflow.link(
            call, actor=request.user, account=form.customer, is_via=form.cleaned_data["is_via"]
        ),
        title=gettext("Put the call on a customer's file"),
        done=gettext("The call stands on the customer's file now."),
        back=call.get_absolute_url(),
        blocker=call.link_blocker(request.user),
        template="complaints/call_link.html",
    )


@require_http_methods(["GET", "POST"])
def call_void(request: StaffRequest, pk: int) -> HttpResponse:
    call = found(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return form_page(
        request,
        form,
        lambda: workflow.void(call, actor=request.user, reason=form.cleaned_data["reason"]),
        title=gettext("Void the call record"),
        done=gettext("Call record voided; it stays readable."),
        back=call.get_absolute_url(),
        blocker=call.void_blocker(request.user),
    )
