from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.querysets.department_question import AnswerLinkQuerySet, DepartmentQuestionQuerySet
from staff.audit import tracked

if TYPE_CHECKING:
    import datetime as dt

    from staff.models import Department, User


@tracked(by="call")
class DepartmentQuestion(models.Model):
    """What a department is asked for a caller (S4-6.1-5b), and what it answered.

    It names no customer: whoever answers sees this text alone.
    """

    call = models.ForeignKey(
        "complaints.CallRecord", on_delete=models.PROTECT, related_name="questions"
    )
    department = models.ForeignKey(
        "staff.Department",
        on_delete=models.PROTECT,
        related_name="questions",
        verbose_name=_("department"),
    )
    text = models.TextField(_("question to the department"))
    asked_by = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(pgettext_lazy("request", "asked at"), default=timezone.now)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    answerer = models.CharField(_("your name"), max_length=50, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdraw_reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)

    objects = DepartmentQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question to a department")
        verbose_name_plural = _("questions to departments")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(name="department_question_has_words", condition=~Q(text="")),
            models.CheckConstraint(
                name="department_question_answered_by_someone_in_words",
                condition=Q(answered_at=None, answered_by=None, answer="", answerer="")
                | (
                    Q(answered_at__isnull=False)
                    & ~Q(answer="")
                    & (Q(answered_by__isnull=False) | ~Q(answerer=""))
                ),
            ),
            models.CheckConstraint(
                name="department_question_withdrawn_with_a_reason",
                condition=Q(withdrawn_at=None) | (~Q(withdraw_reason="") & Q(answered_at=None)),
            ),
        ]
        indexes = [
            models.Index(
                name="department_question_open",
                fields=["department", "asked_at"],
                condition=Q(answered_at=None, withdrawn_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.text[:40]}"

    def get_absolute_url(self) -> str:
        return reverse("complaints:question", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None

    @property
    def who_answered(self) -> str:
        """By word of mouth, both who said it and who wrote it down."""
        if self.answered_by and self.answerer:
            names = {"name": self.answerer, "writer": self.answered_by}
            return gettext("%(name)s (noted by %(writer)s)") % names
        return str(self.answered_by or self.answerer)

    def _over_blocker(self) -> str:
        """Why nobody can answer it any more."""
        if self.answered_at:
            return gettext("This question has been answered.")
        return gettext("This question was withdrawn.") if self.withdrawn_at else ""

    def answer_blocker(self, user: User) -> str:
        """Why `user` may not answer it: only who answers for the department does so here.

        What they said by word of mouth is written down by whoever works on the call.
        """
        if blocker := self._over_blocker():
            return blocker
        if type(self).objects.asked_of(user).filter(pk=self.pk).exists():
            return ""
        return gettext("Only who answers for “%(department)s” can do this.") % {
            "department": self.department
        }

    def link_blocker(self, user: User) -> str:
        """Why `user` may not note its answer, make or revoke a private link, or withdraw it."""
        return self._over_blocker() or self.call.work_blocker(user)


@tracked(by="question", exclude=["digest"])
class AnswerLink(models.Model):
    """A private address where somebody without a login answers one question, once.

    What is asked came up in a call, or is feedback passed on to a department. Only the digest of
    the secret is kept: the address is shown once, when it is made.
    """

    question = models.ForeignKey(
        DepartmentQuestion, on_delete=models.PROTECT, null=True, related_name="links"
    )
    feedback = models.ForeignKey(
        "accounts.Feedback", on_delete=models.PROTECT, null=True, related_name="answer_links"
    )
    text = models.TextField(_("question to the department"), blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey("staff.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("works until"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    objects = AnswerLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("private link")
        verbose_name_plural = _("private links")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="answer_link_one_per_question",
                fields=["question"],
                condition=Q(revoked_at=None),
            ),
            models.UniqueConstraint(
                name="answer_link_one_per_feedback",
                fields=["feedback"],
                condition=Q(revoked_at=None),
            ),
            models.CheckConstraint(
                name="answer_link_asks_one_thing",
                condition=Q(question__isnull=False, feedback=None, text="")
                | (Q(question=None, feedback__isnull=False) & ~Q(text="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.question or self.feedback)

    @property
    def asked_text(self) -> str:
        return self.question.text if self.question else self.text

    @property
    def department(self) -> Department | None:
        asked = self.question or self.feedback
        return asked.department if asked else None

    @property
    def asked_at(self) -> dt.datetime:
        return self.question.asked_at if self.question else self.made_at


class LinkKnock(models.Model):
    """Somebody tried a private address: counted, so that nobody tries many."""

    address = models.GenericIPAddressField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("try of a private link")
        verbose_name_plural = _("tries of private links")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(name="link_knock_by_address", fields=["address", "at"])]

    def __str__(self) -> str:
        return self.address
