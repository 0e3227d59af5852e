from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from development.querysets.survey import SurveyQuerySet
from staff.audit import tracked
from staff.models import Role

if TYPE_CHECKING:
    from development.models.survey_parts import SurveyFile
    from staff.models import User


class SurveyKind(models.TextChoices):
    """The surveys of S1 第6条 and 第15条; whether 第15条 means another one is open (Q34)."""

    PROSPECT = "prospect", _("Prospect survey")
    GENERAL = "general", _("General survey")
    FIELD = "field", _("Field survey")


class SurveyStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("survey", "Under way")
    JUDGED = "judged", pgettext_lazy("survey", "Judged")
    DROPPED = "dropped", pgettext_lazy("survey", "Given up")


class Suitability(models.TextChoices):
    """The overall judgement of S1-A6-3, by a named person."""

    SUITABLE = "suitable", _("Suitable")
    UNSUITABLE = "unsuitable", _("Not suitable")


# A field survey follows the judgement of the general survey of the same customer (S1-A6-4).
FIELD_FOLLOWS_GENERAL = """
IF NEW.kind = 'field' AND NOT EXISTS (
    SELECT 1 FROM development_survey AS base
    WHERE base.id = NEW.based_on_id AND base.kind = 'general' AND base.status = 'judged'
    AND base.account_id = NEW.account_id
) THEN
    RAISE EXCEPTION 'survey_field_follows_a_general: no judged general survey of the customer'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'survey_field_follows_a_general';
END IF;
RETURN NEW;
"""


@tracked(by="account")
class Survey(models.Model):
    """We find out whether a customer fits (S1 第6条): papers, a talk, principles, a look on site.

    A general survey has the documents, the talk with the customer's head and the four principles
    of 第5条; a field survey the visit; a prospect survey (第15条) findings only.
    """

    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.PROTECT,
        related_name="surveys",
        verbose_name=_("customer"),
    )
    kind = models.CharField(_("kind of survey"), max_length=8, choices=SurveyKind.choices)
    status = models.CharField(
        _("state"),
        max_length=7,
        choices=SurveyStatus.choices,
        default=SurveyStatus.OPEN,
        editable=False,
    )
    lead = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        related_name="surveys",
        verbose_name=_("who surveys"),
    )
    based_on = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="followers",
        verbose_name=_("builds on"),
    )
    started_on = models.DateField(_("started on"), default=timezone.localdate, editable=False)

    # The talk with the customer's head (S1-A6-2)
    head_name = models.CharField(_("whom we talked to"), max_length=60, blank=True)
    head_position = models.CharField(_("position"), max_length=60, blank=True)
    talked_on = models.DateField(_("talked on"), null=True, blank=True)
    situation = models.TextField(_("the customer's situation"), blank=True)
    direction = models.TextField(_("the customer's policy and plans"), blank=True)
    view_of_us = models.TextField(_("what they think of us"), blank=True)

    # On site (S1-A6-4), and what a prospect survey found
    held_on = models.DateField(pgettext_lazy("survey", "held on"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    colleagues = models.ManyToManyField(
        "staff.User",
        through="development.SurveyColleague",
        blank=True,
        related_name="surveys_joined",
        verbose_name=_("our people on site"),
    )
    others = models.CharField(_("the customer's people"), max_length=200, blank=True)
    findings = models.TextField(_("findings"), blank=True)
    why_without = models.CharField(
        _("why without a manager or supervisor"), max_length=200, blank=True
    )

    # The overall judgement (S1-A6-3)
    suitability = models.CharField(
        _("overall judgement"), max_length=10, choices=Suitability.choices, blank=True,
        editable=False,
    )  # fmt: skip
    judgement = models.TextField(_("reasons for it"), blank=True, editable=False)
    judged_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    judged_at = models.DateTimeField(_("judged at"), null=True, editable=False)
    drop_reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)
    created_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["-started_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="survey_kind_known", condition=Q(kind__in=SurveyKind.values)
            ),
            models.CheckConstraint(
                name="survey_status_known", condition=Q(status__in=SurveyStatus.values)
            ),
            models.CheckConstraint(
                name="survey_judged_by_somebody_with_reasons",
                condition=(
                    Q(status="judged", judged_by__isnull=False, judged_at__isnull=False)
                    & Q(suitability__in=Suitability.values)
                    & ~Q(judgement="")
                    | ~Q(status="judged") & Q(judged_by=None, judged_at=None, suitability="")
                ),
            ),
            models.CheckConstraint(
                name="survey_given_up_with_a_reason",
                condition=~Q(status="dropped") | ~Q(drop_reason=""),
            ),
            models.CheckConstraint(
                name="survey_not_based_on_itself", condition=~Q(based_on=F("pk"))
            ),
            models.UniqueConstraint(
                name="survey_one_open_of_a_kind",
                fields=["account", "kind"],
                condition=Q(status="open"),
                violation_error_message=_("Such a survey of this customer is under way already."),
            ),
        ]
        indexes = [
            models.Index(name="survey_by_account", fields=["account", "kind", "-judged_at"]),
            models.Index(name="survey_open_by_lead", fields=["lead"], condition=Q(status="open")),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="field_follows_general",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("kind", "based_on_id"),
                when=pgtrigger.Before,
                func=FIELD_FOLLOWS_GENERAL,
            )
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("development:survey", args=[self.pk])

    @property
    def is_general(self) -> bool:
        return self.kind == SurveyKind.GENERAL

    @property
    def is_field(self) -> bool:
        return self.kind == SurveyKind.FIELD

    @property
    def is_open(self) -> bool:
        return self.status == SurveyStatus.OPEN

    @property
    def photos(self) -> list[SurveyFile]:
        """Its files that nobody has voided; read `for_detail`."""
        return [file for file in self.files.all() if file.attachment.voided_at is None]

    @property
    def missing_posts(self) -> list[str]:
        """Manager and supervisor are named in S1-A6-4; those who were not on site."""
        if not self.is_field or self.held_on is None:
            return []
        there = {person.role for person in self.colleagues.all()}
        return [
            str(Role(role).label) for role in (Role.MANAGER, Role.SUPERVISOR) if role not in there
        ]

    @property
    def gaps(self) -> list[str]:
        """What a survey should have and this one lacks; only pointed out, except by `missing`."""
        found = []
        if self.is_general:
            if not self.head_name or self.talked_on is None:
                found.append(gettext("The talk with the customer's head is not recorded."))
            for document in self.documents.all():
                if not document.is_settled:
                    found.append(gettext("Not received: %(name)s.") % {"name": document.label})
                elif document.is_old:
                    found.append(
                        gettext("%(name)s of %(year)d is older than the last closed year.")
                        % {"name": document.label, "year": document.year or 0}
                    )
        if (posts := self.missing_posts) and not self.why_without:
            found.append(
                gettext("Not on site: %(posts)s. Why?") % {"posts": gettext(", ").join(posts)}
            )
        return found

    @property
    def missing(self) -> list[str]:
        """What it cannot be judged without."""
        if self.is_general:
            rows = self.principles.all()
            open_ones = [row.get_principle_display() for row in rows if not row.verdict]
            if not open_ones:
                return []
            listed = gettext(", ").join(open_ones)
            return [gettext("Not yet judged: %(principles)s.") % {"principles": listed}]
        found = []
        if self.is_field and self.held_on is None:
            found.append(gettext("Say when the field survey was held."))
        if not self.findings:
            found.append(gettext("Write down the findings."))
        return found

    def edit_blocker(self, user: User) -> str:
        """Why nothing can be filled in any more; whoever sees the customer may."""
        if blocker := self.account.edit_blocker(user):
            return blocker
        if self.status == SurveyStatus.JUDGED:
            return gettext("This survey is judged; a supervisor or a manager can reopen it.")
        if self.status == SurveyStatus.DROPPED:
            return gettext("This survey was given up.")
        return ""

    def judge_blocker(self, user: User) -> str:
        """Why the overall judgement cannot be given yet."""
        return self.edit_blocker(user) or " ".join(self.missing)

    def drop_blocker(self, user: User) -> str:
        """Why it cannot be given up."""
        return self.edit_blocker(user)

    def reopen_blocker(self, user: User) -> str:
        """Why a judged survey cannot be opened again."""
        if self.status != SurveyStatus.JUDGED:
            return gettext("Only a judged survey can be reopened.")
        return self.account.superior_blocker(user)
