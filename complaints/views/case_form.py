"""The page of one step of a complaint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from complaints.models import Complaint
from staff.transitions import TransitionDenied
from staff.types import StaffRequest


def case_form(
    request: StaffRequest,
    complaint: Complaint,
    form: forms.BaseForm,
    act: Callable[[], object],
    *,
    title: str,
    done: str,
    blocker: str,
    submit: str = "",
    hint: str = "",
) -> HttpResponse:
    """Show the form, or act on it and go back; a refusal shows it again with what was typed."""
    back = complaint.get_absolute_url()
    if form.is_valid() and not blocker:
        try:
            act()
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, done)
            return redirect(back)
    context: dict[str, Any] = {
        "complaint": complaint,
        "form": form,
        "title": title,
        "blocker": blocker,
        "submit": submit or title,
        "hint": hint,
        "back": back,
    }
    status = 200
    if request.method == "POST":
        status = 403 if blocker else 422
    return render(request, "complaints/case_form.html", context, status=status)
