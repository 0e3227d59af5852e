"""Sessions that know whose they are, so that a person can log a device out."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import classproperty

from staff.devices import client_ip
from staff.models.session import Session
from staff.passwords import profile

TOUCH_EVERY = dt.timedelta(minutes=1)


class SessionStore(DatabaseStore):
    row: Session | None = None

    @classproperty
    def model(cls) -> type[Session]:
        return Session

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        """Also ends a session that nobody has used for as long as the profile allows."""
        row: Session | None = super()._get_session_from_db()  # type: ignore[misc]
        if row and row.seen_at < timezone.now() - profile().idle:
            self._session_key = row = None
        self.row = row
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row to write; `trace` has put the device's traits into the data."""
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        row.user_id = data.get("_auth_user_id")
        row.ip_address = data.get("ip_address")
        row.user_agent = data.get("user_agent", "")
        if started_at := data.get("started_at"):
            row.started_at = dt.datetime.fromisoformat(started_at)
        return row


def trace(request: HttpRequest) -> None:
    """Keep the device and the time of use with the session of a logged-in person.

    Writes when the device changes, else at most once a minute: most requests cost nothing.
    """
    session = request.session
    traits = {
        "ip_address": client_ip(request),
        "user_agent": request.META.get("HTTP_USER_AGENT", "").replace("\0", "")[:300],
    }
    for name, value in traits.items():
        if session.get(name) != value:
            session[name] = value
    now = timezone.now()
    if "started_at" not in session:
        session["started_at"] = now.isoformat()
    row = getattr(session, "row", None)
    if row and not session.modified and row.seen_at < now - TOUCH_EVERY:
        Session.objects.filter(pk=row.pk, seen_at=row.seen_at).update(seen_at=now)
