from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models.account import Account
from accounts.querysets.duplicate import AccountMergeQuerySet, DuplicatePairQuerySet
from staff.audit import tracked
from staff.models import User


class DuplicateReason(models.TextChoices):
    """Why two customers may be one, the strongest first."""

    CREDIT_CODE = "credit_code", _("Same credit code")
    NAME = "name", _("Same name")
    OTHER_NAME = "other_name", _("Short or former name")
    PHONE = "phone", _("Same phone")
    CONTACT_PHONE = "contact_phone", _("Same phone of a contact person")
    SIMILAR_NAME = "similar_name", _("Similar name")


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

    objects = DuplicatePairQuerySet.as_manager()

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        ordering = ["-found_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="duplicate_pair_in_order", condition=Q(first__lt=F("second"))
            ),
            models.UniqueConstraint(name="duplicate_pair_once", fields=["first", "second"]),
            models.CheckConstraint(
                name="duplicate_pair_dismissed_with_a_reason",
                condition=Q(dismissed_at=None, dismissed_by=None)
                | (
                    Q(dismissed_at__isnull=False, dismissed_by__isnull=False)
                    & ~Q(dismiss_reason="")
                ),
            ),
        ]
        indexes = [
            models.Index(
                name="duplicate_pair_open", fields=["-found_on"], condition=Q(dismissed_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} · {self.second_id}"

    @property
    def reason_labels(self) -> list[str]:
        """Why, in words, the strongest first."""
        return [str(reason.label) for reason in DuplicateReason if reason in self.reasons]

    def dismiss_blocker(self, user: User) -> str:
        """Why `user`, who sees both customers, may not call them different; "" if they may."""
        if self.dismissed_at:
            return gettext("This pair has been settled already: the two are different customers.")
        return ""

    def reopen_blocker(self, user: User) -> str:
        if not self.dismissed_at:
            return gettext("This pair is open already.")
        if not user.is_superior:
            return gettext("Only a supervisor or the manager can put a settled pair back.")
        return ""


@tracked()
class AccountMerge(models.Model):
    """One customer became part of another: which children moved, so that it can be undone."""

    kept = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="merges")
    absorbed = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+")
    merged_by = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(_("merged at"), auto_now_add=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    # Of the kept customer: {"field": value}. Of all that moved: {"app.model.fk": [pk, …]}. Of rows
    # that gave way: [{"model": …, "pk": …, "before": {…}, "after": {…}}], in this order.
    kept_before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    kept_after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    moved = models.JSONField(default=dict)
    changed = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    undone_at = models.DateTimeField(null=True, editable=False)
    undone_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = AccountMergeQuerySet.as_manager()

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

    def get_absolute_url(self) -> str:
        return reverse("accounts:merge_detail", args=[self.pk])

    def undo_blocker(self, user: User) -> str:
        """Why `user` may not undo this merge, whatever happened since; "" if they may."""
        if self.undone_at:
            return gettext("This merge has been undone already.")
        return merge_blocker(user)


def merge_blocker(user: User) -> str:
    """Why `user` may not merge customers they see; "" if they may."""
    if user.is_active and user.is_superior:
        return ""
    return gettext("Only a supervisor or the manager merges customers. You can ask yours.")


def pair_blocker(kept: Account, absorbed: Account, user: User) -> str:
    """Why `user`, who sees both, may not make one customer of these two now; "" if they may."""
    for account in (kept, absorbed):
        if account.merged_into_id:
            return gettext("%(name)s has been merged already.") % {"name": account.name}
        if account.is_void:
            return gettext("%(name)s has been voided.") % {"name": account.name}
    if kept.pk == absorbed.pk:
        return gettext("A customer cannot be merged with itself.")
    return merge_blocker(user)


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
