from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models.agreement_parts import AgreementFile, FileKind
from accounts.querysets.agreement import AgreementQuerySet
from staff.audit import tracked

if TYPE_CHECKING:
    from staff.models import User


class AgreementKind(models.TextChoices):
    """The two documents of S1 第8条; only the first makes an agreement key account (第4条)."""

    VIP = "vip", _("VIP customer agreement")
    SALES = "sales", pgettext_lazy("S1-A8", "Sales agreement")


class AgreementStatus(models.TextChoices):
    """Whether it is in force follows from its dates, not from here."""

    DRAFT = "draft", pgettext_lazy("agreement", "Being prepared")
    SIGNED = "signed", pgettext_lazy("agreement", "Signed")
    ENDED = "ended", pgettext_lazy("agreement", "Ended early")
    DROPPED = "dropped", pgettext_lazy("agreement", "Not concluded")


class Capacity(models.TextChoices):
    """By what right somebody signs (S1 第8条); blank where nobody has noted it."""

    LEGAL_REPRESENTATIVE = "legal", _("Legal representative")
    APPOINTED = "appointed", _("Appointed to sign")


# Agreement.phase: where an agreement stands on a day.
IN_FORCE, UPCOMING, EXPIRED = "in_force", "upcoming", "expired"
PHASES = {
    AgreementStatus.DRAFT.value: AgreementStatus.DRAFT.label,
    AgreementStatus.DROPPED.value: AgreementStatus.DROPPED.label,
    AgreementStatus.ENDED.value: AgreementStatus.ENDED.label,
    UPCOMING: pgettext_lazy("agreement", "Not yet begun"),
    IN_FORCE: pgettext_lazy("agreement", "In force"),
    EXPIRED: pgettext_lazy("agreement", "Expired"),
}


@tracked(by="account")
class Agreement(models.Model):
    """A sales or VIP agreement with a customer (S1 第8条): drawn up, signed, kept, ended.

    It is never deleted: a draft that comes to nothing is dropped, a signed one ended, each with
    its reason.
    """

    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        related_name="agreements",
        verbose_name=_("customer"),
    )
    kind = models.CharField(_("kind of agreement"), max_length=5, choices=AgreementKind.choices)
    number = models.CharField(_("agreement number"), max_length=40)
    title = models.CharField(_("subject matter"), max_length=120, blank=True)
    status = models.CharField(
        _("state"),
        max_length=7,
        choices=AgreementStatus.choices,
        default=AgreementStatus.DRAFT,
        editable=False,
    )
    our_party = models.CharField(_("our company"), max_length=200, blank=True)
    their_party = models.CharField(_("the customer's company"), max_length=200, blank=True)
    our_signer = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements_signed",
        verbose_name=_("our signer"),
    )
    our_capacity = models.CharField(
        _("our signer's capacity"), max_length=9, choices=Capacity.choices, blank=True
    )
    our_proof = models.CharField(_("our signer's proof"), max_length=200, blank=True)
    their_signer = models.CharField(_("the customer's signer"), max_length=60, blank=True)
    their_capacity = models.CharField(
        _("the customer's signer's capacity"), max_length=9, choices=Capacity.choices, blank=True
    )
    their_proof = models.CharField(
        _("the customer's signer's proof"),
        max_length=200,
        blank=True,
        help_text=_("For example the number and date of the power of attorney."),
    )
    signed_on = models.DateField(_("signed on"), null=True, editable=False)
    starts_on = models.DateField(_("in force from"), null=True, blank=True)
    ends_on = models.DateField(
        pgettext_lazy("agreement", "in force until"),
        null=True,
        blank=True,
        help_text=_("Blank: without a fixed end."),
    )
    amount = models.DecimalField(
        _("amount"),
        max_digits=18,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    terms = models.TextField(_("main terms"), blank=True)
    renews = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="renewals",
        verbose_name=_("renews"),
    )
    no_renewal_reason = models.CharField(
        _("why it is not renewed"), max_length=200, blank=True, editable=False
    )
    ended_on = models.DateField(_("ended from"), null=True, editable=False)
    end_reason = models.CharField(_("why it ended"), max_length=200, blank=True, editable=False)
    carried_from = models.CharField(
        _("carried over from"), max_length=200, blank=True, editable=False
    )
    drawn_up_by = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("drawn up by"),
    )
    drawn_up_at = models.DateTimeField(_("drawn up at"), auto_now_add=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="agreement_kind_known", condition=Q(kind__in=AgreementKind.values)
            ),
            models.CheckConstraint(
                name="agreement_status_known", condition=Q(status__in=AgreementStatus.values)
            ),
            models.CheckConstraint(
                name="agreement_capacities_known",
                condition=Q(our_capacity__in=[*Capacity.values, ""])
                & Q(their_capacity__in=[*Capacity.values, ""]),
            ),
            models.CheckConstraint(name="agreement_has_a_number", condition=~Q(number="")),
            models.UniqueConstraint(
                name="agreement_number_unique",
                fields=["number"],
                violation_error_message=_("Another agreement has this number."),
            ),
            models.CheckConstraint(
                name="agreement_signed_by_both_sides",
                # An old ledger does not say who signed: such agreements name the file instead.
                condition=Q(signed_on=None)
                | (Q(starts_on__isnull=False) & ~Q(carried_from=""))
                | (
                    Q(our_signer__isnull=False, starts_on__isnull=False)
                    & ~Q(their_signer="")
                    & ~Q(our_party="")
                    & ~Q(their_party="")
                ),
            ),
            models.CheckConstraint(
                name="agreement_signed_has_a_day",
                condition=Q(status__in=("signed", "ended"), signed_on__isnull=False)
                | Q(status__in=("draft", "dropped"), signed_on=None),
            ),
            models.CheckConstraint(
                name="agreement_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("It cannot end before it starts."),
            ),
            models.CheckConstraint(
                name="agreement_early_end_has_day_and_reason",
                condition=(
                    Q(status="ended", ended_on__isnull=False) & ~Q(end_reason="")
                    | Q(status="dropped", ended_on=None) & ~Q(end_reason="")
                    | Q(status__in=("draft", "signed"), ended_on=None, end_reason="")
                ),
            ),
            models.CheckConstraint(
                name="agreement_amount_not_negative", condition=Q(amount=None) | Q(amount__gte=0)
            ),
            models.CheckConstraint(
                name="agreement_does_not_renew_itself", condition=~Q(renews=F("pk"))
            ),
        ]
        indexes = [
            models.Index(name="agreement_by_account", fields=["account", "-starts_on"]),
            models.Index(
                name="agreement_by_end",
                fields=["ends_on"],
                condition=Q(status="signed", ends_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("accounts:agreement", args=[self.account_id, self.pk])

    @property
    def is_signed(self) -> bool:
        return self.signed_on is not None

    def phase_on(self, day: dt.date) -> str:
        """Where it stands on a day: the state, or for a signed one what its dates make of it."""
        if not self.is_signed or self.starts_on is None:
            return self.status
        if self.ended_on and self.ended_on <= day:
            return AgreementStatus.ENDED
        if self.ends_on and self.ends_on < day:
            return EXPIRED
        return IN_FORCE if self.starts_on <= day else UPCOMING

    @property
    def phase(self) -> str:
        return self.phase_on(timezone.localdate())

    @property
    def phase_label(self) -> str:
        return str(PHASES[self.phase])

    @property
    def is_in_force(self) -> bool:
        return self.phase == IN_FORCE

    @property
    def over_since(self) -> dt.date | None:
        """The first day on which it no longer held; None while it holds, or was never signed."""
        if self.phase == AgreementStatus.ENDED:
            return self.ended_on
        if self.phase == EXPIRED and self.ends_on:
            return self.ends_on + dt.timedelta(days=1)
        return None

    @property
    def papers(self) -> list[AgreementFile]:
        """Its files that nobody has voided; read `for_detail`."""
        return [paper for paper in self.files.all() if paper.attachment.voided_at is None]

    @property
    def has_scan(self) -> bool:
        return any(paper.kind == FileKind.SCAN for paper in self.papers)

    @property
    def days_left(self) -> int | None:
        """Days until its term is over (negative: since), None without a term or once ended."""
        if self.status != AgreementStatus.SIGNED or self.ends_on is None:
            return None
        return (self.ends_on - timezone.localdate()).days

    def edit_blocker(self, user: User) -> str:
        """Why its words cannot be changed: a signed one is what both sides signed."""
        if blocker := self.account.edit_blocker(user):
            return blocker
        match self.status:
            case AgreementStatus.DRAFT:
                return ""
            case AgreementStatus.DROPPED:
                return gettext("This agreement was not concluded.")
        if user.is_superior:
            return ""
        return gettext("It is signed: only a supervisor or a manager corrects it, with a reason.")

    def sign_blocker(self, user: User) -> str:
        """Why the signature cannot be recorded."""
        if blocker := self.account.edit_blocker(user):
            return blocker
        if self.status == AgreementStatus.DRAFT:
            return ""
        return gettext("Only an agreement being prepared can be signed.")

    def drop_blocker(self, user: User) -> str:
        """Why the draft cannot be dropped."""
        if blocker := self.account.edit_blocker(user):
            return blocker
        if self.status == AgreementStatus.DRAFT:
            return ""
        return gettext("Only an agreement being prepared can be dropped.")

    def end_blocker(self, user: User) -> str:
        """Why `user` may not end it before its term: suggested, supervisors and managers may."""
        if self.status != AgreementStatus.SIGNED:
            return gettext("Only a signed agreement can be ended.")
        if self.phase == EXPIRED:
            return gettext("Its term is over already.")
        return self.account.superior_blocker(user)

    def renew_blocker(self, user: User) -> str:
        """Why no agreement can be drawn up to follow this one."""
        if blocker := self.account.edit_blocker(user):
            return blocker
        if not self.is_signed:
            return gettext("Only a signed agreement can be renewed.")
        if self.renewals.exclude(status=AgreementStatus.DROPPED).exists():
            return gettext("An agreement that renews it exists already.")
        return ""

    def no_renewal_blocker(self, user: User) -> str:
        """Why it cannot be said that it will not be renewed."""
        if self.status != AgreementStatus.SIGNED or self.ends_on is None:
            return gettext("Only a signed agreement with a term runs out.")
        if self.no_renewal_reason:
            return gettext("That it is not renewed has been said already.")
        return self.account.superior_blocker(user)

    def work_blocker(self, user: User) -> str:
        """Why obligations, notes and files cannot be added."""
        if blocker := self.account.edit_blocker(user):
            return blocker
        if self.status == AgreementStatus.DROPPED:
            return gettext("This agreement was not concluded.")
        return ""
