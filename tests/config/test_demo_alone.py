"""The demo company where there is none yet, or another one."""

import datetime as dt
from random import Random

import pytest
from django.core.management import CommandError, call_command

from accounts.demo import customers
from accounts.demo.company import SEED
from accounts.demo.people import PEOPLE
from accounts.demo.story import Story
from accounts.models import Account
from staff.models import Region, User


def test_it_stays_out_of_a_real_company(account, english, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with pytest.raises(CommandError, match="not the demo's"):
        call_command("seed_demo")
    assert list(Account.objects.all()) == [account]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("today", [dt.date(2026, 11, 23), dt.date(2028, 2, 29)])
@pytest.mark.django_db
def test_it_is_the_same_everywhere(today):
    region = Region.objects.create(name="华东大区")
    people = {
        person.username: User.objects.create(username=person.username, region=region)
        for person in PEOPLE
    }
    names = []
    for _ in range(2):
        story = Story(random=Random(SEED), today=today, people=people)
        customers.add_customers(story)
        names.append([(c.row.name, c.row.phone, c.row.created_at) for c in story.customers])
    assert names[0] == names[1]
