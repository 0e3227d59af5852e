from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from staff.models import ArticleText, Notice, Obligation, PolicyValue, Task, User  # noqa: F401


class PolicyValueQuerySet(QuerySet["PolicyValue"]):
    def in_force(self, day: dt.date) -> PolicyValueQuerySet:
        """The last decision per key that is in force on `day`."""
        return (
            self.filter(effective_from__lte=day)
            .order_by("key", "-effective_from", "-pk")
            .distinct("key")
        )

    def history(self, key: str) -> PolicyValueQuerySet:
        """Every decision about one key, the latest first; everybody may read them."""
        return self.filter(key=key).select_related("set_by")


class ArticleTextQuerySet(QuerySet["ArticleText"]):
    def versions(self, article: str) -> ArticleTextQuerySet:
        """The company's wordings of one article, the newest first; everybody may read them."""
        return self.filter(article=article).select_related("loaded_by")


class ObligationQuerySet(QuerySet["Obligation"]):
    def visible_to(self, user: User) -> ObligationQuerySet:
        """One's own obligations and those of the line below; the top manager's are everyone's."""
        if not user.is_active or not user.role:
            return self.none()
        if user.is_top_manager:
            return self.all()
        return self.filter(person__in=user.line_ids)

    def open(self) -> ObligationQuerySet:
        return self.filter(closed_on=None)

    def late(self, day: dt.date) -> ObligationQuerySet:
        """Open and past their day."""
        return self.open().filter(due_on__lt=day)

    def done_on_time(self) -> ObligationQuerySet:
        return self.filter(outcome="done", closed_on__lte=F("due_on"))

    def done_late(self) -> ObligationQuerySet:
        return self.filter(outcome="done", closed_on__gt=F("due_on"))

    def breached(self, day: dt.date) -> ObligationQuerySet:
        """Not done by their day: still open and late, or fallen away only after it."""
        return self.filter(
            Q(closed_on=None, due_on__lt=day) | Q(outcome="lapsed", closed_on__gt=F("due_on"))
        )


class TaskQuerySet(QuerySet["Task"]):
    def visible_to(self, user: User) -> TaskQuerySet:
        """Tasks one gave or was given, and those of the line below."""
        if not user.is_active or not user.role:
            return self.none()
        if user.is_top_manager:
            return self.all()
        return self.filter(Q(assignee__in=user.line_ids) | Q(assigner__in=user.line_ids))

    def open(self) -> TaskQuerySet:
        return self.filter(done_at=None, cancelled_at=None)

    def overdue(self, day: dt.date) -> TaskQuerySet:
        """Open and past their day: computed from dates, never stored."""
        return self.open().filter(due_on__lt=day)

    def ended(self) -> TaskQuerySet:
        """Done or cancelled, the newest first."""
        ended = self.exclude(done_at=None, cancelled_at=None)
        return ended.order_by(Coalesce("done_at", "cancelled_at").desc(), "pk")


class NoticeQuerySet(QuerySet["Notice"]):
    def visible_to(self, user: User) -> NoticeQuerySet:
        """One's own notices, nobody else's."""
        return self.filter(person=user).select_related("actor")

    def unread_of(self, user: User) -> NoticeQuerySet:
        return self.filter(person=user, read_at=None)
