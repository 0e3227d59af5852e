"""Types that only the type checker needs."""

from django.http import HttpRequest

from staff.models import User


class StaffRequest(HttpRequest):
    """A request behind the login middleware: its user is one of ours."""

    user: User
