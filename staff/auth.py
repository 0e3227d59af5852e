"""Logging in by user name, employee number or mobile; rights in the admin by post."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from staff.models import User


class StaffBackend(ModelBackend):
    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The one person whose user name, employee number or mobile and password fit."""
        if not username or password is None:
            return None
        people: list[User] = list(User.objects.by_login(username.strip())[:2])
        if len(people) != 1:
            User().set_password(password)  # the same time whether the login exists or not
            return None
        person = people[0]
        if person.check_password(password) and self.user_can_authenticate(person):
            return person
        return None
