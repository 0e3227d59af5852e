from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from staff.filters import MeetingFilter
from staff.forms.meeting import DecisionForm, MeetingForm, MinutesForm
from staff.forms.task import ReasonForm
from staff.models import Meeting
from staff.transitions import TransitionDenied
from staff.types import StaffRequest
from staff.workflow import meeting as workflow


def _meeting(request: StaffRequest, pk: int) -> Meeting:
    return get_object_or_404(Meeting.objects.for_list().visible_to(request.user), pk=pk)


def _page(
    request: StaffRequest,
    form: forms.BaseForm,
    act: Callable[[], Any],
    *,
    title: str,
    done: str,
    meeting: Meeting | None = None,
    blocker: str = "",
    submit: str = "",
) -> HttpResponse:
    """Show the form, or act on it and go to the meeting; a refusal keeps what was typed."""
    if form.is_valid() and not blocker:
        try:
            act()
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, done)
            return redirect(meeting or form.instance)  # type: ignore[attr-defined]
    context = {
        "form": form,
        "title": title,
        "meeting": meeting,
        "blocker": blocker,
        "submit": submit,
        "back": meeting.get_absolute_url() if meeting else reverse("meetings:list"),
    }
    status = (403 if blocker else 422) if request.method == "POST" else 200
    return render(request, "staff/meeting_form.html", context, status=status)


@require_GET
def meeting_list(request: StaffRequest) -> HttpResponse:
    """The meetings one's line called or is invited to, the latest first."""
    rows = Meeting.objects.for_list().visible_to(request.user)
    filterset = MeetingFilter(request.GET, rows, request=request)  # type: ignore[no-untyped-call]
    context = {
        "page": Paginator(filterset.qs, 25).get_page(request.GET.get("page")),
        "filterset": filterset,
    }
    return render(request, "staff/meeting_list.html", context)


@require_GET
def meeting_detail(request: StaffRequest, pk: int) -> HttpResponse:
    meeting, user = _meeting(request, pk), request.user
    context = {
        "meeting": meeting,
        "attendance": meeting.attendance.select_related("user"),
        "decisions": meeting.decisions.select_related("task__assignee"),
        "edit_blocker": meeting.edit_blocker(user),
        "minute_blocker": meeting.minute_blocker(user),
        "decide_blocker": meeting.decide_blocker(user),
        "cancel_blocker": meeting.cancel_blocker(user),
    }
    return render(request, "staff/meeting_detail.html", context)


@require_http_methods(["GET", "POST"])
def meeting_create(request: StaffRequest) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    form = MeetingForm(sent, user=request.user, initial={"kind": request.GET.get("kind")})
    blocker = "" if request.user.role else gettext("Only someone with a post calls a meeting.")
    return _page(
        request,
        form,
        lambda: workflow.call(
            form.instance, actor=request.user, invited=form.cleaned_data["invited"]
        ),
        title=gettext("New meeting"),
        done=gettext("Meeting saved."),
        blocker=blocker,
    )


@require_http_methods(["GET", "POST"])
def meeting_edit(request: StaffRequest, pk: int) -> HttpResponse:
    meeting, user = _meeting(request, pk), request.user
    sent = request.POST if request.method == "POST" else None
    form = MeetingForm(sent, instance=meeting, user=user)
    return _page(
        request,
        form,
        lambda: workflow.edit(
            meeting, actor=user, values=form.values, invited=form.cleaned_data["invited"]
        ),
        title=gettext("Change the meeting"),
        done=gettext("Meeting saved."),
        meeting=meeting,
        blocker=meeting.edit_blocker(user),
    )


@require_http_methods(["GET", "POST"])
def meeting_minute(request: StaffRequest, pk: int) -> HttpResponse:
    meeting = _meeting(request, pk)
    form = MinutesForm(request.POST if request.method == "POST" else None, instance=meeting)
    return _page(
        request,
        form,
        lambda: workflow.minute(
            meeting,
            actor=request.user,
            values=form.values,
            present=form.cleaned_data["present"],
        ),
        title=gettext("Minutes"),
        done=gettext("Minutes saved. Now give out what was decided."),
        meeting=meeting,
        blocker=meeting.minute_blocker(request.user),
    )


@require_http_methods(["GET", "POST"])
def meeting_decide(request: StaffRequest, pk: int) -> HttpResponse:
    meeting, user = _meeting(request, pk), request.user
    form = DecisionForm(request.POST if request.method == "POST" else None, user=user)
    return _page(
        request,
        form,
        lambda: workflow.decide(meeting, actor=user, task=form.save(commit=False)),
        title=gettext("What was decided"),
        done=gettext("The task is given."),
        meeting=meeting,
        blocker=meeting.decide_blocker(user),
        submit=gettext("Give the task"),
    )


@require_http_methods(["GET", "POST"])
def meeting_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    meeting = _meeting(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return _page(
        request,
        form,
        lambda: workflow.cancel(meeting, actor=request.user, reason=form.cleaned_data["reason"]),
        title=gettext("Call the meeting off"),
        done=gettext("Meeting called off."),
        meeting=meeting,
        blocker=meeting.cancel_blocker(request.user),
        submit=gettext("Call the meeting off"),
    )
