from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.querysets.account import ThroughAccountQuerySet
from staff.audit import tracked

if TYPE_CHECKING:
    from staff.models import User


class AssignmentKind(models.TextChoices):
    OWNER = "owner", _("Owner")
    SECOND = "second", _("Second contact")


# Account.owner is a copy of the one open owner assignment, whatever door the change came by.
COPY_OWNER = """
UPDATE accounts_account AS account SET owner_id = current.user_id
FROM (
    SELECT touched.account_id, owning.user_id
    FROM (SELECT DISTINCT account_id FROM {rows}) AS touched
    LEFT JOIN accounts_assignment AS owning
      ON owning.account_id = touched.account_id
      AND owning.kind = 'owner' AND owning.ended_on IS NULL
) AS current
WHERE account.id = current.account_id AND account.owner_id IS DISTINCT FROM current.user_id;
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
            pgtrigger.Trigger(
                name=f"copy_owner_{name}",
                level=pgtrigger.Statement,
                operation=operation,
                when=pgtrigger.After,
                referencing=pgtrigger.Referencing(**{side: "changed"}),
                func=COPY_OWNER.replace("{rows}", "changed"),
            )
            for name, operation, side in [
                ("insert", pgtrigger.Insert, "new"),
                ("update", pgtrigger.Update, "new"),
                ("delete", pgtrigger.Delete, "old"),
            ]
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
