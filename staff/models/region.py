from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.audit import tracked


@tracked()
class Region(models.Model):
    """A named list of specialists and accounts that a supervisor answers for (S1-A2-SUP-0)."""

    name = models.CharField(_("name"), max_length=50, unique=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
