from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from staff.filters import TaskFilter
from staff.forms.task import CommentForm, ProgressForm, ReasonForm, ResultForm, TaskForm
from staff.models import Task
from staff.transitions import TransitionDenied
from staff.types import StaffRequest
from staff.workflow import task as workflow


def _task(request: StaffRequest, pk: int) -> Task:
    tasks = Task.objects.visible_to(request.user).select_related("assigner", "assignee")
    return get_object_or_404(tasks, pk=pk)


@require_GET
def task_list(request: StaffRequest) -> HttpResponse:
    """My tasks, those I gave, the team's, the overdue, and the ended."""
    rows = Task.objects.visible_to(request.user).select_related("assigner", "assignee")
    views = {
        "mine": (gettext("Mine"), rows.open().filter(assignee=request.user)),
        "given": (gettext("Given by me"), rows.open().filter(assigner=request.user)),
        "team": (gettext("All I see"), rows.open()),
        "overdue": (gettext("Overdue"), rows.overdue(timezone.localdate())),
        "ended": (gettext("Ended"), rows.ended()),
    }
    show = request.GET.get("show", "mine")
    show = show if show in views else "mine"
    filterset = TaskFilter(request.GET, views[show][1], request=request)
    context = {
        "page": Paginator(filterset.qs, 25).get_page(request.GET.get("page")),
        "tabs": [(word, label, word == show) for word, (label, _rows) in views.items()],
        "show": show,
        "filterset": filterset,
    }
    return render(request, "staff/task_list.html", context)


@require_http_methods(["GET", "POST"])
def task_create(request: StaffRequest) -> HttpResponse:
    form = TaskForm(request.POST or None, user=request.user)
    if form.is_valid():
        try:
            task = workflow.give(form.save(commit=False), actor=request.user)
        except TransitionDenied as denied:
            form.add_error("assignee", str(denied))
        else:
            messages.success(request, gettext("The task is given."))
            return redirect(task)
    return render(request, "staff/task_form.html", {"form": form})


def _page(request: StaffRequest, task: Task, **bound: forms.Form) -> HttpResponse:
    """The task's page; a form that failed keeps what was typed."""
    context: dict[str, Any] = {
        "task": task,
        "comments": task.comments.select_related("author"),
        "progress_form": ProgressForm(initial={"progress": task.progress}),
        "result_form": ResultForm(),
        "comment_form": CommentForm(),
        "cancel_form": ReasonForm(),
        "work_blocker": task.work_blocker(request.user),
        "cancel_blocker": task.cancel_blocker(request.user),
    }
    return render(request, "staff/task_detail.html", context | bound)


@require_GET
def task_detail(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _task(request, pk))


def _act(
    request: StaffRequest, pk: int, name: str, form: forms.Form, act: Callable[..., Any]
) -> HttpResponse:
    """Run one workflow step with the form's values, or show the page again with its errors."""
    task = _task(request, pk)
    if not form.is_valid():
        return _page(request, task, **{name: form})
    try:
        act(task, actor=request.user, **form.cleaned_data)
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    return redirect(task)


@require_POST
def task_report(request: StaffRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "progress_form", ProgressForm(request.POST), workflow.report)


@require_POST
def task_finish(request: StaffRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "result_form", ResultForm(request.POST), workflow.finish)


@require_POST
def task_comment(request: StaffRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "comment_form", CommentForm(request.POST), workflow.comment)


@require_POST
def task_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "cancel_form", ReasonForm(request.POST), workflow.cancel)
