"""Guessing passwords: how long a login stays closed after too many failures (R14).

Two tiers: one person from one address, quickly; one person from anywhere, slowly. An address
alone is never locked, because a whole office stands behind it. Attempts that are refused are no
guesses, so they neither count nor prolong the lock.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessFailureLog, AccessLog
from axes.signals import user_locked_out
from django.http import HttpRequest
from django.utils import timezone

from staff.models import User
from staff.passwords import normalise_login


@dataclass(frozen=True)
class Tier:
    failures: int
    within: dt.timedelta
    cool_off: dt.timedelta


QUICK = Tier(5, dt.timedelta(minutes=15), dt.timedelta(minutes=15))
SLOW = Tier(20, dt.timedelta(hours=1), dt.timedelta(hours=1))


def login_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The user name behind what was typed, so that a mobile is no second set of guesses."""
    typed = (credentials or {}).get("username") or request.POST.get("username", "")
    login = normalise_login(str(typed))
    person = User.objects.by_login(login)
    return person.username if person else login.lower()[:255]


def _end(tier: Tier, failures: list[dt.datetime]) -> dt.datetime | None:
    """When the lock of this tier ends, given the latest failures, newest first."""
    if len(failures) < tier.failures or failures[0] - failures[-1] > tier.within:
        return None
    return failures[0] + tier.cool_off


def locked_until(username: str, ip_address: str | None) -> dt.datetime | None:
    """Until when this person cannot log in from this address; None if they can.

    A successful login from there, or a new password, starts the quick count anew; only a new
    password starts the slow one anew.
    """
    failed = AccessFailureLog.objects.filter(username=username).order_by("-attempt_time")
    changed = User.objects.filter(username=username).values_list("password_changed_at", flat=True)
    if changed_at := changed.first():
        failed = failed.filter(attempt_time__gt=changed_at)
    from_here = failed.filter(ip_address=ip_address)
    logins = AccessLog.objects.filter(username=username, ip_address=ip_address)
    if (
        last_login := logins.order_by("-attempt_time")
        .values_list("attempt_time", flat=True)
        .first()
    ):
        from_here = from_here.filter(attempt_time__gt=last_login)
    ends = [
        _end(tier, list(rows.values_list("attempt_time", flat=True)[: tier.failures]))
        for tier, rows in ((QUICK, from_here), (SLOW, failed))
    ]
    return max((end for end in ends if end and end > timezone.now()), default=None)


class LockoutHandler(AxesDatabaseHandler):
    """django-axes with our two tiers, counted from its log of failures.

    `request` is typed loosely: axes hangs its findings on it as attributes.
    """

    def is_locked(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        name = get_client_username(request, credentials)
        return locked_until(name, request.axes_ip_address) is not None

    def user_login_failed(
        self,
        sender: Any,
        credentials: dict[str, Any],
        request: Any = None,
        **kwargs: Any,
    ) -> None:
        if request is None:
            return
        request.axes_credentials = credentials
        if request.axes_locked_out:  # refused before the password was looked at
            return
        name = get_client_username(request, credentials)
        failure = AccessFailureLog.objects.create(
            username=name,
            ip_address=request.axes_ip_address,
            user_agent=request.axes_user_agent,
            http_accept=request.axes_http_accept,
            path_info=request.axes_path_info,
        )
        if locked_until(name, request.axes_ip_address):
            request.axes_locked_out = True
            AccessFailureLog.objects.filter(pk=failure.pk).update(locked_out=True)
            user_locked_out.send(
                "axes", request=request, username=name, ip_address=request.axes_ip_address
            )
