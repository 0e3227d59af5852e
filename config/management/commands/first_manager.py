"""The first login of a company: its key account manager, who adds everybody else."""

import getpass
import os
import sys
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from staff.workflow import create_first_manager


class Command(BaseCommand):
    help = (
        "Ask for the first manager's login, or take it from DAKEHU_ADMIN_USERNAME, "
        "DAKEHU_ADMIN_PASSWORD and DAKEHU_ADMIN_NAME. Refuses when there are people already."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        users = get_user_model().objects
        if users.exists():
            raise CommandError(_("There are people already: a manager adds others in the admin."))
        username, name, password = ask()
        try:
            user = create_first_manager(username=username, name=name, password=password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(
            _("%(name)s may log in as %(username)s.")
            % {
                "name": user.name,
                "username": user.username,
            }
        )


def ask() -> tuple[str, str, str]:
    username, name, password = (
        os.environ.get(f"DAKEHU_ADMIN_{part}", "") for part in ("USERNAME", "NAME", "PASSWORD")
    )
    if username and password:
        return username, name, password
    if not sys.stdin.isatty():
        raise CommandError(
            _(
                "Nobody is there to ask: set DAKEHU_ADMIN_USERNAME, DAKEHU_ADMIN_PASSWORD and "
                "DAKEHU_ADMIN_NAME for the first manager's login."
            )
        )
    print(_("The first manager's login:"))
    return (
        input(_("User name: ")).strip(),
        input(_("Name: ")).strip(),
        getpass.getpass(_("Password: ")),
    )
