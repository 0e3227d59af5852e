from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from staff.models import User
    from visits.models import ContactReport  # noqa: F401 (the base class names it)


class ContactReportQuerySet(QuerySet["ContactReport"]):
    def visible_to(self, user: User) -> ContactReportQuerySet:
        """Of customers one sees: what one sent, was sent, and what the line below sent or got."""
        accounts = apps.get_model("accounts", "Account").objects.visible_to(user)
        people = user.line_ids
        involved = Q(sent_by__in=people) | Q(sent_to__in=people)
        return self.filter(involved, interaction__account__in=accounts)

    def unread(self) -> ContactReportQuerySet:
        return self.filter(read_at=None)

    def for_list(self) -> ContactReportQuerySet:
        return self.select_related(
            "sent_by", "sent_to", "interaction__account", "interaction__contact_person"
        )
