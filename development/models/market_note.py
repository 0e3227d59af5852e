from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from development.querysets.market_note import MarketNoteQuerySet, OfANoteQuerySet
from staff.audit import tracked

if TYPE_CHECKING:
    from staff.models import User


class NoteKind(models.TextChoices):
    MARKET = "market", _("Market")
    COMPETITOR = "competitor", _("Competitor")
    POLICY = "policy", _("Policy and industry")
    CUSTOMER = "customer", _("Customer")
    OPINION = "opinion", _("Opinion")
    TREND = "trend", _("Trend")
    PROGRESS = "progress", _("Progress")


@tracked()
class MarketNote(models.Model):
    """What somebody learnt of the market, addressed upward (S1-A2-SUP-3, S1-A2-SPC-2).

    Any of the staff writes one; a superior of theirs reads it, or everybody when it is shared.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=NoteKind.choices)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("what was learnt"))
    source = models.CharField(_("where it comes from"), max_length=120, blank=True)
    author = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        related_name="market_notes",
        editable=False,
        verbose_name=_("author"),
    )
    sent_to = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="market_notes_to_read",
        verbose_name=_("for"),
    )
    is_shared = models.BooleanField(_("all colleagues may read it"), default=False)
    written_at = models.DateTimeField(_("written at"), auto_now_add=True)
    read_at = models.DateTimeField(_("read at"), null=True, editable=False)
    remark = models.CharField(_("remark"), max_length=300, blank=True, editable=False)
    voided_at = models.DateTimeField(null=True, editable=False)
    void_reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)

    objects = MarketNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("market note")
        verbose_name_plural = _("market notes")
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="market_note_kind_known", condition=Q(kind__in=NoteKind.values)
            ),
            models.CheckConstraint(
                name="market_note_has_words", condition=~Q(title="") & ~Q(text="")
            ),
            models.CheckConstraint(
                name="market_note_for_somebody_else", condition=~Q(sent_to=F("author"))
            ),
            models.CheckConstraint(
                name="market_note_read_by_whom_it_is_for",
                condition=Q(read_at=None, remark="")
                | Q(read_at__isnull=False, sent_to__isnull=False),
            ),
            models.CheckConstraint(
                name="market_note_void_has_a_reason",
                condition=Q(voided_at=None) | ~Q(void_reason=""),
            ),
        ]
        indexes = [
            models.Index(name="market_note_by_author", fields=["author", "-written_at"]),
            models.Index(name="market_note_by_time", fields=["-written_at", "-id"]),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("development:note", args=[self.pk])

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    def _void_blocker(self) -> str:
        return gettext("This note was voided.") if self.is_void else ""

    def edit_blocker(self, user: User) -> str:
        """Why `user` may not change it, add a file or a customer: its author may, until read."""
        if blocker := self._void_blocker():
            return blocker
        if self.author_id != user.pk:
            return gettext("%(name)s wrote this note and changes it.") % {"name": self.author}
        if self.read_at:
            return gettext("%(name)s has read it; write a new note.") % {"name": self.sent_to}
        return ""

    def read_blocker(self, user: User) -> str:
        """Why `user` may not mark it read: whom it is for does, once."""
        if blocker := self._void_blocker():
            return blocker
        if self.sent_to_id is None:
            return gettext("This note is for nobody in particular.")
        if self.sent_to_id != user.pk:
            return gettext("It is for %(name)s.") % {"name": self.sent_to}
        return gettext("You have read it.") if self.read_at else ""

    def void_blocker(self, user: User) -> str:
        """Why `user` may not void it: its author and their superiors may."""
        if blocker := self._void_blocker():
            return blocker
        if user.pk == self.author_id or (user.is_superior and self.author_id in user.line_ids):
            return ""
        return gettext("Only its author or a superior of theirs can void it.")


@tracked(by="note")
class NoteAccount(models.Model):
    """A customer that a market note is about."""

    note = models.ForeignKey(MarketNote, on_delete=models.PROTECT, related_name="about")
    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="market_notes"
    )

    objects = OfANoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer of a market note")
        verbose_name_plural = _("customers of market notes")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="market_note_customer_once", fields=["note", "account"])
        ]

    def __str__(self) -> str:
        return str(self.account)


def note_path(row: NoteFile, filename: str) -> str:
    """A name of our own: nothing of the uploaded name reaches the disk."""
    return f"attachments/{uuid.uuid4().hex[:2]}/{uuid.uuid4().hex}"


@tracked(by="note")
class NoteFile(models.Model):
    """A file kept with a market note; always handed out as a download."""

    note = models.ForeignKey(MarketNote, on_delete=models.PROTECT, related_name="files")
    file = models.FileField(_("file"), upload_to=note_path, max_length=200)
    name = models.CharField(_("file name"), max_length=200)
    title = models.CharField(_("what it is"), max_length=100, blank=True)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    uploaded_by = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    objects = OfANoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a market note")
        verbose_name_plural = _("files of market notes")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
