from __future__ import annotations

import uuid

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.querysets.account import ThroughAccountQuerySet
from accounts.querysets.ledger import LedgerExportQuerySet, LedgerImportQuerySet
from staff.audit import tracked
from staff.models import User


def storage_path(ledger_import: LedgerImport, filename: str) -> str:
    """A name of our own: nothing of the uploaded name reaches the disk."""
    return f"ledgers/{uuid.uuid4().hex[:2]}/{uuid.uuid4().hex}"


class ImportStatus(models.TextChoices):
    UPLOADED = "uploaded", _("Waiting to be read")
    READING = "reading", _("Being read")
    MAPPING = "mapping", _("Columns to be named")
    READY = "ready", _("To be checked and applied")
    APPLYING = "applying", _("Being applied")
    APPLIED = "applied", _("Applied")
    UNDONE = "undone", _("Undone")
    FAILED = "failed", _("Could not be read")
    DISCARDED = "discarded", _("Discarded")


class OnError(models.TextChoices):
    REFUSE = "refuse", _("Apply nothing while any row is refused")
    PARTIAL = "partial", _("Apply the good rows and return the others")


@tracked()
class LedgerImport(models.Model):
    """One workbook on its way in: uploaded, understood, previewed, applied, perhaps undone."""

    kind = models.CharField(_("kind"), max_length=30)
    key = models.UUIDField(
        _("idempotency key"),
        default=uuid.uuid4,
        unique=True,
        editable=False,
        help_text="The same upload sent twice arrives once.",
    )
    file = models.FileField(_("file"), upload_to=storage_path, max_length=200)
    name = models.CharField(_("file name"), max_length=200)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    sha256 = models.CharField(max_length=64)
    status = models.CharField(
        _("state"),
        max_length=10,
        choices=ImportStatus.choices,
        default=ImportStatus.UPLOADED,
        editable=False,
    )
    on_error = models.CharField(
        _("refused rows"), max_length=8, choices=OnError.choices, default=OnError.REFUSE
    )
    format = models.CharField(max_length=8, blank=True)
    sheets = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    notes = models.JSONField(default=list)
    failure = models.CharField(max_length=30, blank=True)
    uploaded_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    staged_at = models.DateTimeField(null=True, editable=False)
    applied_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    applied_at = models.DateTimeField(_("applied at"), null=True, editable=False)
    # {"accounts.Account": [first event, last event], …}: where the trail of this import stands.
    trail = models.JSONField(default=dict, editable=False)
    undone_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone at"), null=True, editable=False)
    kept_rows = models.JSONField(default=list, editable=False)

    objects = LedgerImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger import")
        verbose_name_plural = _("ledger imports")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="ledger_import_status_known", condition=Q(status__in=ImportStatus.values)
            ),
            models.CheckConstraint(
                name="ledger_import_applied_by_someone",
                condition=~Q(status__in=["applied", "undone"])
                | Q(applied_by__isnull=False, applied_at__isnull=False),
            ),
            models.CheckConstraint(
                name="ledger_import_undone_by_someone",
                condition=~Q(status="undone") | Q(undone_by__isnull=False, undone_at__isnull=False),
            ),
        ]
        indexes = [models.Index(name="ledger_import_by_content", fields=["sha256", "kind"])]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("accounts:import_detail", args=[self.pk])

    @property
    def is_working(self) -> bool:
        return self.status in (
            ImportStatus.UPLOADED,
            ImportStatus.READING,
            ImportStatus.APPLYING,
        )

    def count(self, verdict: str) -> int:
        return int(self.counts.get(verdict, 0))

    @property
    def figures(self) -> dict[str, int]:
        """What a list of imports shows; zero before the file is read."""
        return {name: self.count(name) for name in ("rows", "new", "changed", "refused")}

    def change_blocker(self, user: User) -> str:
        """Why `user` may not map, restage, apply or discard this import; "" if they may."""
        if self.uploaded_by_id != user.pk:
            return gettext("Only %(name)s, who uploaded the file, can do this.") % {
                "name": self.uploaded_by
            }
        if self.is_working:
            return gettext("The file is being worked on; wait until that is done.")
        if self.status in (ImportStatus.APPLIED, ImportStatus.UNDONE):
            return gettext("This import has been applied already.")
        if self.status == ImportStatus.DISCARDED:
            return gettext("This import has been discarded.")
        return ""

    def apply_blocker(self, user: User) -> str:
        """Why `user` may not apply the preview now; "" if they may."""
        if blocker := self.change_blocker(user):
            return blocker
        if self.status != ImportStatus.READY:
            return gettext("There is no preview yet.")
        if not self.count("new") + self.count("changed"):
            return gettext("There is nothing to apply: no row is new or changed.")
        if self.on_error == OnError.REFUSE and self.count("refused"):
            return gettext(
                "%(count)d rows are refused. Correct them, or choose to apply the good rows."
            ) % {"count": self.count("refused")}
        return ""

    def undo_blocker(self, user: User) -> str:
        """Why `user` may not take this import back; "" if they may."""
        if self.status != ImportStatus.APPLIED:
            return gettext("Only an applied import can be undone.")
        if user.pk not in (self.uploaded_by_id, self.applied_by_id) and not user.is_top_manager:
            return gettext("Only %(name)s or the manager can undo this.") % {
                "name": self.uploaded_by
            }
        return ""


class RowVerdict(models.TextChoices):
    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    SAME = "same", _("Unchanged")
    REFUSED = "refused", pgettext_lazy("ledger row", "Refused")
    MOVED = "moved", _("Changed meanwhile")
    LEFT_OUT = "left_out", _("Left out")


class StagedRow(models.Model):
    """One row of a workbook as it would be applied: the preview.

    UNLOGGED (a crash empties it, and the kept file is read again) and keyed by its import.
    """

    ledger_import = models.ForeignKey(
        LedgerImport,
        on_delete=models.CASCADE,
        related_name="rows",
        db_constraint=False,
        db_index=False,  # the index below begins with it
    )
    number = models.IntegerField()
    verdict = models.CharField(max_length=8, choices=RowVerdict.choices)
    title = models.TextField(blank=True)
    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    version = models.IntegerField(null=True)
    # The parsed cells, in the order of the import's mapped fields; None leaves the value alone.
    cells = ArrayField(models.TextField(null=True), null=True)
    extra = models.JSONField(null=True)
    changes = models.JSONField(null=True)
    problems = models.JSONField(null=True)
    resembles = models.JSONField(null=True)
    pinyin = models.TextField(blank=True)
    initials = models.TextField(blank=True)

    class Meta:
        verbose_name = _("staged row")
        verbose_name_plural = _("staged rows")
        ordering = ["number", "pk"]
        indexes = [models.Index(name="staged_row_by_import", fields=["ledger_import", "number"])]

    def __str__(self) -> str:
        return f"{self.ledger_import_id}:{self.number}"


class StagedImpact(models.Model):
    """One customer whose tier verdict an import would change, or whom it would create (sales)."""

    ledger_import = models.ForeignKey(
        LedgerImport, on_delete=models.CASCADE, related_name="impacts", db_constraint=False
    )
    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    title = models.CharField(max_length=200)
    volume_before = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    volume_after = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    before = models.JSONField(default=list)
    after = models.JSONField(default=list)
    is_settled = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("change of a verdict")
        verbose_name_plural = _("changes of verdicts")
        ordering = ["-volume_after", "pk"]

    def __str__(self) -> str:
        return self.title


class ImportProgress(models.Model):
    """How far a running import is; written beside its transaction, so that it can be watched."""

    import_id = models.BigIntegerField(primary_key=True)
    phase = models.CharField(max_length=20)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("progress of an import")
        verbose_name_plural = _("progress of imports")

    def __str__(self) -> str:
        return f"{self.phase} {self.done}/{self.total}"


@tracked()
class HeaderMapping(models.Model):
    """What the columns of one header mean, as a person last confirmed it."""

    kind = models.CharField(_("kind"), max_length=30)
    signature = models.CharField(max_length=64)
    fields = models.JSONField(default=list)
    confirmed_by = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("remembered header")
        verbose_name_plural = _("remembered headers")
        ordering = ["-confirmed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="header_mapping_once_per_header", fields=["kind", "signature"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.signature[:8]}"


@pghistory.track(
    # Inserted lines are recorded by their import, not row by row; a line is never changed in
    # place, and what was taken out stands here whole.
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    meta={"indexes": [models.Index(fields=["account"])]},
)
class SalesLine(models.Model):
    """One line of a sales ledger. Never changed in place: a newer import replaces it whole."""

    ledger_import = models.ForeignKey(
        LedgerImport,
        on_delete=models.PROTECT,
        related_name="sales_lines",
        # No import is ever deleted; asking for it once a line cost a tenth of the whole import.
        db_constraint=False,
    )
    row = models.IntegerField(_("row in the file"))
    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        db_index=False,  # the index below begins with it
        related_name="sales_lines",
    )
    source = models.CharField(_("source"), max_length=40, blank=True)
    document = models.CharField(_("document number"), max_length=60, blank=True)
    line = models.CharField(_("line number"), max_length=40, blank=True)
    sold_on = models.DateField(_("date"))
    product_code = models.CharField(_("product code"), max_length=60, blank=True)
    product = models.CharField(_("product"), max_length=200, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=4, null=True)
    unit_price = models.DecimalField(_("unit price"), max_digits=18, decimal_places=4, null=True)
    amount = models.DecimalField(_("amount (yuan)"), max_digits=18, decimal_places=4)
    cost = models.DecimalField(_("cost (yuan)"), max_digits=18, decimal_places=4, null=True)
    profit = models.DecimalField(_("profit (yuan)"), max_digits=18, decimal_places=4, null=True)
    extra = models.JSONField(_("other columns"), default=dict)

    objects = ThroughAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("sales line")
        verbose_name_plural = _("sales lines")
        ordering = ["-sold_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="sales_line_once_per_document",
                fields=["source", "document", "line"],
                condition=~Q(line=""),
            )
        ]
        indexes = [models.Index(name="sales_line_by_day", fields=["account", "sold_on"])]

    def __str__(self) -> str:
        return f"{self.sold_on} {self.product} {self.amount}"


@tracked()
class SalesCoverage(models.Model):
    """Days that a source has told us all about: "bought nothing" differs from "no data"."""

    ledger_import = models.ForeignKey(
        LedgerImport, on_delete=models.PROTECT, related_name="coverages"
    )
    source = models.CharField(_("source"), max_length=40, blank=True)
    period_from = models.DateField(_("from"))
    period_to = models.DateField(_("to"))
    is_complete = models.BooleanField(
        default=False, help_text="Of all customers; otherwise only of those with lines in the file."
    )

    class Meta:
        verbose_name = _("covered period")
        verbose_name_plural = _("covered periods")
        ordering = ["source", "period_from", "pk"]
        constraints = [
            models.CheckConstraint(
                name="sales_coverage_in_order", condition=Q(period_to__gte=F("period_from"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.period_from}–{self.period_to}"


@tracked()
class LedgerExport(models.Model):
    """Who took which rows out of the house, by which filter, and why."""

    kind = models.CharField(_("kind"), max_length=30)
    filter = models.CharField(_("filter"), max_length=2000, blank=True)
    rows = models.PositiveIntegerField(_("rows"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    exported_by = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    exported_at = models.DateTimeField(_("exported at"), auto_now_add=True)

    objects = LedgerExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger export")
        verbose_name_plural = _("ledger exports")
        ordering = ["-exported_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.rows}"
