"""The demo company as a whole: the customers first, then what each floor above adds to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from random import Random

import pghistory
from django.db import transaction
from django.utils import timezone

from accounts.demo import agreements, company, handovers
from accounts.models import Account, LedgerImport
from complaints import demo as complaints
from complaints import demo_calls
from development import demo as development
from development import demo_recognition
from visits import demo as visits
from visits import demo_meetings as meetings

# The company took its old ledgers over so many days ago; the clocks of the rule book run since.
CAME_IN = 24
# Each adds rows of its own app to the customers that are there, by its own dice: a chapter that
# is added or changed leaves the others as they were.
CHAPTERS: tuple[Callable[[Random, dt.date], None], ...] = (
    visits.add_return_visits,
    meetings.add_visits,
    meetings.add_receptions,
    demo_calls.add_calls,
    handovers.add_handovers,
    complaints.add_complaints,
    complaints.add_monthly_feedback,
    development.add_plans,
    visits.add_contact_reports,
    agreements.add_agreements,
    demo_recognition.add_recognition,
)


@transaction.atomic
def seed(logins: Path) -> bool:
    """Make the demo company, unless it is there; whether it was made.

    Raises accounts.demo.company.NotEmptyError where other people or customers are.
    """
    if not company.seed(logins):
        return False
    today = timezone.localdate()
    for chapter in CHAPTERS:
        with pghistory.context(source="demo"):  # its own: a reason given ends with it
            chapter(Random(f"{company.SEED} {chapter.__qualname__}"), today)  # noqa: S311 - dice
    with pghistory.context(source="demo"):
        came_in = timezone.now() - dt.timedelta(days=CAME_IN)
        Account.objects.filter(created_at__lt=came_in).update(created_at=came_in)
        LedgerImport.objects.update(uploaded_at=came_in, staged_at=came_in, applied_at=came_in)
    return True
