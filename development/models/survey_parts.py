"""What belongs to a survey: who went along, the four principles, its papers and files."""

from __future__ import annotations

import datetime as dt

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from development.models.survey import Survey
from development.querysets.survey import SurveyPartQuerySet
from staff.audit import tracked


@tracked(by="survey")
class SurveyColleague(models.Model):
    """One of our people who took part on site (S1-A6-4)."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="our_people")
    user = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("colleague in a survey")
        verbose_name_plural = _("colleagues in surveys")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="survey_colleague_once", fields=["survey", "user"])
        ]

    def __str__(self) -> str:
        return str(self.user)


class Principle(models.TextChoices):
    """The four principles of S1 第5条, all of them “must”."""

    INTEGRITY = "integrity", _("Integrity, financial strength and credit")
    COOPERATION = "cooperation", _("Active co-operation")
    CONFIDENTIALITY = "secrecy", _("Commercial and technical confidentiality")
    COST = "cost", _("Cost management as the company requires")


class PrincipleVerdict(models.TextChoices):
    MET = "met", pgettext_lazy("principle", "Met")
    NOT_MET = "not_met", pgettext_lazy("principle", "Not met")
    UNKNOWN = "unknown", pgettext_lazy("principle", "Not known")


@tracked(by="survey")
class SurveyPrinciple(models.Model):
    """Whether the customer meets one principle of S1 第5条, and why; blank: not yet judged."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="principles")
    principle = models.CharField(_("principle"), max_length=11, choices=Principle.choices)
    verdict = models.CharField(
        _("judgement"), max_length=7, choices=PrincipleVerdict.choices, blank=True
    )
    evidence = models.TextField(_("what shows it"), blank=True)

    objects = SurveyPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("principle in a survey")
        verbose_name_plural = _("principles in surveys")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="survey_principle_once", fields=["survey", "principle"]),
            models.CheckConstraint(
                name="survey_principle_known", condition=Q(principle__in=Principle.values)
            ),
            models.CheckConstraint(
                name="survey_principle_verdict_known",
                condition=Q(verdict__in=["", *PrincipleVerdict.values]),
            ),
            models.CheckConstraint(
                name="survey_principle_verdict_has_evidence",
                condition=Q(verdict__in=["", "unknown"]) | ~Q(evidence=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_principle_display()}: {self.get_verdict_display()}"


class DocumentKind(models.TextChoices):
    """The papers of S1-A6-1; its list is open (“等”)."""

    PROFILE = "profile", _("Company profile")
    ACCOUNTS = "accounts", _("Annual accounts")
    OTHER = "other", _("Another document")


@tracked(by="survey")
class SurveyDocument(models.Model):
    """One paper on the checklist of a general survey: received, or not asked of an individual."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(_("document"), max_length=8, choices=DocumentKind.choices)
    name = models.CharField(_("which document"), max_length=100, blank=True)
    year = models.PositiveSmallIntegerField(
        _("of the year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1990), MaxValueValidator(2100)],
    )
    received_on = models.DateField(pgettext_lazy("document", "received on"), null=True, blank=True)
    is_not_applicable = models.BooleanField(_("not applicable: an individual"), default=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    attachment = models.ForeignKey(
        "accounts.Attachment",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="survey_documents",
    )

    objects = SurveyPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("document in a survey")
        verbose_name_plural = _("documents in surveys")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="survey_document_kind_known", condition=Q(kind__in=DocumentKind.values)
            ),
            models.CheckConstraint(
                name="survey_document_other_has_a_name", condition=~Q(kind="other", name="")
            ),
            models.CheckConstraint(
                name="survey_document_not_applicable_with_a_reason",
                condition=Q(is_not_applicable=False)
                | Q(received_on=None, attachment=None) & ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.name or str(self.get_kind_display())

    @property
    def is_settled(self) -> bool:
        """In our hands, or not asked for."""
        return self.is_not_applicable or self.received_on is not None

    @property
    def is_old(self) -> bool:
        """Accounts older than the last closed year: pointed out, never refused (Q24)."""
        seen_on: dt.date = self.received_on or timezone.localdate()
        return self.year is not None and self.year < seen_on.year - 1


@tracked(by="survey")
class SurveyFile(models.Model):
    """A photo or another file of a survey, kept among its customer's files."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="files")
    attachment = models.OneToOneField(
        "accounts.Attachment", on_delete=models.PROTECT, related_name="survey_file"
    )

    objects = SurveyPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a survey")
        verbose_name_plural = _("files of surveys")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.attachment)
