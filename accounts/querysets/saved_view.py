from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from accounts.models import SavedView
    from staff.models import User


class SavedViewQuerySet(QuerySet["SavedView"]):
    def visible_to(self, user: User) -> SavedViewQuerySet:
        """One's own views and those shared with everyone; the rows inside stay scoped."""
        return self.exclude(name="").filter(Q(owner=user) | Q(is_shared=True))

    def listed_for(self, user: User) -> SavedViewQuerySet:
        """`visible_to`, and the one without a name that holds the columns chosen last."""
        return self.filter(Q(owner=user) | (Q(is_shared=True) & ~Q(name=""))).select_related(
            "owner"
        )

    def editable_by(self, user: User) -> SavedViewQuerySet:
        """Only whoever made a view changes it."""
        return self.visible_to(user).filter(owner=user)

    def named(self, name: str) -> SavedView | None:
        return self.filter(name=name.strip()).first()

    def keep_columns(self, user: User, columns: list[str]) -> None:
        """Remember the columns `user` chose last."""
        self.update_or_create(owner=user, name="", defaults={"columns": columns})
