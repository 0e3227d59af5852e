"""One page for the many small forms of a customer: a reason, a person, a record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from accounts.concurrency import StaleForm, last_event
from accounts.models import Account
from staff.transitions import TransitionDenied
from staff.types import StaffRequest


def small_form(
    request: StaffRequest,
    account: Account,
    form: forms.Form | forms.ModelForm[Any],
    act: Callable[[], object],
    *,
    title: str,
    done: str,
    blocker: str = "",
    submit: str = "",
    hint: str = "",
    next_url: str = "",
) -> HttpResponse:
    """Show the form, or act on it and go back to the customer.

    A refusal, and a row that moved meanwhile, show the form again with what was typed. `blocker`
    stands in the form's place.
    """
    if form.is_valid() and not blocker:
        try:
            act()
        except TransitionDenied as denied:
            form.add_error(None, str(denied))
        except StaleForm as stale:
            _tell_moved(form, stale)
        else:
            messages.success(request, done)
            return redirect(next_url or account.get_absolute_url())
    context = {
        "account": account,
        "form": form,
        "title": title,
        "blocker": blocker,
        "submit": submit,
        "hint": hint,
        "back": next_url or account.get_absolute_url(),
    }
    status = 200
    if request.method == "POST":
        status = 403 if blocker else 422
    return render(request, "accounts/account_small_form.html", context, status=status)


def _tell_moved(form: forms.Form | forms.ModelForm[Any], stale: StaleForm) -> None:
    form.data = {**form.data.dict(), "seen": str(last_event(stale.current))}  # type: ignore[attr-defined]
    form.add_error(
        None,
        gettext("%(name)s changed this while you were typing. Nothing was overwritten; compare:")
        % {"name": stale.by or gettext("Somebody")},
    )
    for name, moved in stale.moved.items():
        form.add_error(
            name,
            gettext("It was “%(then)s” and is now “%(now)s”.")
            % {"then": moved.then or "—", "now": moved.now or "—"},
        )
