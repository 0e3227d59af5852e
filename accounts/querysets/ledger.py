from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

if TYPE_CHECKING:
    from staff.models import User


class LedgerImportQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> LedgerImportQuerySet:
        """A workbook holds whatever its owner saw: theirs, their superiors', the manager's."""
        from staff.models import Role

        if not user.is_active or user.role not in Role.values:
            return self.none()
        if user.is_top_manager:
            return self.all()
        return self.filter(uploaded_by__in=user.line_ids)


class LedgerExportQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> LedgerExportQuerySet:
        """One's own exports, and those of the line below."""
        from staff.models import Role

        if not user.is_active or user.role not in Role.values:
            return self.none()
        if user.is_top_manager:
            return self.all()
        return self.filter(exported_by__in=user.line_ids)
