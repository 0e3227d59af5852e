from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from staff.audit import tracked
from staff.querysets_rulebook import TaskQuerySet


class TaskKind(models.TextChoices):
    """What sort of work it is (S1 第2条)."""

    AD_HOC = "ad_hoc", _("Ad hoc")
    PROMOTION = "promotion", _("Promotion")
    RESEARCH = "research", _("Market research")
    MEETING = "meeting", _("From a meeting")
    FOLLOW_UP = "follow_up", _("Follow-up")


@tracked()
class Task(models.Model):
    """One piece of work that one person gives another, with a day and, where it fits, a number.

    Whether it is overdue follows from its dates alone (S1-A2-SPC-1, 6, 8).
    """

    title = models.CharField(_("what to do"), max_length=120)
    detail = models.TextField(_("details"), blank=True)
    kind = models.CharField(
        _("kind"), max_length=10, choices=TaskKind.choices, default=TaskKind.AD_HOC
    )
    assigner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="tasks_given",
        editable=False,
        verbose_name=pgettext_lazy("task", "given by"),
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="tasks",
        verbose_name=pgettext_lazy("task", "for"),
    )
    due_on = models.DateField(_("due on"))
    quantity = models.PositiveIntegerField(_("quantity"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    progress = models.PositiveIntegerField(_("done so far"), default=0)
    result = models.TextField(_("result"), blank=True)
    source = models.CharField(
        _("comes from"), max_length=120, blank=True, help_text=_("A meeting, a plan, an article.")
    )
    given_at = models.DateTimeField(_("given at"), auto_now_add=True)
    done_at = models.DateTimeField(_("done at"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, editable=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(name="task_kind_known", condition=Q(kind__in=TaskKind.values)),
            models.CheckConstraint(
                name="task_ends_once", condition=Q(done_at=None) | Q(cancelled_at=None)
            ),
            models.CheckConstraint(
                name="task_quantity_has_a_unit", condition=Q(quantity=None) | ~Q(unit="")
            ),
            models.CheckConstraint(
                name="task_done_with_a_result", condition=Q(done_at=None) | ~Q(result="")
            ),
        ]
        indexes = [
            models.Index(
                name="task_open_by_assignee",
                fields=["assignee", "due_on"],
                condition=Q(done_at=None, cancelled_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("tasks:detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.cancelled_at is None

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on < timezone.localdate()

    @property
    def days_late(self) -> int:
        """Days past the due day; 0 when not overdue."""
        return max((timezone.localdate() - self.due_on) // dt.timedelta(days=1), 0)

    def work_blocker(self, user: object) -> str:
        """Why `user` may not report progress or finish now; "" if they may."""
        if not self.is_open:
            return gettext("The task has ended.")
        if self.assignee != user:
            return gettext("Only %(person)s can do this task.") % {"person": self.assignee}
        return ""

    def cancel_blocker(self, user: object) -> str:
        """Why `user` may not call it off now; "" if they may."""
        if not self.is_open:
            return gettext("The task has ended.")
        if self.assigner != user:
            return gettext("Only %(person)s, who gave it, can cancel this task.") % {
                "person": self.assigner
            }
        return ""


@tracked()
class TaskComment(models.Model):
    """One remark on a task; never edited."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("comment"))
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return self.text[:40]
