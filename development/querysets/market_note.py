from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from development.models import MarketNote  # noqa: F401 (the base class names it)
    from staff.models import User


class MarketNoteQuerySet(QuerySet["MarketNote"]):
    def visible_to(self, user: User) -> MarketNoteQuerySet:
        """Those one's own line wrote or is to read, and those shared with all. Ends in `none()`."""
        from staff.models import Role

        if not user.is_active or user.role not in Role.values:
            return self.none()
        if user.is_top_manager:
            return self.all()
        line = user.line_ids
        mine = Q(author__in=line) | Q(sent_to__in=line)
        return self.filter(mine | Q(is_shared=True, voided_at=None))

    def living(self) -> MarketNoteQuerySet:
        return self.filter(voided_at=None)

    def search(self, words: str) -> MarketNoteQuerySet:
        """Whatever holds each of the words in its title, its text or its source."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(title__icontains=word) | Q(text__icontains=word) | Q(source__icontains=word)
            )
        return found

    def for_list(self) -> MarketNoteQuerySet:
        return self.select_related("author", "sent_to")


class OfANoteQuerySet(QuerySet[Any]):
    """What hangs on a market note: seen by whoever sees the note."""

    def visible_to(self, user: User) -> Self:
        notes = apps.get_model("development", "MarketNote").objects.visible_to(user)
        return self.filter(note__in=notes)

    def about(self, accounts: QuerySet[Any]) -> Self:
        """Those of certain customers."""
        return self.filter(account__in=accounts)
