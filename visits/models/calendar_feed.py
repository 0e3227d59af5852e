from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staff.audit import tracked
from visits.querysets.visit import CalendarFeedQuerySet


@tracked(exclude=["digest", "read_at"])
class CalendarFeed(models.Model):
    """A private address from which a phone's calendar reads one person's visits and receptions.

    Only the digest of the secret is kept: the address is shown once, when it is made.
    """

    user = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, related_name="calendar_feeds", editable=False
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    read_at = models.DateTimeField(_("last read at"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="calendar_feed_one_per_person",
                fields=["user"],
                condition=Q(revoked_at=None),
            )
        ]

    def __str__(self) -> str:
        return str(self.user)
