from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from staff.audit import tracked
from staff.querysets_meeting import MeetingQuerySet, OfAMeetingQuerySet

if TYPE_CHECKING:
    from staff.models import User


class MeetingKind(models.TextChoices):
    """What a meeting is for; each kind has its own headings."""

    DEVELOPMENT = "development", _("Development meeting")
    REGULAR = "regular", _("Regular meeting of specialists")
    OTHER = "other", _("Other meeting")


# The headings of the minutes, by kind: those of S1 第11条, and of S1-A2-SUP-6.
HEADINGS = {
    MeetingKind.DEVELOPMENT: ("progress", "lessons", "measures", "next_stage"),
    MeetingKind.REGULAR: ("passed_on", "progress", "learning"),
    MeetingKind.OTHER: ("progress", "next_stage"),
}


class MeetingStatus(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("meeting", "Called")
    HELD = "held", pgettext_lazy("meeting", "Held")
    CANCELLED = "cancelled", _("Cancelled")


@tracked()
class Meeting(models.Model):
    """A meeting: called, held and minuted under the headings of its kind, or called off.

    What it decides is a task with a person and a day (`MeetingTask`).
    """

    kind = models.CharField(_("kind"), max_length=12, choices=MeetingKind.choices)
    title = models.CharField(_("title"), max_length=100)
    status = models.CharField(
        _("state"),
        max_length=10,
        choices=MeetingStatus.choices,
        default=MeetingStatus.PLANNED,
        editable=False,
    )
    starts_at = models.DateTimeField(_("when"))
    place = models.CharField(_("place"), max_length=100, blank=True)
    agenda = models.TextField(_("agenda"), blank=True)
    convener = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        related_name="meetings_called",
        editable=False,
        verbose_name=_("convener"),
    )
    progress = models.TextField(_("progress of business"), blank=True)
    lessons = models.TextField(_("lessons learnt"), blank=True)
    measures = models.TextField(_("counter-measures"), blank=True)
    next_stage = models.TextField(_("work of the next stage"), blank=True)
    passed_on = models.TextField(_("what was passed on"), blank=True)
    learning = models.TextField(_("what was learnt together"), blank=True)
    held_at = models.DateTimeField(_("minutes written at"), null=True, editable=False)
    cancel_reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="meeting_kind_known", condition=Q(kind__in=MeetingKind.values)
            ),
            models.CheckConstraint(
                name="meeting_status_known", condition=Q(status__in=MeetingStatus.values)
            ),
            models.CheckConstraint(name="meeting_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="meeting_held_has_its_minutes",
                condition=~Q(status=MeetingStatus.HELD) | Q(held_at__isnull=False),
            ),
            models.CheckConstraint(
                name="meeting_cancelled_with_a_reason",
                condition=~Q(status=MeetingStatus.CANCELLED) | ~Q(cancel_reason=""),
            ),
        ]
        indexes = [models.Index(name="meeting_by_kind", fields=["kind", "-starts_at"])]

    def __str__(self) -> str:
        return f"{self.title} {timezone.localtime(self.starts_at):%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("meetings:detail", args=[self.pk])

    @property
    def headings(self) -> tuple[str, ...]:
        return HEADINGS[MeetingKind(self.kind)]

    @property
    def minutes(self) -> list[tuple[str, str]]:
        """Each heading of its kind with what stands under it."""
        return [
            (str(self._meta.get_field(name).verbose_name), getattr(self, name))  # type: ignore[union-attr]
            for name in self.headings
        ]

    @property
    def is_overdue(self) -> bool:
        """Its day is over and nobody has written what came of it."""
        today = timezone.localdate()
        return self.status == MeetingStatus.PLANNED and timezone.localdate(self.starts_at) < today

    def _convener_blocker(self, user: User) -> str:
        if user.pk == self.convener_id or (user.is_superior and self.convener_id in user.line_ids):
            return ""
        return gettext("%(name)s called this meeting; they or a superior do this.") % {
            "name": self.convener
        }

    def edit_blocker(self, user: User) -> str:
        """Why `user` may not move it or invite others."""
        if self.status != MeetingStatus.PLANNED:
            return gettext("This meeting is over.")
        return self._convener_blocker(user)

    def minute_blocker(self, user: User) -> str:
        """Why `user` may not write who came and what was said; it may be improved later."""
        if self.status == MeetingStatus.CANCELLED:
            return gettext("This meeting was called off.")
        if self.starts_at > timezone.now():
            return gettext("This meeting is still to come.")
        return self._convener_blocker(user)

    def decide_blocker(self, user: User) -> str:
        """Why `user` may not record what it decided as a task for somebody of their line."""
        if self.status != MeetingStatus.HELD:
            return gettext("Write the minutes first; then give out what was decided.")
        return self._convener_blocker(user)

    def cancel_blocker(self, user: User) -> str:
        if self.status != MeetingStatus.PLANNED:
            return gettext("This meeting is over.")
        return self._convener_blocker(user)


@tracked(by="meeting")
class MeetingAttendance(models.Model):
    """One colleague invited to a meeting, and whether they came (empty: not noted yet)."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendance")
    user = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    was_there = models.BooleanField(_("was there"), null=True)

    objects = OfAMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="meeting_attended_once", fields=["meeting", "user"])
        ]

    def __str__(self) -> str:
        return str(self.user)


@tracked(by="meeting")
class MeetingTask(models.Model):
    """What a meeting decided: a task with a person and a day (S1-A11)."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    task = models.OneToOneField("staff.Task", on_delete=models.PROTECT, related_name="decided_at")

    objects = OfAMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision of a meeting")
        verbose_name_plural = _("decisions of meetings")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.task)
