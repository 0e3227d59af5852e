from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import BaseUserManager
from django.db.models import Q, QuerySet
from django.utils import timezone

from staff.passwords import profile

if TYPE_CHECKING:
    from staff.models import Session, User  # noqa: F401 — a forward reference


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
        if not user.role:  # the service centre: nobody stands below a person without a post
            return self.filter(pk=user.pk)
        return self.none()

    def colleagues(self) -> UserQuerySet:
        """Everyone still here: for choosing an owner, a participant or an assignee."""
        return self.filter(is_active=True, left_on=None).exclude(role="")

    def in_house(self) -> UserQuerySet:
        """Everyone still here, the service centre's people without a post among them."""
        return self.filter(is_active=True, left_on=None).exclude(role="", is_service_centre=False)

    def authorising(self) -> UserQuerySet:
        """Who may let somebody promise a customer something: superiors and the service centre."""
        superior = Q(role__in=("manager", "supervisor")) | Q(is_service_centre=True)
        return self.in_house().filter(superior)

    def for_list(self) -> UserQuerySet:
        return self.select_related("region", "reports_to")

    def for_detail(self) -> UserQuerySet:
        return self.select_related("region", "reports_to", "reports_to__region")

    def by_login(self, login: str) -> User | None:
        """The person whose user name, else employee number, else mobile this is.

        In that order, so that nobody can take another's login away by entering it as a mobile.
        """
        mobile = login.replace(" ", "").replace("-", "").removeprefix("+86")
        mobiles = [login, mobile, f"+86{mobile}"]
        found = list(
            self.filter(
                Q(username__iexact=login) | Q(employee_number=login) | Q(mobile__in=mobiles)
            )
        )
        by_rank = [
            [p for p in found if p.username.lower() == login.lower()],
            [p for p in found if p.employee_number == login],
            [p for p in found if p.mobile in mobiles],
        ]
        best = next((people for people in by_rank if people), [])
        return best[0] if len(best) == 1 else None

    def administered_by(self, user: User) -> UserQuerySet:
        """Whose login `user` may manage: the line below them, never their own.

        An administrator's and a top manager's login only by an administrator, or a new
        initial password would make anyone their equal. Ends in `none()`.
        """
        if user.is_superuser:
            return self.visible_to(user).exclude(pk=user.pk)
        if user.is_superior:
            return (
                self.visible_to(user)
                .exclude(pk=user.pk)
                .exclude(is_superuser=True)
                .exclude(role="manager", reports_to=None)
            )
        return self.none()

    def search(self, term: str) -> UserQuerySet:
        """By part of the name, pinyin, initials, user name, employee number or mobile."""
        found = self
        for word in term.split():
            found = found.filter(
                Q(name__icontains=word)
                | Q(name_pinyin__startswith=word.lower())
                | Q(name_initials__startswith=word.lower())
                | Q(username__istartswith=word)
                | Q(employee_number__istartswith=word)
                | Q(mobile__contains=word)
            )
        return found


class SessionQuerySet(QuerySet["Session"]):
    def live(self) -> SessionQuerySet:
        """Not over yet, neither by age nor by disuse."""
        now = timezone.now()
        return self.filter(expire_date__gt=now, seen_at__gt=now - profile().idle)


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
