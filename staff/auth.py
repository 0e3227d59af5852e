"""Logging in by user name, employee number or mobile; rights in the admin by post."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models.expressions import RawSQL
from django.http import HttpRequest

from staff.line import LINE_BELOW
from staff.models import User
from staff.passwords import normalise_login
from staff.permissions import has_right


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
        person: User | None = User.objects.by_login(normalise_login(username))
        if person is None:
            User().set_password(password)  # the same time whether the login exists or not
            return None
        if person.check_password(password) and self.user_can_authenticate(person):
            return person
        return None

    def get_user(self, user_id: int) -> User | None:
        """With the line below them, which nearly every page asks for: no query of its own."""
        line = RawSQL(f"ARRAY({LINE_BELOW})", [user_id])  # noqa: S611 (a constant of ours)
        person = User.objects.annotate(line_ids=line).filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return user_obj.is_active and has_right(user_obj, perm)
