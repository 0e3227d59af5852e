"""Puts the demo company together."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pghistory
from django.db import connection, transaction
from django.utils import timezone

from accounts.demo import customers, ledgers, talks, tiers, volumes
from accounts.demo.people import COMPANY, create_people, is_demo_company
from accounts.demo.story import Story
from accounts.models import Account
from staff import company
from staff.models import PolicyValue, User

SEED = 20220514  # the day the regulation was published
LOCK = 74_190_001


class NotEmptyError(Exception):
    """The database belongs to a company; the demo stays away from it."""


@transaction.atomic
def seed(logins: Path) -> bool:
    """Make the demo company, unless it is there; two at once make it once.

    Returns whether it was made. Raises NotEmptyError where other people or customers are.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if is_demo_company():
        return False
    if User.objects.exists() or Account.objects.exists():
        raise NotEmptyError
    with pghistory.context(source="demo"):
        story = Story(
            random=Random(SEED),  # noqa: S311 - dice, not secrets
            today=timezone.localdate(),
            people=create_people(logins),
        )
        name_company(story)
        customers.add_customers(story)
        volumes.add_volumes(story)
        talks.add_talks(story)
        dice = Random(SEED + 1)  # noqa: S311 - its own, so that the others fall as they did
        tiers.add_judgements(story, dice)
        ledgers.bring_in(story)
        story.write()
        volumes.choose(story)
        tiers.add_tiers(story, dice)
    return True


def name_company(story: Story) -> None:
    """What a manager would set on the first day."""
    PolicyValue.objects.create(
        key=company.NAME.key,
        value=COMPANY,
        effective_from=story.today,
        set_by=story.manager,
        reason="公司名称",
    )
