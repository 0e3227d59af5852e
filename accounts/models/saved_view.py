from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.querysets.saved_view import SavedViewQuerySet
from staff.audit import tracked


@tracked()
class SavedView(models.Model):
    """Filters, order and columns of the customer list under a name, for oneself or for all.

    The one without a name holds the columns its owner chose last.
    """

    owner = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, related_name="saved_views", editable=False
    )
    name = models.CharField(_("name"), max_length=40, blank=True)
    is_shared = models.BooleanField(_("shared with everyone"), default=False)
    query = models.CharField(max_length=2000, blank=True)
    columns = ArrayField(models.CharField(max_length=30), default=list, blank=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["is_shared", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="saved_view_name_once_per_owner",
                fields=["owner", "name"],
                violation_error_message=_("You already have a view of this name."),
            ),
            models.CheckConstraint(
                name="saved_view_shared_has_a_name",
                condition=Q(is_shared=False) | ~Q(name=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """The query string that shows the list with this view's filters and columns."""
        return f"{self.query}&view={self.pk}" if self.query else f"view={self.pk}&sort=name"
