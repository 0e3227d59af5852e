"""The page of a form about one customer's survey or application."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse

from accounts.models import Account
from development.views.pages import form_page
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
    **words: Any,
) -> HttpResponse:
    """`form_page` below the customer; what is typed outlives a lost connection."""
    return form_page(request, form, act, crumbs=[account], **words)
