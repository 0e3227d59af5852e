"""Sessions that know whose they are, so that a person can log a device out."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils.functional import classproperty

from staff.models.session import Session


class SessionStore(DatabaseStore):
    @classproperty
    def model(cls) -> type[Session]:
        return Session

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row to write; the device's traits are put into the data by the middleware."""
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        row.user_id = data.get("_auth_user_id")
        row.ip_address = data.get("ip_address")
        row.user_agent = data.get("user_agent", "")
        return row
