"""The page of a form about surveys and applications; its typing survives a lost connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.models import Account
from staff.transitions import TransitionDenied
from staff.types import StaffRequest


def sent(request: StaffRequest) -> Any:
    return request.POST if request.method == "POST" else None


def sent_files(request: StaffRequest) -> Any:
    return request.FILES if request.method == "POST" else None


def case_form(
    request: StaffRequest,
    account: Account,
    form: forms.BaseForm,
    act: Callable[[], object],
    *,
    title: str,
    done: str,
    back: str,
    blocker: str = "",
    submit: str = "",
    hint: str = "",
    next_url: Callable[[], str] | None = None,
    template: str = "development/case_form.html",
    more: Mapping[str, Any] | None = None,
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
        "account": account,
        "form": form,
        "title": title,
        "blocker": blocker,
        "submit": submit,
        "hint": hint,
        "back": back,
        **(more or {}),
    }
    status = (403 if blocker else 422) if request.method == "POST" else 200
    return render(request, template, context, status=status)
