"""Which passwords are good enough, by `PASSWORD_PROFILE`.

Two rule books contradict each other, so the company chooses: `modern` follows ASVS 5.0 (length,
no composition rules, no forced rotation), `mlps` follows 等保 2.0 (classes of characters, a change
every 90 days, no return to an earlier password, a short idle time).
"""

from __future__ import annotations

import datetime as dt
import secrets
import string
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

if TYPE_CHECKING:
    from staff.models import User

MAX_LENGTH = 128  # longer ones only make the hashing slow
UNMISTAKABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # no l and 1, no o and 0


@dataclass(frozen=True)
class Profile:
    min_length: int
    min_classes: int  # of capitals, small letters, digits, others
    shortest_login: int  # a login this long or longer may not be part of the password
    remembered: int  # how many of the last passwords, the present one included, cannot be reused
    max_age: dt.timedelta | None
    idle: dt.timedelta  # a session unused for so long is over


PROFILES = {
    "modern": Profile(12, 1, 4, 1, None, dt.timedelta(hours=8)),
    "mlps": Profile(8, 3, 1, 5, dt.timedelta(days=90), dt.timedelta(minutes=30)),
}
KEEP_FORMER = max(profile.remembered for profile in PROFILES.values()) - 1


def profile() -> Profile:
    return PROFILES[settings.PASSWORD_PROFILE]


def character_classes(password: str) -> int:
    """How many of the four classes occur; a Chinese character counts among the others."""
    kinds = (str.isupper, str.islower, str.isdigit)
    plain = [c for c in password if c in string.printable]
    found = sum(any(kind(c) for c in plain) for kind in kinds)
    return found + any(c not in string.ascii_letters + string.digits for c in password)


def normalise_login(text: str) -> str:
    """A login as stored: full-width letters and digits of a Chinese keyboard made plain."""
    return unicodedata.normalize("NFKC", text).strip()


class ProfileValidator:
    """Django's hook for the profile; named in AUTH_PASSWORD_VALIDATORS."""

    def __init__(self) -> None:
        self.common = CommonPasswordValidator()

    def validate(self, password: str, user: User | None = None) -> None:
        rules = profile()
        problems = []
        if len(password) < rules.min_length:
            problems.append(gettext("Use at least %d characters.") % rules.min_length)
        if len(password) > MAX_LENGTH:
            problems.append(gettext("Use at most %d characters.") % MAX_LENGTH)
        if character_classes(password) < rules.min_classes:
            problems.append(
                gettext("Mix at least three of: capitals, small letters, digits, other signs.")
            )
        try:
            self.common.validate(password)
        except ValidationError:
            problems.append(gettext("This password is on the list that every attacker tries."))
        if user is not None:
            problems += self.problems_for(user, password)
        if problems:
            raise ValidationError(problems)

    def problems_for(self, user: User, password: str) -> list[str]:
        rules = profile()
        logins = (user.username, user.employee_number, user.mobile)
        problems = []
        if any(
            len(login) >= rules.shortest_login and login.lower() in password.lower()
            for login in logins
            if login
        ):
            problems.append(
                gettext("Leave your user name, employee number and mobile out of the password.")
            )
        if user.pk and len(password) <= MAX_LENGTH and was_used(user, password):
            problems.append(
                gettext("This is the present password.")
                if rules.remembered == 1
                else gettext("None of your last %d passwords can be used again.") % rules.remembered
            )
        return problems

    def get_help_text(self) -> str:
        return " ".join(rules_in_words())


def was_used(user: User, password: str) -> bool:
    """Whether it is one of the last passwords; hashes up to five times, so never in a list."""
    former = user.former_passwords.values_list("password", flat=True)
    hashes = [user.password, *former[: profile().remembered - 1]]
    return any(check_password(password, stored) for stored in hashes if stored)


def rules_in_words() -> list[str]:
    """The profile's rules, for the page where a password is chosen."""
    rules = profile()
    words = [gettext("At least %d characters; a short sentence is fine.") % rules.min_length]
    if rules.min_classes > 1:
        words = [
            gettext("At least %d characters.") % rules.min_length,
            gettext("At least three of: capitals, small letters, digits, other signs."),
        ]
    words.append(gettext("Without your user name, employee number or mobile."))
    if rules.remembered > 1:
        words.append(gettext("None of your last %d passwords.") % rules.remembered)
    if rules.max_age:
        words.append(gettext("To be changed every %d days.") % rules.max_age.days)
    return words


def initial_password() -> str:
    """One to read out over the telephone: 16 unmistakable signs, good in both profiles."""
    while True:
        groups = ["".join(secrets.choice(UNMISTAKABLE) for _ in range(4)) for _ in range(4)]
        password = "-".join(groups)
        if character_classes(password) >= 3:
            return password
