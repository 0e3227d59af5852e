"""What every request of a logged-in person passes through."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from staff.sessions import trace

GetResponse = Callable[[HttpRequest], HttpResponse]


class SessionTraceMiddleware:
    """Keep the device of each session, so that its owner can recognise it and log it out."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:  # after the view: also right after logging in
            trace(request)
        return response


class PasswordChangeRequiredMiddleware:
    """Send whoever must change their password to that page, and nowhere else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and (user.must_change_password or user.password_is_expired):
            allowed = {reverse("password_change"), reverse("logout"), reverse("set_language")}
            if request.path not in allowed:
                if request.headers.get("HX-Request"):
                    return HttpResponseClientRedirect(reverse("password_change"))
                return redirect("password_change")
        return self.get_response(request)
