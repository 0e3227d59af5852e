"""What belongs to an agreement: obligations of either side, notes on its performance, files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.querysets.agreement import AgreementPartQuerySet
from staff.audit import tracked

if TYPE_CHECKING:
    from staff.models import User


class Side(models.TextChoices):
    OURS = "ours", _("We owe it")
    THEIRS = "theirs", _("The customer owes it")


@tracked(by="agreement")
class AgreementObligation(models.Model):
    """Something that one side must do under an agreement, by a day (S1-A2-SPC)."""

    agreement = models.ForeignKey(
        "accounts.Agreement", on_delete=models.PROTECT, related_name="obligations"
    )
    side = models.CharField(_("whose"), max_length=6, choices=Side.choices, default=Side.OURS)
    text = models.CharField(_("what is to be done"), max_length=200)
    due_on = models.DateField(_("due on"))
    responsible = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who sees to it"),
        help_text=_("Blank: the customer's owner."),
    )
    settled_on = models.DateField(_("settled on"), null=True, editable=False)
    settled_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=200, blank=True, editable=False)
    is_waived = models.BooleanField(_("waived"), default=False, editable=False)

    objects = AgreementPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement obligation")
        verbose_name_plural = _("agreement obligations")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="agreement_obligation_side_known", condition=Q(side__in=Side.values)
            ),
            models.CheckConstraint(name="agreement_obligation_has_words", condition=~Q(text="")),
            models.CheckConstraint(
                name="agreement_obligation_settled_by_somebody",
                condition=Q(settled_on=None, settled_by=None, is_waived=False)
                | (Q(settled_on__isnull=False, settled_by__isnull=False) & ~Q(outcome="")),
            ),
        ]
        indexes = [
            models.Index(
                name="agreement_obligation_open",
                fields=["agreement", "due_on"],
                condition=Q(settled_on=None),
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def account_id(self) -> int:
        """For `staff.duties.followed`: whose customer the step is about."""
        return self.agreement.account_id

    @property
    def is_overdue(self) -> bool:
        return self.settled_on is None and self.due_on < timezone.localdate()

    def settle_blocker(self, user: User) -> str:
        """Why it cannot be ticked off or waived."""
        if blocker := self.agreement.account.edit_blocker(user):
            return blocker
        return gettext("This is settled.") if self.settled_on else ""


class NoteKind(models.TextChoices):
    """S1-A2-SPC: how the agreement is kept is followed, and pressed where it is not."""

    PERFORMANCE = "performance", _("How it is kept")
    URGING = "urging", _("Urging")


@tracked(by="agreement")
class AgreementNote(models.Model):
    """How an agreement is being kept, or that somebody pressed the other side to keep it."""

    agreement = models.ForeignKey(
        "accounts.Agreement", on_delete=models.PROTECT, related_name="notes"
    )
    obligation = models.ForeignKey(
        AgreementObligation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="notes",
        verbose_name=_("about"),
    )
    kind = models.CharField(
        _("kind of note"), max_length=11, choices=NoteKind.choices, default=NoteKind.PERFORMANCE
    )
    happened_on = models.DateField(_("on"), default=timezone.localdate)
    text = models.TextField(_("what was found or said"))
    author = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, related_name="+", editable=False
    )
    written_at = models.DateTimeField(_("written at"), auto_now_add=True)

    objects = AgreementPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement note")
        verbose_name_plural = _("agreement notes")
        ordering = ["-happened_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="agreement_note_kind_known", condition=Q(kind__in=NoteKind.values)
            ),
            models.CheckConstraint(name="agreement_note_has_words", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class FileKind(models.TextChoices):
    SCAN = "scan", _("Signed scan")
    PROOF = "proof", _("Proof of authority")
    OTHER = "other", _("Other paper")


@tracked(by="agreement")
class AgreementFile(models.Model):
    """A customer's file that belongs to an agreement, and as what."""

    agreement = models.ForeignKey(
        "accounts.Agreement", on_delete=models.PROTECT, related_name="files"
    )
    attachment = models.OneToOneField(
        "accounts.Attachment", on_delete=models.PROTECT, related_name="agreement_file"
    )
    kind = models.CharField(
        _("what it is"), max_length=5, choices=FileKind.choices, default=FileKind.SCAN
    )

    objects = AgreementPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement file")
        verbose_name_plural = _("agreement files")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="agreement_file_kind_known", condition=Q(kind__in=FileKind.values)
            ),
        ]

    def __str__(self) -> str:
        return str(self.attachment)
