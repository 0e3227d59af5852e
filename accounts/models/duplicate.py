from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staff.audit import tracked


@tracked()
class DuplicatePair(models.Model):
    """Two customers that may be one; found at night or on entry, settled by a person."""

    first = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    reasons = ArrayField(models.CharField(max_length=20), verbose_name=_("why"))
    found_on = models.DateField(_("found on"), auto_now_add=True)
    dismissed_at = models.DateTimeField(null=True, editable=False)
    dismissed_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    dismiss_reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        ordering = ["-found_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="duplicate_pair_in_order", condition=Q(first__lt=F("second"))
            ),
            models.UniqueConstraint(name="duplicate_pair_once", fields=["first", "second"]),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} · {self.second_id}"


@tracked()
class AccountMerge(models.Model):
    """One customer became part of another: which children moved, so that it can be undone."""

    kept = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="merges")
    absorbed = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    merged_by = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(_("merged at"), auto_now_add=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    # {"field": value before the merge} of the kept customer, and {"app.model": [pk, …]} moved.
    kept_before = models.JSONField(default=dict)
    moved = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, editable=False)
    undone_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-merged_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="account_merge_of_two", condition=~Q(kept=F("absorbed"))),
            models.UniqueConstraint(
                name="account_merge_once", fields=["absorbed"], condition=Q(undone_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed_id} → {self.kept_id}"


class Identification(models.Model):
    """One question to `identify()`: who asked which customers outside their scope exist."""

    user = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    question = models.CharField(_("question"), max_length=200)
    hits = models.PositiveSmallIntegerField(_("hits"))

    class Meta:
        verbose_name = _("identification")
        verbose_name_plural = _("identifications")
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(name="identification_by_user", fields=["user", "-asked_at"])]

    def __str__(self) -> str:
        return self.question
