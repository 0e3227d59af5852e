"""Papers of receptions: those of one reception, and the company's measures they all follow."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from staff.audit import tracked
from visits.querysets.reception import MeasuresQuerySet, ReceptionPartQuerySet

if TYPE_CHECKING:
    from staff.models import User


@tracked(by="reception")
class ReceptionFile(models.Model):
    """A customer's file that belongs to a reception: the plan, a list of guests, a photo."""

    reception = models.ForeignKey(
        "visits.Reception", on_delete=models.PROTECT, related_name="files"
    )
    attachment = models.OneToOneField(
        "accounts.Attachment", on_delete=models.PROTECT, related_name="reception_file"
    )

    objects = ReceptionPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a reception")
        verbose_name_plural = _("files of receptions")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.attachment)


def measures_path(row: ReceptionMeasures, filename: str) -> str:
    """A name of our own: nothing of the uploaded name reaches the disk."""
    return f"attachments/{uuid.uuid4().hex[:2]}/{uuid.uuid4().hex}"


@tracked()
class ReceptionMeasures(models.Model):
    """The company's measures for receiving visitors (对外接待办法, S1-A12); the latest counts."""

    file = models.FileField(_("file"), upload_to=measures_path, max_length=200)
    name = models.CharField(_("file name"), max_length=200)
    title = models.CharField(_("what it is"), max_length=100, blank=True)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    uploaded_by = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    objects = MeasuresQuerySet.as_manager()

    class Meta:
        verbose_name = _("reception measures")
        verbose_name_plural = _("reception measures")
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.name


def measures_blocker(user: User) -> str:
    """Why `user` may not bring in the company's reception measures."""
    if user.is_superior:
        return ""
    return gettext("Only a supervisor or a manager brings in the reception measures.")
