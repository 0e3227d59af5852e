from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext, ngettext

from accounts.demo.company import SEED, NotEmptyError
from accounts.demo.crowd import fill_up
from accounts.models import Account
from accounts.workflow import duplicates
from config.demo import seed
from staff import duties


class Command(BaseCommand):
    help = "Fill an empty database with the demo company; the logins go to .data/demo-logins.txt."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--accounts",
            type=int,
            default=0,
            metavar="N",
            help="add generated customers until there are N, for benchmarks and trials",
        )

    def handle(self, *args: Any, accounts: int, **options: Any) -> None:
        logins = settings.DATA_DIR / "demo-logins.txt"
        try:
            is_new = seed(logins)
        except NotEmptyError as error:
            raise CommandError(
                gettext(
                    "This database already has people or customers that are not the demo's; "
                    "the demo company was not added."
                )
            ) from error
        if is_new:
            # What else happens at night: the first desk is not empty.
            duplicates.find_duplicates()
            duties.synchronise_all()
            ready = gettext("The demo company is ready; its logins are in %(file)s.")
            self.stdout.write(ready % {"file": logins})
        else:
            self.stdout.write(gettext("The demo company is already here; nothing was added."))
        if accounts:
            added = fill_up(accounts, seed=SEED)
            told = ngettext(
                "%(count)d generated customer was added.",
                "%(count)d generated customers were added.",
                added,
            )
            self.stdout.write(told % {"count": added})
        count = Account.objects.count()
        self.stdout.write(
            ngettext("%(count)d customer.", "%(count)d customers.", count) % {"count": count}
        )
