"""What belongs to an application for recognition: its goods, and the steps it took."""

from __future__ import annotations

import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from development import recognition_rules as rules
from development.models.recognition import RecognitionApplication
from development.querysets.recognition import RecognitionPartQuerySet
from staff.audit import tracked


@tracked(by="application")
class RecognitionLine(models.Model):
    """One of the goods in an application, with what we expect to sell a year (S1-A7-2)."""

    application = models.ForeignKey(
        RecognitionApplication, on_delete=models.CASCADE, related_name="lines"
    )
    item = models.CharField(_("goods"), max_length=100)
    quantity = models.DecimalField(
        _("quantity"), max_digits=18, decimal_places=4, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    amount = models.DecimalField(
        _("amount (yuan)"), max_digits=18, decimal_places=4, validators=[MinValueValidator(0)]
    )

    objects = RecognitionPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("goods in an application")
        verbose_name_plural = _("goods in applications")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="recognition_line_has_an_item", condition=~Q(item="")),
            models.CheckConstraint(
                name="recognition_line_amount_not_negative", condition=Q(amount__gte=0)
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="stand_still",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=rules.LINES,
            )
        ]

    def __str__(self) -> str:
        return self.item


class RecognitionVerb(models.TextChoices):
    STARTED = "started", pgettext_lazy("application", "began it")
    EDITED = "edited", pgettext_lazy("application", "changed it")
    SUBMITTED = "submitted", pgettext_lazy("application", "submitted it")
    APPROVED = "approved", pgettext_lazy("application", "approved it")
    REFUSED = "refused", pgettext_lazy("application", "refused it")
    SENT_BACK = "sent_back", pgettext_lazy("application", "sent it back")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "withdrew it")
    COMMENTED = "commented", pgettext_lazy("application", "remarked")


DECISIONS = ("approved", "refused", "sent_back")


@tracked(by="application")
class RecognitionStep(models.Model):
    """One step of an application, by whom and why; never changed."""

    application = models.ForeignKey(
        RecognitionApplication, on_delete=models.PROTECT, related_name="steps"
    )
    actor = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    acting_for = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    verb = models.CharField(max_length=9, choices=RecognitionVerb.choices)
    level = models.PositiveSmallIntegerField(null=True)
    round = models.PositiveSmallIntegerField(default=0)
    note = models.TextField(_("reason"), blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects = RecognitionPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of an application")
        verbose_name_plural = _("steps of applications")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="recognition_step_verb_known", condition=Q(verb__in=RecognitionVerb.values)
            ),
            models.CheckConstraint(
                name="recognition_step_says_why",
                condition=~Q(verb__in=("refused", "sent_back", "withdrawn", "commented"))
                | ~Q(note=""),
            ),
            models.CheckConstraint(
                name="recognition_step_decision_has_a_level",
                condition=~Q(verb__in=DECISIONS) | Q(level__isnull=False),
            ),
            models.UniqueConstraint(
                name="recognition_one_decision_a_level",
                fields=["application", "round", "level"],
                condition=Q(verb__in=DECISIONS),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="decisions",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=rules.DECLARED,
                func=rules.DECISIONS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.verb}"
