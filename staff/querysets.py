from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import BaseUserManager
from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from staff.models import User


class UserQuerySet(QuerySet["User"]):
    def visible_to(self, user: User) -> UserQuerySet:
        """Whose page `user` may open: their own, and those in the line below them.

        The top manager (nobody above) sees everyone; a superuser without a role administers
        logins and so sees them too. Ends in `none()`.
        """
        from staff.models import Role

        if not user.is_active:
            return self.none()
        if user.is_top_manager or (user.is_superuser and not user.role):
            return self.all()
        if user.role in Role.values:
            return self.filter(pk__in=user.line_ids)
        return self.none()

    def colleagues(self) -> UserQuerySet:
        """Everyone still here: for choosing an owner, a participant or an assignee."""
        return self.filter(is_active=True, left_on=None).exclude(role="")

    def by_login(self, login: str) -> UserQuerySet:
        """The people whose user name, employee number or mobile is `login`."""
        return self.filter(Q(username=login) | Q(employee_number=login) | Q(mobile=login))


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    use_in_migrations = False

    def create_user(self, username: str, password: str | None = None, **fields: object) -> User:
        """A person with a hashed password (unusable when none is given)."""
        user: User = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, username: str, password: str | None = None, **fields: object
    ) -> User:
        """Who configures the product: sees no customer unless also given a role."""
        return self.create_user(username, password, **{**fields, "is_superuser": True})
