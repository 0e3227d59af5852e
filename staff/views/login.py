from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from staff import lockout, workflow
from staff.devices import client_ip
from staff.forms import OwnPasswordForm
from staff.passwords import rules_in_words
from staff.types import StaffRequest


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """What django-axes answers instead of the login page while a login is closed."""
    name = lockout.login_name(request, credentials)
    until = lockout.locked_until(name, client_ip(request)) or timezone.now()
    seconds = max(1, int((until - timezone.now()).total_seconds()))
    context = {"until": until, "minutes": -(-seconds // 60)}
    page = render(request, "staff/locked_out.html", context, status=429)
    page["Retry-After"] = str(seconds)
    return page


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password_change(request: StaffRequest) -> HttpResponse:
    form = OwnPasswordForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        user = workflow.change_password(
            request.user,
            password=form.cleaned_data["new_password1"],
            keep_session=request.session.session_key,
        )
        update_session_auth_hash(request, user)
        messages.success(request, gettext("Password changed; your other devices are logged out."))
        return redirect("home")
    context = {
        "form": form,
        "rules": rules_in_words(),
        "is_first": request.user.must_change_password,
        "is_expired": request.user.password_is_expired,
    }
    return render(request, "staff/password_form.html", context)
