from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from staff.audit import tracked

from .agreement import AgreementKind

if TYPE_CHECKING:
    from staff.models import User


def storage_path(template: AgreementTemplate, filename: str) -> str:
    """A name of our own: nothing of the uploaded name reaches the disk."""
    return f"agreement_templates/{uuid.uuid4().hex}.docx"


class AgreementTemplateQuerySet(QuerySet["AgreementTemplate"]):
    def visible_to(self, user: User) -> AgreementTemplateQuerySet:
        """Everyone with a post draws up agreements, and so reads what they are made from."""
        return self.all() if user.is_active and user.role else self.none()

    def current(self, kind: str) -> AgreementTemplate | None:
        """The company's latest Word template of that kind; None: the one that came with us."""
        return self.filter(kind=kind, retired_at=None).order_by("-uploaded_at", "-pk").first()


@tracked()
class AgreementTemplate(models.Model):
    """A Word document with fields that the company's agreements of one kind are made from."""

    kind = models.CharField(_("kind of agreement"), max_length=5, choices=AgreementKind.choices)
    name = models.CharField(_("file name"), max_length=200)
    file = models.FileField(_("file"), upload_to=storage_path, max_length=200)
    size = models.PositiveIntegerField(_("size (bytes)"))
    uploaded_by = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    retired_at = models.DateTimeField(_("taken out of use at"), null=True, editable=False)

    objects = AgreementTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement template")
        verbose_name_plural = _("agreement templates")
        ordering = ["kind", "-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="agreement_template_kind_known", condition=Q(kind__in=AgreementKind.values)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def replace_blocker(user: User) -> str:
        """Why `user` may not replace or retire a template."""
        if user.is_superior:
            return ""
        return gettext("Only a supervisor or a manager replaces the company's templates.")
