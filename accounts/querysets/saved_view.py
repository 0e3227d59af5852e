from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from accounts.models import SavedView  # noqa: F401 (the base class names it)
    from staff.models import User


class SavedViewQuerySet(QuerySet["SavedView"]):
    def visible_to(self, user: User) -> SavedViewQuerySet:
        """One's own views and those shared with everyone; the rows inside stay scoped."""
        return self.exclude(name="").filter(Q(owner=user) | Q(is_shared=True))
