"""The page of a small form about a call or a complaint."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
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
    back: str,
    blocker: str = "",
    submit: str = "",
    hint: str = "",
    template: str = "complaints/form_page.html",
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show the form, or act on it and go back; a refusal shows it again with what was typed."""
    is_look_up = "find" in request.POST
    if not blocker and not is_look_up and form.is_valid():
        try:
            act()
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        else:
            messages.success(request, done)
            return redirect(back)
    context: dict[str, Any] = {
        "form": form,
        "title": title,
        "blocker": blocker,
        "submit": submit,
        "hint": hint,
        "back": back,
        **(more or {}),
    }
    status = 200
    if request.method == "POST" and not is_look_up:
        status = 403 if blocker else 422
    return render(request, template, context, status=status)
