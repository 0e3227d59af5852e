"""The customer file: everything one page shows about a customer, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accounts import history, panels
from accounts.agreement_card import AgreementCard
from accounts.forms.interaction import InteractionForm
from accounts.judgements import JudgementKind
from accounts.models import (
    Account,
    AnnualVolume,
    Assignment,
    Attachment,
    ContactPerson,
    Feedback,
    InformationGroup,
    Interaction,
    Judgement,
)
from accounts.tier_panel import TierPanel
from accounts.workflow.volume import first_of
from staff.models import User

MONTHS_SHOWN = 36
RECORDS_SHOWN = 8
CHANGES_SHOWN = 6


class Confirmed(NamedTuple):
    """When one group of information was confirmed, and by whom."""

    on: dt.date
    by: str


@dataclass(frozen=True)
class CustomerFile:
    """One customer as `user` may see it, read `for_detail`; each property at most one query."""

    account: Account
    user: User

    @cached_property
    def judgements(self) -> list[tuple[str, Judgement | None]]:
        """Every question with its answer, or with none."""
        known = {j.kind: j for j in self.account.judgements.all()}
        return [(str(kind.label), known.get(kind.value)) for kind in JudgementKind]

    @cached_property
    def verdict(self) -> TierPanel:
        return TierPanel(self.account, self.user)

    @cached_property
    def agreed(self) -> AgreementCard:
        return AgreementCard(self.account, self.user)

    @property
    def confirmations(self) -> list[tuple[InformationGroup, Confirmed | None]]:
        """The four groups of S4-6.3 and when each was confirmed last; read by `for_detail`."""
        rows: list[dict[str, str]] = self.account.confirmed  # type: ignore[attr-defined]
        known = {
            row["group"]: Confirmed(dt.date.fromisoformat(row["on"]), row["by"]) for row in rows
        }
        return [(group, known.get(group.value)) for group in InformationGroup]

    @cached_property
    def people(self) -> Sequence[ContactPerson]:
        return list(self.account.contact_people.all())

    @property
    def people_here(self) -> list[ContactPerson]:
        return [person for person in self.people if not person.left_on]

    @property
    def people_left(self) -> list[ContactPerson]:
        return [person for person in self.people if person.left_on]

    @cached_property
    def assignments(self) -> Sequence[Assignment]:
        return list(self.account.assignments.select_related("user"))

    @property
    def assignments_open(self) -> list[Assignment]:
        """The owner first."""
        rows = [row for row in self.assignments if not row.ended_on]
        return sorted(rows, key=lambda row: row.kind)

    @property
    def assignments_ended(self) -> list[Assignment]:
        return [row for row in self.assignments if row.ended_on]

    @cached_property
    def annual_volumes(self) -> Sequence[AnnualVolume]:
        return list(self.account.annual_volumes.all())

    @cached_property
    def months(self) -> dict[dt.date, Decimal]:
        """The volumes of the last three years by month; read by `for_detail`."""
        since = first_of(timezone.localdate(), 1 - MONTHS_SHOWN)
        rows: list[dict[str, str]] = self.account.monthly  # type: ignore[attr-defined]
        known = {dt.date.fromisoformat(row["month"]): Decimal(row["amount"]) for row in rows}
        return {month: amount for month, amount in sorted(known.items()) if month >= since}

    @property
    def months_as_of(self) -> dt.date | None:
        """The last day that the monthly figures cover (数据截至)."""
        return first_of(max(self.months), 1) - dt.timedelta(days=1) if self.months else None

    @property
    def chart(self) -> dict[str, Any]:
        """Three years by month; a month that nobody knows is None, never 0."""
        first = first_of(timezone.localdate(), 1 - MONTHS_SHOWN)
        months = [first_of(first, index) for index in range(MONTHS_SHOWN)]
        return {
            "id": "volume-by-month",
            "title": gettext("Volume by month"),
            "unit": gettext("yuan"),
            "kind": "bar",
            "labels": [f"{month:%Y-%m}" for month in months],
            "series": [
                {
                    "name": gettext("Volume"),
                    "values": [self.months.get(month) for month in months],
                }
            ],
        }

    @cached_property
    def records(self) -> Sequence[Interaction]:
        """The latest contact records, and older ones whose next step is still open."""
        everything = self.account.interactions
        latest = everything.values("pk")[:RECORDS_SHOWN]
        open_steps = Q(next_step_on__isnull=False, next_step_done_at=None, voided_at=None)
        rows = everything.filter(Q(pk__in=latest) | open_steps).for_timeline()
        records = list(rows[:100])
        for record in records:
            record.account = self.account  # the same row: no query for it
        return records

    @property
    def timeline(self) -> Sequence[Interaction]:
        return self.records[:RECORDS_SHOWN]

    @property
    def editable_records(self) -> set[int]:
        """Those whose words the reader may still change; the others take a correction."""
        return {record.pk for record in self.records if not record.edit_blocker(self.user)}

    @property
    def next_steps(self) -> list[Interaction]:
        """What is still to be done, the most urgent first."""
        rows = [record for record in self.records if not record.next_step_blocker(self.user)]
        return sorted(rows, key=lambda record: (record.next_step_on or dt.date.max, record.pk))

    @cached_property
    def open_feedback(self) -> Sequence[Feedback]:
        return list(self.account.feedback.filter(told_at=None).select_related("passed_to"))

    @cached_property
    def open_items(self) -> Sequence[panels.OpenItem]:
        """What the apps above have open for this customer."""
        return panels.open_items(self.account, self.user)

    @property
    def beginnings(self) -> Sequence[panels.Beginning]:
        return panels.beginnings(self.account)

    @property
    def open_count(self) -> int:
        return len(self.next_steps) + len(self.open_feedback) + len(self.open_items)

    @property
    def last_contact(self) -> Interaction | None:
        return next((record for record in self.timeline if not record.is_void), None)

    @property
    def address(self) -> str:
        """Province, city and street on one line; each once, however it was typed."""
        account, line = self.account, ""
        for part in (account.address, account.city, account.province):
            line = line if part in line else part + line
        return line

    @property
    def months_url(self) -> str:
        return reverse("accounts:months_enter", args=[self.account.pk])

    @cached_property
    def attachments(self) -> Sequence[Attachment]:
        return list(self.account.attachments.filter(voided_at=None).select_related("uploaded_by"))

    @cached_property
    def group(self) -> Sequence[Account]:
        """Parent and subsidiaries that the reader may see."""
        family = Q(parent=self.account.pk) | Q(pk=self.account.parent_id)
        return list(Account.objects.visible_to(self.user).filter(family).select_related("owner"))

    @property
    def parent(self) -> Account | None:
        return next((row for row in self.group if row.pk == self.account.parent_id), None)

    @property
    def subsidiaries(self) -> list[Account]:
        return [row for row in self.group if row.parent_id == self.account.pk]

    @cached_property
    def changes(self) -> list[history.Change]:
        known: list[models.Model | None] = [
            self.account.owner,
            self.account.region,
            self.account.created_by,
            self.user,
            *self.people,
            *(row.user for row in self.assignments),
            *(record.author for record in self.records),
            *(row.judged_by for _, row in self.judgements if row),
        ]
        named = [row for row in known if row is not None]
        return history.changes(self.account, count=CHANGES_SHOWN, known=named)

    @cached_property
    def record_form(self) -> InteractionForm:
        form = InteractionForm(account=self.account)
        self.offer_people(form)
        return form

    def offer_people(self, form: InteractionForm) -> None:
        """Spare the form the query for the people already read."""
        choices = [(person.pk, str(person)) for person in self.people_here]
        form.fields["contact_person"].choices = [("", "---------"), *choices]  # type: ignore[attr-defined]

    @property
    def edit_blocker(self) -> str:
        return self.account.edit_blocker(self.user)

    @property
    def superior_blocker(self) -> str:
        return self.account.superior_blocker(self.user)
