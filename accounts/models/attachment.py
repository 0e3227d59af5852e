from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.querysets.account import ThroughAccountQuerySet
from staff.audit import tracked

if TYPE_CHECKING:
    from staff.models import User


def storage_path(attachment: Attachment, filename: str) -> str:
    """A name of our own: nothing of the uploaded name reaches the disk."""
    return f"attachments/{uuid.uuid4().hex[:2]}/{uuid.uuid4().hex}"


@tracked(by="account")
class Attachment(models.Model):
    """One file kept with a customer; always handed out as a download, never shown in place."""

    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="attachments"
    )
    interaction = models.ForeignKey(
        "accounts.Interaction",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="attachments",
    )
    file = models.FileField(_("file"), upload_to=storage_path, max_length=200)
    name = models.CharField(_("file name"), max_length=200)
    title = models.CharField(_("what it is"), max_length=100, blank=True)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    voided_at = models.DateTimeField(null=True, editable=False)
    void_reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)

    objects = ThroughAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="attachment_void_has_a_reason",
                condition=Q(voided_at=None) | ~Q(void_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def void_blocker(self, user: User) -> str:
        """Why `user` may not void this file: whoever added it and the superiors may."""
        if self.voided_at:
            return gettext("This file was voided.")
        if self.uploaded_by_id == user.pk or user.is_superior:
            return ""
        return gettext("Only who added it, a supervisor or a manager can void it.")
