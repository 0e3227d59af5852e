from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staff.audit import tracked
from staff.querysets_rulebook import ArticleTextQuerySet, ObligationQuerySet, PolicyValueQuerySet


class Provenance(models.TextChoices):
    """Where a value comes from; everything but *stated* and *decided* is an open question."""

    STATED = "stated", _("Stated in the text")
    UNCERTAIN = "uncertain", _("Uncertain in the text")
    SUGGESTED = "suggested", _("Suggested")
    DECIDED = "decided", _("Decided by us")


@tracked()
class PolicyValue(models.Model):
    """What a manager decided for one policy key, from a day on; never changed afterwards."""

    key = models.CharField(_("value"), max_length=60)
    value = models.JSONField(_("set to"))
    effective_from = models.DateField(_("in force from"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(_("set at"), auto_now_add=True)
    reason = models.CharField(_("reason"), max_length=300)

    objects = PolicyValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy value")
        verbose_name_plural = _("policy values")
        ordering = ["key", "-effective_from", "-pk"]
        constraints = [
            models.CheckConstraint(name="policy_value_has_a_reason", condition=~Q(reason="")),
        ]
        triggers = [
            pgtrigger.Protect(
                name="policy_value_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"


@tracked()
class ArticleText(models.Model):
    """The company's own wording of one article; the newest version is the one in force."""

    article = models.CharField(_("article"), max_length=20)
    version = models.PositiveSmallIntegerField(_("version"))
    text = models.TextField(_("text"))
    source = models.CharField(_("from"), max_length=200, blank=True)
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    loaded_at = models.DateTimeField(_("loaded at"), auto_now_add=True)

    objects = ArticleTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("company's text")
        verbose_name_plural = _("company's texts")
        ordering = ["article", "-version"]
        constraints = [
            models.UniqueConstraint(
                name="article_text_version_once", fields=["article", "version"]
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="article_text_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.article} v{self.version}"


class Outcome(models.TextChoices):
    """How an obligation ended."""

    DONE = "done", _("Done")
    LAPSED = "lapsed", _("No longer required")


class Obligation(models.Model):
    """One thing the rule book asks of one person: opened, due, and how it ended.

    Written only by `staff.duties`, from the facts; so "was it on time last March" has an answer.
    `since` is the day the clock started, `subject` what it is about within the account.
    """

    duty = models.CharField(max_length=40)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="obligations"
    )
    # The floor above owns accounts; the number is enough here.
    account_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=60, blank=True)
    since = models.DateField()
    due_on = models.DateField()
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    outcome = models.CharField(max_length=6, choices=Outcome.choices, blank=True)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="obligation_closed_with_an_outcome",
                condition=Q(closed_on=None, outcome="")
                | Q(closed_on__isnull=False, outcome__in=Outcome.values),
            ),
            models.UniqueConstraint(
                name="obligation_once",
                fields=["duty", "account_id", "subject", "since"],
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(
                name="obligation_open_by_person",
                fields=["person", "due_on"],
                condition=Q(closed_on=None),
            ),
            models.Index(
                name="obligation_open_by_account",
                fields=["account_id"],
                condition=Q(closed_on=None),
            ),
            models.Index(name="obligation_by_due_day", fields=["duty", "due_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.duty} {self.due_on}"
