from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Kind
from staff.audit import tracked
from staff.models import User
from visits.querysets.return_visit import QuestionSetQuerySet


class Topic(models.TextChoices):
    """What S4-6.2 asks about; figures are kept by topic across versions of the wording."""

    ACCURACY = "accuracy", _("Accuracy")
    TIMELINESS = "timeliness", _("Timeliness")
    ATTITUDE = "attitude", _("Attitude")
    OTHER = "other", _("Other dissatisfaction")
    OPINION = "opinion", _("Opinions and suggestions")


@tracked()
class QuestionSet(models.Model):
    """One version of what is said and asked on a return visit, for one kind of customer or all.

    A version that was in use is never changed: old answers keep the words they were given to.
    """

    version = models.PositiveSmallIntegerField(_("version"), unique=True)
    account_kind = models.CharField(
        _("for"), max_length=12, choices=[("", _("All customers")), *Kind.choices], blank=True
    )
    opening = models.TextField(
        _("opening"),
        help_text=_("{organisation}, {caller}, {customer} and {subject} are filled in."),
    )
    closing = models.TextField(_("closing"))
    published_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    published_at = models.DateTimeField(_("in force since"), auto_now_add=True)
    retired_at = models.DateTimeField(_("in force until"), null=True, editable=False)

    objects = QuestionSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("question set")
        verbose_name_plural = _("question sets")
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(
                name="question_set_kind_known", condition=Q(account_kind__in=["", *Kind.values])
            ),
            models.UniqueConstraint(
                name="question_set_one_in_force_per_kind",
                fields=["account_kind"],
                condition=Q(retired_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("visits:question_set", args=[self.pk])


def publish_blocker(user: User) -> str:
    """Why `user` may not publish a new version of the questions; "" if they may."""
    if user.is_active and user.is_manager:
        return ""
    return gettext("Only the key account manager decides what is asked on return visits.")


@tracked(by="question_set")
class Question(models.Model):
    """One question of one version, with its topic and place."""

    question_set = models.ForeignKey(
        QuestionSet, on_delete=models.PROTECT, related_name="questions"
    )
    position = models.PositiveSmallIntegerField()
    topic = models.CharField(_("topic"), max_length=10, choices=Topic.choices)
    text = models.CharField(_("question"), max_length=200)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["question_set", "position"]
        constraints = [
            models.CheckConstraint(
                name="question_topic_known", condition=Q(topic__in=Topic.values)
            ),
            models.CheckConstraint(name="question_has_words", condition=~Q(text="")),
            models.UniqueConstraint(
                name="question_place_once", fields=["question_set", "position"]
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="question_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return self.text
