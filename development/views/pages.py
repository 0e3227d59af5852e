"""The page of a form about plans, prospects, notes and meetings, and the one-click steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpResponse
from django.shortcuts import redirect, render

from staff.transitions import TransitionDenied
from staff.types import StaffRequest


def form_page(
    request: StaffRequest,
    form: forms.BaseForm,
    act: Callable[[], object],
    *,
    title: str,
    done: str,
    crumbs: Sequence[models.Model],
    back: str,
    blocker: str = "",
    submit: str = "",
    hint: str = "",
    next_url: Callable[[], str] | None = None,
    template: str = "development/form_page.html",
    **more: Any,
) -> HttpResponse:
    """Show the form, or act on it and go on; a refusal shows it again with what was typed."""
    if form.is_valid() and not blocker:
        try:
            act()
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, done)
            return redirect(next_url() if next_url else back)
    context: dict[str, Any] = {
        "form": form,
        "title": title,
        "crumbs": crumbs,
        "blocker": blocker,
        "submit": submit,
        "hint": hint,
        "back": back,
        **more,
    }
    status = 200
    if request.method == "POST":
        status = 403 if blocker else 422
    return render(request, template, context, status=status)


def one_click(
    request: StaffRequest, act: Callable[[], object], done: str, back: str
) -> HttpResponse:
    """Take a step that asks for nothing, and say what came of it."""
    try:
        act()
    except TransitionDenied as denied:
        messages.error(request, str(denied))
    else:
        messages.success(request, done)
    return redirect(back)
