from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.querysets.account import ThroughAccountQuerySet
from accounts.sql import after_statement
from staff.audit import tracked

if TYPE_CHECKING:
    from staff.models import User


class AssignmentKind(models.TextChoices):
    OWNER = "owner", _("Owner")
    SECOND = "second", _("Second contact")


# Account.owner and Account.second_contacts are copies of the open assignments, whatever door the
# change came by: lists of a million customers are scoped by them without a join. The lock comes
# first, so that two assignments made at once both count.
COPY_PEOPLE = """
PERFORM 1 FROM accounts_account WHERE id IN ({touched}) ORDER BY id FOR UPDATE;
UPDATE accounts_account AS account
SET owner_id = current.owner_id, second_contacts = current.seconds
FROM (
    SELECT
        touched.id,
        min(assignment.user_id) FILTER (WHERE assignment.kind = 'owner') AS owner_id,
        coalesce(
            array_agg(assignment.user_id ORDER BY assignment.user_id)
            FILTER (WHERE assignment.kind = 'second'),
            '{{}}'
        ) AS seconds
    FROM accounts_account AS touched
    LEFT JOIN accounts_assignment AS assignment
      ON assignment.account_id = touched.id AND assignment.ended_on IS NULL
    WHERE touched.id IN ({touched})
    GROUP BY touched.id
) AS current
WHERE account.id = current.id
  AND (account.owner_id, account.second_contacts)
      IS DISTINCT FROM (current.owner_id, current.seconds);
RETURN NULL;
"""


@tracked(by="account")
class Assignment(models.Model):
    """One colleague looks after one customer from a day until a day (open: until today).

    At most one owner at a time; second contacts besides (S1-A13-1).
    """

    account = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, related_name="assignments"
    )
    user = models.ForeignKey(
        "staff.User",
        on_delete=models.PROTECT,
        related_name="assignments",
        verbose_name=_("colleague"),
    )
    kind = models.CharField(_("as"), max_length=8, choices=AssignmentKind.choices)
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    assigned_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    ended_by = models.ForeignKey(
        "staff.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = ThroughAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["-started_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="assignment_kind_known", condition=Q(kind__in=AssignmentKind.values)
            ),
            models.CheckConstraint(
                name="assignment_ends_after_it_starts",
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
            ),
            models.UniqueConstraint(
                name="assignment_one_owner",
                fields=["account"],
                condition=Q(kind=AssignmentKind.OWNER, ended_on=None),
            ),
            models.UniqueConstraint(
                name="assignment_once_per_colleague",
                fields=["account", "user"],
                condition=Q(ended_on=None),
            ),
        ]
        indexes = [
            models.Index(
                name="assignment_current",
                fields=["user", "account"],
                condition=Q(ended_on=None),
            )
        ]
        triggers = [
            after_statement("copy_people", operation, COPY_PEOPLE)
            for operation in (pgtrigger.Insert, pgtrigger.Update, pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.user}"

    def end_blocker(self, user: User) -> str:
        """Why `user` may not end this; an owner is succeeded, not ended."""
        if self.ended_on:
            return gettext("This has already ended.")
        if self.kind == AssignmentKind.OWNER:
            return gettext("Name a new owner instead: a customer is handed over, not dropped.")
        return self.account.superior_blocker(user)
